"""`docker compose stop` ends what people reach first and what keeps the data last, and kills no process."""

from datetime import datetime

from tests.compose.deployment import REPLICATED, SERVICES, Deployment
from tests.compose.test_faults import Crowd, all_there
from tests.support.people import Person

KILLED = 137
OF_STORES = (*SERVICES, "relay")
BEFORE = (
    (("proxy",), ("gateway",)),
    (("gateway",), OF_STORES),
    (OF_STORES, ("postgres", "rabbitmq")),
    (("documents",), ("object-store",)),
    (("partners",), ("rabbitmq",)),
)
EVERYTHING = (*REPLICATED, "relay", "proxy", "partners", "postgres", "rabbitmq", "object-store")


def ended(portal: Deployment, services: tuple[str, ...]) -> list[datetime]:
    return [
        datetime.fromisoformat(one["State"]["FinishedAt"][:26].rstrip("Z") + "+00:00")
        for name in services
        for one in portal.containers(name, everything=True)
    ]


def test_a_stop_under_load_goes_from_proxy_to_stores_and_loses_nothing(doubled: Deployment, agent: Person) -> None:
    crowd = Crowd(doubled).start(5)

    doubled.must("docker compose stop")
    acknowledged = dict(crowd.receipts)
    assert not doubled.containers()
    for earlier, later in BEFORE:
        assert max(ended(doubled, earlier)) <= min(ended(doubled, later)), (earlier, later)
    stopped = [one for name in EVERYTHING for one in doubled.containers(name, everything=True)]
    assert [one["Name"] for one in stopped if one["State"]["ExitCode"] == KILLED] == []

    doubled.must("docker compose up -d --wait --no-recreate")
    crowd.until(5)
    crowd.stop()
    all_there(doubled, agent, acknowledged)
