"""Several services at once, on databases and a broker of their own that all tests of this folder share in a worker.

Each test has people of its own; what it stops or kills is started again for the next module.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.errors import Conflict, NotFound, Unavailable
from services.chassis.rpc.client import RpcClient
from services.chassis.service_list import service_names
from services.chassis.settings import Settings
from tests.conftest import FIGURES, nothing_published
from tests.servers.databases import Databases
from tests.servers.mailbox import Mailbox, MailServer
from tests.servers.processes import Services
from tests.support.filled import today, valid_answers, valid_applicant

TRIES = 3
IMPORTER = system("import")
AGENT = Actor(
    kind="agent",
    id=str(uuid4()),
    name="Agent instructeur polyvalent",
    roles=("agent",),
    departments=("services-techniques", "relation-usagers"),
    permissions=("read_requests", "change_status", "write_exchanges", "handle_confidential"),
)


@dataclass
class Processes:
    """The town hall's processes, with the demo town published, and a client of their calls."""

    services: Services
    settings: Settings
    client: RpcClient

    def call(self, method: str, body: dict[str, Any], actor: Actor) -> Any:
        """The answer, once the service has received what it needs; a command that is sent again is the same command."""
        command_id = uuid4()
        return patiently(lambda: self.client.call(method, body, actor=actor, command_id=command_id, timeout=30))

    def bring(self, citizen: dict[str, Any]) -> tuple[Actor, dict[str, Any]]:
        """A citizen of the town's file with an account of one module or test alone, and the login."""
        own = {**citizen, "sample_requests": [], "username": f"{citizen['username']}.{uuid4().hex[:8]}"}
        own["contact"] = {**citizen["contact"], "email": f"{uuid4().hex}@courriel.example"}
        brought = self.call("accounts.import_accounts", {"citizens": [own]}, IMPORTER)
        [login] = brought["logins"]
        return Actor(kind="citizen", id=brought["ids"][login["username"]]), login

    def submit(
        self, who: Actor, procedure: str, address: str = "ariel.nouveau@courriel.example", **chosen: Any
    ) -> dict[str, Any]:
        """The receipt of a request by the shortest way, but for what is chosen."""
        definition = self.call("procedures.procedure", {"slug": procedure}, who)["definition"]
        shortest = {"applicant": valid_applicant(definition, address), "answers": valid_answers(definition, today())}
        return self.call("requests.submit", {"procedure": procedure, **shortest, **chosen}, who)

    def tracking(self, number: str, actor: Actor = AGENT) -> dict[str, Any]:
        return self.call("requests.tracking", {"number": number}, actor)

    def decide(self, number: str, to: str, **more: Any) -> None:
        """The agent takes the request in charge and decides; where a fact of another service changed it since, once more."""
        for method, wanted in (("take_in_charge", {}), ("change_status", {"to": to, **more})):

            def on_the_present_version(method: str = method, wanted: dict[str, Any] = wanted) -> None:
                try:
                    version = self.tracking(number)["version"]
                    self.call(f"requests.{method}", {"number": number, "version": version, **wanted}, AGENT)
                except Conflict:
                    raise Unavailable from None

            patiently(on_the_present_version)


@pytest.fixture(scope="session")
def _own_mail_server(worker: str) -> Iterator[tuple[str, Mailbox]]:
    server = MailServer(f"{worker}processes")
    yield server.start(), server.mailbox
    server.stop()


@pytest.fixture
def smtp(_own_mail_server: tuple[str, Mailbox]) -> Mailbox:
    """The mailbox of these processes, empty at the start of the test: they run on while the worker tries other folders, and
    mail a department minutes after a request."""
    _own_mail_server[1].clear()
    return _own_mail_server[1]


@pytest.fixture(scope="session")
def untouched(
    environment: dict[str, str], databases: Databases, worker: str, _own_mail_server: tuple[str, Mailbox]
) -> Iterator[dict[str, str]]:
    with nothing_published(environment, databases, f"{worker}processes") as own:
        yield {**own, "SMTP_URL": _own_mail_server[0]}


@pytest.fixture(scope="session")
def settings(untouched: dict[str, str]) -> Settings:
    return Settings.load(untouched)


@pytest.fixture(scope="session")
def _processes(
    untouched: dict[str, str], settings: Settings, town: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Processes]:
    services = Services(untouched, tmp_path_factory.mktemp("processes"))
    services.start(*service_names(), "relay")
    with RpcClient(settings) as client:
        processes = Processes(services, settings, client)
        for method, parts in (
            ("procedures.import_town", ("town", "service_areas", "procedures", "agendas")),
            ("content.import_content", ("news", "activities", "practical_info", "polls", "partner_spaces")),
        ):
            processes.call(method, {name: town[name] for name in parts}, IMPORTER)
        yield processes
    services.stop()


@pytest.fixture(scope="module")
def processes(_processes: Processes) -> Processes:
    """All services and the relay run, whatever the module before has stopped."""
    _processes.services.start(*service_names(), "relay")
    return _processes


def patiently(ask: Callable[[], Any], seconds: float = 30) -> Any:
    """The answer once the service has received what it needs."""
    until = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (Unavailable, NotFound):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def within(limit: float, once: Callable[[], float], record_property: Callable[[str, object], None], what: str) -> None:
    """The seconds of one of at most three tries are within the limit, and the figure names each of them: that is promised of
    the portal, not of a processor that others use."""
    tries: list[float] = []
    while len(tries) < TRIES and all(seconds > limit for seconds in tries):
        tries.append(once())
    record_property(FIGURES, f"{what}, each try: {', '.join(f'{seconds:.2f} s' for seconds in tries)}")
    assert tries[-1] <= limit


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Returns once the condition holds; where a service lacks something, it is asked again."""

    def check() -> None:
        if not condition():
            raise Unavailable

    patiently(check, seconds)
