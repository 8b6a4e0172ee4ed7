"""A session that is ended anywhere is refused at every gateway: within a second by SessionEnded, without it after five seconds."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from gateway.sessions.followed_events import FollowedEvents
from gateway.sessions.identity import SESSION_CACHE_SECONDS, Person, Sessions
from services.accounts.schemas.log_in import ReadSession
from services.chassis.actors import Actor
from services.chassis.contracts import from_json
from services.chassis.errors import Forbidden
from services.chassis.rpc.client import RpcClient, send
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import at_work, until
from tests.integration.processes.conftest import IMPORTER, Processes, within
from tests.support.people import fresh_code

VISITOR = Actor(kind="visitor", id="c" * 64)


class Gateway:
    """A gateway's copy of sessions and of their ends. Its clock stands still unless it is moved: nothing is forgotten by age."""

    def __init__(self, settings: Settings, rpc: RpcClient) -> None:
        self.seconds = 0.0
        self._rpc = rpc
        self._sessions = Sessions(clock=lambda: self.seconds)
        self.ends = FollowedEvents(settings.amqp_url, self._sessions)
        self.asked = 0

    def person(self, token: str) -> Person | None:
        """Whom this gateway takes the holder of the session for."""

        def ask() -> Any:
            self.asked += 1
            return send(self._rpc, ReadSession(session=token), actor=VISITOR)

        try:
            return self._sessions.get(token, ask, datetime.now(UTC))
        except Forbidden:
            return None

    def remembers(self, token: str) -> bool:
        """Whether it said who holds the session without asking."""
        before = self.asked
        return self.person(token) is not None and self.asked == before


@dataclass
class Accounts:
    """A citizen and two agents who log in, each by the login that the import made."""

    client: RpcClient
    logins: dict[str, dict[str, Any]]

    def ask(self, method: str, actor: Actor = IMPORTER, **body: Any) -> Any:
        return self.client.call(f"accounts.{method}", body, actor=actor, command_id=uuid4(), timeout=30)

    def log_in(self, who: str) -> str:
        login = self.logins[who]
        opened = self.ask("log_in", VISITOR, username=login["username"], password=login["password"])
        if "challenge" in opened:
            code = fresh_code(login)
            opened = self.ask("second_factor", VISITOR, challenge=opened["challenge"], code=code, presented="")
        return opened["session"]

    def holder(self, token: str) -> Actor:
        return from_json(Actor, self.ask("session", VISITOR, session=token)["actor"])


@pytest.fixture(scope="module")
def town_hall(processes: Processes, town: dict[str, Any]) -> Accounts:
    agents = [one for one in town["accounts"]["agents"] if one["role"] != "administrator"][:2]
    own = [{**one, "username": f"{one['username']}.{uuid4().hex[:8]}"} for one in agents]
    made = processes.call("accounts.import_accounts", {"agents": own}, IMPORTER)["logins"]
    _, citizen = processes.bring(town["accounts"]["citizens"][0])
    return Accounts(processes.client, dict(zip(("citizen", "agent", "leaver"), (citizen, *made), strict=True)))


@pytest.fixture(scope="module")
def gateways(settings: Settings) -> Iterator[tuple[Gateway, Gateway]]:
    with RpcClient(settings) as rpc:
        one, two = Gateway(settings, rpc), Gateway(settings, rpc)
        with at_work(one.ends.listen, one.ends.stop), at_work(two.ends.listen, two.ends.stop):
            yield one, two


@pytest.fixture(autouse=True)
def relay(processes: Processes) -> None:
    processes.services.start("relay")


def open_at_both(hall: Accounts, who: str, gateways: tuple[Gateway, Gateway]) -> str:
    """A session that both gateways have been shown, and remember."""
    token = hall.log_in(who)
    for gateway in gateways:
        until(lambda gateway=gateway: gateway.remembers(token))
    return token


def end_from_the_list(hall: Accounts, stolen: str, mine: str) -> None:
    found = hall.ask("list_sessions", hall.holder(stolen), presented=stolen)["sessions"]
    hall.ask("end_session", hall.holder(mine), id=next(one["id"] for one in found if one["current"]))


def end_all_others(hall: Accounts, _stolen: str, mine: str) -> None:
    hall.ask("end_other_sessions", hall.holder(mine), presented=mine)


def change_password(hall: Accounts, _stolen: str, mine: str) -> None:
    login, chosen = hall.logins["citizen"], f"trois mots {uuid4().hex}"
    asked = {"current_password": login["password"], "new_password": chosen, "username": "", "email": ""}
    hall.ask("change_credentials", hall.holder(mine), presented=mine, **asked)
    login["password"] = chosen


def change_rights(hall: Accounts, session: str, _mine: str) -> None:
    change = "remove" if "write_exchanges" in hall.holder(session).permissions else "add"
    hall.ask("change_rights", username=hall.logins["agent"]["username"], **{change: ["write_exchanges"]})


def disable(hall: Accounts, _session: str, _mine: str) -> None:
    hall.ask("disable_agent", username=hall.logins["leaver"]["username"])


WAYS: dict[Callable[[Accounts, str, str], None], str] = {
    end_from_the_list: "citizen",
    end_all_others: "citizen",
    change_password: "citizen",
    change_rights: "agent",
    disable: "leaver",
}


def seconds_to_refusal(
    hall: Accounts, gateways: tuple[Gateway, Gateway], way: Callable[[Accounts, str, str], None]
) -> float:
    """From the answer of what ends the session to its refusal at the last gateway; another session stays open."""
    who = WAYS[way]
    if who == "leaver":
        hall.ask("enable_agent", username=hall.logins[who]["username"])
    ended = open_at_both(hall, who, gateways)
    mine = open_at_both(hall, who, gateways) if who == "citizen" else ""

    way(hall, ended, mine)

    committed = time.monotonic()
    # their clocks stand still: only the event closes it
    until(lambda: not any(gateway.person(ended) for gateway in gateways))
    seconds = time.monotonic() - committed
    assert not mine or all(gateway.remembers(mine) for gateway in gateways)
    return seconds


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_session_that_is_ended_is_refused_at_every_gateway_within_a_second(
    town_hall: Accounts,
    gateways: tuple[Gateway, Gateway],
    way: Callable[[Accounts, str, str], None],
    record_property: Callable[[str, object], None],
) -> None:
    within(
        1.0,
        lambda: seconds_to_refusal(town_hall, gateways, way),
        record_property,
        "refused at both gateways after the change",
    )


def test_with_the_relay_dead_a_session_is_closed_after_five_seconds(
    town_hall: Accounts, gateways: tuple[Gateway, Gateway], processes: Processes
) -> None:
    stolen, mine = (open_at_both(town_hall, "citizen", gateways) for _ in range(2))
    processes.services.kill("relay")

    end_from_the_list(town_hall, stolen, mine)

    assert SESSION_CACHE_SECONDS == 5
    for gateway in gateways:
        gateway.seconds += SESSION_CACHE_SECONDS - 0.1
        assert gateway.remembers(stolen), "the end did not reach it"
        gateway.seconds += 0.1
        assert gateway.person(stolen) is None
        assert gateway.person(mine) is not None
