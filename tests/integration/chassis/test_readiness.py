"""A service says whether it can serve at this moment, and of each server how long it waits for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from deploy.local import ports
from services.chassis.event_store.store import Store
from tests.integration.chassis.conftest import Process, until
from tests.servers.cables import Cables

SERVERS = {"database": ["DATABASE_URL"], "broker": ["AMQP_URL", "PARTNERS_AMQP_URL"]}


def readiness(port: int) -> tuple[int, dict[str, bool]]:
    """The status of /readyz, and what it says of each need; 0 while the port is closed."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)
    except URLError:
        return 0, {}


def test_a_service_and_an_idle_relay_are_ready_while_they_reach_their_servers(
    own_environment: dict[str, str], run: Callable[..., Process], tmp_path: Path
) -> None:
    chosen = ports.choose(["probe", "relay", *SERVERS], home=tmp_path)
    behind = {server: int(urlsplit(own_environment[settings[0]]).port or 0) for server, settings in SERVERS.items()}
    through = {
        setting: own_environment[setting].replace(f":{behind[server]}/", f":{chosen[server]}/")
        for server, settings in SERVERS.items()
        for setting in settings
    }

    def stand(status: int) -> bool:
        (its, needs), (the_relays, _) = readiness(chosen["probe"]), readiness(chosen["relay"])
        return (its, the_relays) == (status, status) and {needs[name] for name in SERVERS} == {status == 200}

    cables = Cables(**{server: (chosen[server], port) for server, port in behind.items()})
    with cables:
        service = run("probe", HEALTH_PORT=str(chosen["probe"]), **through)
        # whose database stays, so that it does not begin anew
        relay = run("relay", HEALTH_PORT=str(chosen["relay"]), **{name: through[name] for name in SERVERS["broker"]})
        until(lambda: stand(200))

    until(lambda: stand(503))
    with cables:
        until(lambda: stand(200))

    for process in (service, relay):
        process.stop()
        lines = [json.loads(line) for line in process.log.read_text().splitlines()]
        assert lines, process.module
        assert all(line["event"] and line["level"] and line["timestamp"] for line in lines)


def test_every_wait_for_the_database_has_an_end(store: Store) -> None:
    limits: dict[str, Any] = {}
    with store.read() as conn:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            limits |= conn.execute(f"SHOW {name}").fetchall()[0]
        given = conn.info.get_parameters()

    assert limits == {"statement_timeout": "15s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"}
    assert {name: given[name] for name in ("connect_timeout", "tcp_user_timeout", "keepalives_idle")} == {
        "connect_timeout": "3",
        "tcp_user_timeout": "5000",
        "keepalives_idle": "5",
    }
