"""A decision that waits: undone from the page of its file, and carried out once, whatever ends meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from services.chassis.actors import Actor
from services.chassis.errors import Conflict, Unavailable
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.processes.conftest import IMPORTER, Processes, patiently, until
from tests.integration.processes.test_session_ends import Accounts
from tests.servers.mailbox import Mailbox
from tests.servers.processes import Services
from tests.support.judge import Client, parsed

TAKEN_OVER_SECONDS = 30.0
"""Far less than the minute after which a loop that nothing wakes looked before; more than a busy machine adds to ten seconds."""
WAIT = "6"  # seconds: more than it takes a busy machine to kill, or to press « Annuler »
WHY = "Cette voie est privée."
REFUSED = "Statut «\u00a0Refusée\u00a0»"


@pytest.fixture(scope="module", autouse=True)
def _a_short_wait(processes: Processes) -> Iterator[None]:
    processes.services.stop("requests")
    processes.services.start("requests", DECISION_WAIT=WAIT)
    yield
    processes.services.stop("requests")


@pytest.fixture(scope="module")
def agent(processes: Processes, town: dict[str, Any]) -> tuple[str, Actor]:
    """An agent whom accounts knows, for what waits is done with the rights of its moment: the session, and who holds it."""
    known = next(one for one in town["accounts"]["agents"] if one["role"] == "agent")
    own = {**known, "username": f"{known['username']}.{uuid4().hex[:8]}"}
    [login] = processes.call("accounts.import_accounts", {"agents": [own]}, IMPORTER)["logins"]
    accounts = Accounts(processes.client, {"agent": login})
    token = accounts.log_in("agent")
    return token, accounts.holder(token)


@pytest.fixture
def desk(settings: Settings, agent: tuple[str, Actor]) -> Iterator[Client]:
    """The agent's browser, at a gateway in front of the services."""
    patient = replace(settings, rpc_timeout_seconds=20)  # what waits is a part of a page that it can do without
    with RpcClient(patient) as rpc:
        app = create_app(patient, Clients(rpc, request_context, timeout_seconds=patient.rpc_timeout_seconds))
        app.test_client_class = Client
        with app.test_client() as client:
            assert isinstance(client, Client)
            client.set_cookie("parvis", agent[0])
            yield client


@pytest.fixture
def address() -> str:
    """Of the person of a report."""
    return f"{uuid4().hex}@courriel.example"


@pytest.fixture
def number(processes: Processes, address: str, smtp: Mailbox) -> str:
    """A report under review. Filed once the mailbox was emptied: its receipt is counted."""
    filed = processes.submit(Actor(kind="visitor", id="e" * 64), "signalement-voirie", address)["number"]
    processes.decide(filed, "in_review")
    return filed


def refusals_of(processes: Processes, number: str) -> int:
    return [line["title"] for line in processes.tracking(number)["history"]].count(REFUSED)


def hold(processes: Processes, number: str, actor: Actor) -> str:
    """Refuses the request, and waits with it: the id of the decision. Asked again where a fact of another service came first."""

    def decide() -> str:
        version = processes.tracking(number)["version"]
        asked = {"number": number, "version": version, "to": "rejected", "reason": WHY, "hold": True}
        try:
            return str(processes.call("requests.change_status", asked, actor)["held"])
        except Conflict:
            raise Unavailable from None

    return str(patiently(decide))


def test_an_undone_decision_gives_its_form_back_and_is_carried_out_when_sent_again(
    processes: Processes, desk: Client, number: str
) -> None:
    file = f"/agent/demandes/{number}"

    def send() -> TestResponse:
        given = desk.submit(f"{file}/decision?vers=rejected", "form.decide__form", reason=WHY, action="envoyer")
        if given.status_code == 409:  # a fact of another service came first
            raise Unavailable
        return given

    sent = patiently(send)
    assert sent.location == f"{file}?fait=attente#attente"
    page = desk.page(sent.location)
    assert "Votre décision part dans" in page.select_one("#attente h2").get_text()
    given_back = parsed(desk.fill(page, "#attente form"), 200)
    assert given_back.select_one("[name=reason]").get_text(strip=True) == WHY
    assert desk.page(file).select(".held") == []
    assert (processes.tracking(number)["status"]["slug"], refusals_of(processes, number)) == ("in_review", 0)

    again = desk.fill(given_back, "form.decide__form", action="envoyer")
    held = str(desk.page(again.location).select_one("#attente form")["action"])

    until(lambda: desk.get(f"{held}/etat").text == "done")
    assert refusals_of(processes, number) == 1
    assert desk.page(file).select(".held") == []


def test_a_kill_across_the_moment_of_a_decision_neither_loses_nor_doubles_it(
    processes: Processes, agent: tuple[str, Actor], number: str, address: str, smtp: Mailbox
) -> None:
    _, actor = agent
    decision = hold(processes, number, actor)
    [waits] = processes.call("requests.list_held_decisions", {"number": number}, actor)["items"]
    processes.services.kill("requests")
    due = datetime.fromisoformat(waits["due_at"])
    until(lambda: datetime.now(UTC) > due)
    processes.services.start("requests", DECISION_WAIT=WAIT)

    def state() -> str:
        named = {"number": number, "decision_id": decision}
        return str(processes.call("requests.read_held_decision", named, actor)["state"])

    until(lambda: state() == "done")
    assert refusals_of(processes, number) == 1
    assert processes.call("requests.list_held_decisions", {"number": number}, actor)["items"] == []
    assert len(smtp.wait_for(address, count=2)) == 2  # the receipt, and the decision


def test_the_decision_of_a_replica_that_ends_is_carried_out_by_an_idle_one(
    processes: Processes, agent: tuple[str, Actor], number: str, untouched: dict[str, str], tmp_path: Path
) -> None:
    _, actor = agent
    beside = Services(untouched, tmp_path)
    beside.start("requests", DECISION_WAIT=WAIT)  # has looked for what waits, and waits itself
    replicas = (processes.services, beside)
    before = [decided_by(replica) for replica in replicas]

    def state() -> str:
        named = {"number": number, "decision_id": decision}
        return str(processes.call("requests.read_held_decision", named, actor)["state"])

    try:
        decision = hold(processes, number, actor)
        until(lambda: [decided_by(replica) for replica in replicas] != before)
        keeper = next(replica for replica, calls in zip(replicas, before, strict=True) if decided_by(replica) != calls)
        keeper.kill("requests")

        until(lambda: state() == "done", TAKEN_OVER_SECONDS)
        assert refusals_of(processes, number) == 1
    finally:
        beside.stop()
        processes.services.start("requests", DECISION_WAIT=WAIT)


def decided_by(replica: Services) -> int:
    """How many decisions were sent to it."""
    return replica.log("requests").count('"method": "change_status"')
