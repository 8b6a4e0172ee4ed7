"""A session that is ended anywhere is closed at every gateway: told by SessionEnded, and without it after five seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from gateway.identity import SESSION_CACHE_SECONDS, Person, Sessions
from gateway.session_ends import SessionEnds
from services.chassis.actors import Actor, system
from services.chassis.errors import Forbidden
from services.chassis.rpc import RpcClient
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import until
from tests.processes import Services

VISITOR = Actor(kind="visitor", id="c" * 64)


class Gateway:
    """What one gateway keeps of sessions, and hears. Its clock stands still unless it is moved: nothing is forgotten by age."""

    def __init__(self, settings: Settings, rpc: RpcClient) -> None:
        self.seconds = 0.0
        self._rpc = rpc
        self._sessions = Sessions(clock=lambda: self.seconds)
        self.ends = SessionEnds(settings.amqp_url, self._sessions)
        self.asked = 0

    def person(self, token: str) -> Person | None:
        """Whom this gateway takes the holder of the session for."""

        def ask() -> Any:
            self.asked += 1
            return self._rpc.call("accounts.session", {"session": token}, actor=VISITOR)

        try:
            return self._sessions.get(token, ask, datetime.now(UTC))
        except Forbidden:
            return None

    def remembers(self, token: str) -> bool:
        """Whether it said who holds the session without asking."""
        before = self.asked
        return self.person(token) is not None and self.asked == before


@pytest.fixture(scope="module")
def login(services: Services, settings: Settings, town: dict[str, Any]) -> Iterator[Callable[[], str]]:
    """Logs a citizen of the demo town in once more."""
    services.start("accounts")
    with RpcClient(settings) as client:
        people = {"citizens": town["accounts"]["citizens"][:1]}
        [made] = client.call(
            "accounts.import_accounts", people, actor=system("import"), command_id=uuid4(), timeout=30
        )["logins"]

        def log_in() -> str:
            asked = {"username": made["username"], "password": made["password"]}
            return client.call("accounts.log_in", asked, actor=VISITOR, command_id=uuid4(), timeout=30)["session"]

        yield log_in


@pytest.fixture
def gateways(settings: Settings, services: Services) -> Iterator[tuple[Gateway, Gateway]]:
    services.start("accounts", "relay")
    with RpcClient(settings) as rpc, listening(Gateway(settings, rpc)) as one, listening(Gateway(settings, rpc)) as two:
        yield one, two


@contextmanager
def listening(gateway: Gateway) -> Iterator[Gateway]:
    ear = threading.Thread(target=gateway.ends.listen)
    ear.start()
    try:
        yield gateway
    finally:
        gateway.ends.stop()
        ear.join(20)


def call(settings: Settings, gateway: Gateway, token: str, method: str, **body: Any) -> Any:
    person = gateway.person(token)
    assert person is not None
    with RpcClient(settings) as rpc:
        return rpc.call(f"accounts.{method}", body, actor=person.actor, command_id=uuid4())


def open_at_both(login: Callable[[], str], gateways: tuple[Gateway, Gateway]) -> str:
    """A session that both gateways have been shown, and remember."""
    token = login()
    for gateway in gateways:
        until(lambda gateway=gateway: gateway.remembers(token))
    return token


def id_of(settings: Settings, gateway: Gateway, token: str) -> str:
    found = call(settings, gateway, token, "list_sessions", presented=token)["sessions"]
    return next(one["id"] for one in found if one["current"])


@pytest.mark.parametrize("way", ["one", "others"])
def test_an_end_from_the_list_is_heard_at_every_gateway(
    login: Callable[[], str], gateways: tuple[Gateway, Gateway], settings: Settings, way: str
) -> None:
    stolen, mine = open_at_both(login, gateways), open_at_both(login, gateways)

    if way == "one":
        call(settings, gateways[0], mine, "end_session", id=id_of(settings, gateways[0], stolen))
    else:
        call(settings, gateways[0], mine, "end_other_sessions", presented=mine)

    for gateway in gateways:  # their clocks stand still: only the event closes it
        until(lambda gateway=gateway: gateway.person(stolen) is None)
        assert gateway.remembers(mine)


def test_with_the_relay_dead_a_session_is_closed_after_five_seconds(
    login: Callable[[], str], gateways: tuple[Gateway, Gateway], settings: Settings, services: Services
) -> None:
    stolen, mine = open_at_both(login, gateways), open_at_both(login, gateways)
    services.kill("relay")

    call(settings, gateways[0], mine, "end_session", id=id_of(settings, gateways[0], stolen))

    for gateway in gateways:
        gateway.seconds += SESSION_CACHE_SECONDS - 0.1
        assert gateway.remembers(stolen), "it was not told"
        gateway.seconds += 0.1
        assert gateway.person(stolen) is None
        assert gateway.person(mine) is not None
