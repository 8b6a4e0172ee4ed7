"""The last thing: `docker compose stop` ends what people reach first and what keeps the data last, and kills nobody."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from tests.compose.deployment import REPLICATED, SERVICES, Deployment
from tests.e2e.people import visitor

KILLED = 137
LAYERS = (("proxy",), ("gateway",), SERVICES, ("postgres", "rabbitmq"))
EVERYTHING = (*REPLICATED, "relay", "proxy", "postgres", "rabbitmq", "object-store")


def ended(portal: Deployment, services: tuple[str, ...]) -> list[datetime]:
    return [
        datetime.fromisoformat(one["State"]["FinishedAt"][:26].rstrip("Z") + "+00:00")
        for name in services
        for one in portal.containers(name, everything=True)
    ]


def test_it_stops_from_the_door_to_the_stores_and_has_all_when_it_is_up_again(doubled: Deployment) -> None:
    person = visitor(doubled)
    receipt = person.do("POST", "/requests", person.prepared("signalement-voirie"))

    doubled.must("docker compose stop")
    assert not doubled.containers()
    for before, after in pairwise(LAYERS):
        assert max(ended(doubled, before)) <= min(ended(doubled, after)), (before, after)
    stopped = [one for name in EVERYTHING for one in doubled.containers(name, everything=True)]
    assert [one["Name"] for one in stopped if one["State"]["ExitCode"] == KILLED] == []

    doubled.must("docker compose up -d --wait --no-recreate")
    person.session.headers["Parvis-Tracking"] = receipt["tracking_token"]
    assert person.request(receipt["number"])["status"]["slug"] == "submitted"
