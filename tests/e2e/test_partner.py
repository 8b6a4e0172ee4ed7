"""A partner receives the events of requests: in order, without personal data, by schema, and again from the beginning.

The partner is the example in Python of docs/partners.md, run as it stands there by an interpreter of its own.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import amqp
import jsonschema
import pytest
import requests

from tests.e2e.partner_clients import Client
from tests.servers.broker import read_stream
from tests.servers.cables import Cables
from tests.servers.portal import Portal, free_port
from tests.support.people import PATIENCE_SECONDS, Person, eventually

pytestmark = pytest.mark.e2e

MARKER = "Tournesolle"
CORRELATION = uuid.uuid4().hex
Taken = list[dict[str, Any]]


@pytest.fixture(scope="module")
def address(portal: Portal) -> Iterator[str]:
    """What `parvis partner add` prints."""
    name = f"essai-{uuid.uuid4().hex[:8]}"
    yield portal.add_partner(name)
    assert portal.parvis("partner", "revoke", name).returncode == 0


@pytest.fixture
def partner_at(portal: Portal, tmp_path: Path) -> Iterator[Callable[[str], Client]]:
    started: list[Client] = []

    def start(address: str) -> Client:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(Client("python", folder).start(address, portal.url))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def partner(address: str, partner_at: Callable[[str], Client]) -> Callable[[], Client]:
    return lambda: partner_at(address)


def everything(address: str, until_kind: str, subject: str) -> Taken:
    """The stream from its first event to the one of that kind about that request."""
    taken: Taken = []
    known: list[tuple[str, str]] = []

    def take(message: amqp.Message) -> None:
        taken.append(json.loads(message.body))
        known.append((taken[-1]["subject"], taken[-1]["type"].split(".")[1]))

    read_stream(address, take, lambda: (subject, until_kind) in known)
    return taken[: known.index((subject, until_kind)) + 1]


@pytest.fixture(scope="module")
def rented(camille: Person) -> str:
    """A room is asked for, written about, moved and given up; name and message bear the marker. The request's id."""
    body = camille.prepared("location-salle")
    body["applicant"]["usage_name"] = MARKER
    filed = camille.do("POST", "/requests", body, headers={"X-Request-Id": CORRELATION})
    number = filed["number"]
    camille.do("POST", f"/requests/{number}/exchanges", {"text": f"Bonjour, {MARKER} viendra plus tôt."})
    first = eventually(
        lambda: seen if is_known(seen := camille.request(number)) else None, "the exchange and the piece"
    )
    path = f"/requests/{number}/appointments/{first['appointments'][0]['id']}"
    camille.do("PUT", path, {"start": camille.first_free("salles")["start"], "version": first["version"]})
    camille.do("POST", f"/requests/{number}/cancellation", {"version": camille.request(number)["version"]})
    return first["request_id"]


def is_known(request: dict[str, Any]) -> bool:
    return request["unread"]["town"] == 1 and "document" in {line["kind"] for line in request["history"]}


def test_a_partner_receives_events_in_order_and_again_after_a_restart(
    partner: Callable[[], Client], rented: str
) -> None:
    first = partner()
    eventually(lambda: "RequestCancelled" in first.kinds(rented), "the cancellation")
    taken = [kind for kind in first.kinds(rented) if not kind.startswith("Document")]
    main = ["RequestSubmitted", "ExchangeAdded", "AppointmentRescheduled", "RequestCancelled"]
    assert [kind for kind in taken if kind in main] == main
    first.stop()

    before, again = first.of(rented), partner()
    eventually(lambda: len(again.of(rented)) >= len(before), "the same events, again")

    assert again.of(rented)[: len(before)] == before


def through(address: str, port: int) -> tuple[str, int]:
    """That address by way of a port of ours, and the port that it names."""
    parts = urlsplit(address)
    assert parts.port is not None
    return address.replace(f":{parts.port}/", f":{port}/"), parts.port


def test_a_partner_whose_connection_is_lost_goes_on_from_its_place(
    address: str, partner_at: Callable[[str], Client], rented: str, camille: Person
) -> None:
    port = free_port()  # not one that the system gives to whoever connects meanwhile
    cabled, broker = through(address, port)
    with Cables(broker=(port, broker)):
        one = partner_at(cabled)
        eventually(lambda: "RequestCancelled" in one.kinds(rented), "the cancellation")
    eventually(lambda: "Connection lost" in one.said.read_text(), "the loss")
    before = one.wrote.read_bytes()
    with Cables(broker=(port, broker)):
        number = camille.do("POST", "/requests", camille.prepared("location-salle"))["number"]
        request_id = camille.request(number)["request_id"]
        eventually(lambda: "RequestSubmitted" in one.kinds(request_id), "what came after the loss")

    assert one.wrote.read_bytes().startswith(before)
    stream = [(event["subject"], event["type"]) for event in everything(address, "RequestSubmitted", request_id)]
    taken = [(line["event"]["subject"], line["event"]["type"]) for line in one.lines()]
    assert taken[: len(stream)] == stream
    assert "Traceback" not in one.said.read_text()


def test_a_partner_whose_access_was_ended_says_so_and_ends(portal: Portal, partner_at: Callable[[str], Client]) -> None:
    name = f"essai-{uuid.uuid4().hex[:8]}"
    address = portal.add_partner(name)
    assert portal.parvis("partner", "revoke", name).returncode == 0

    ended = partner_at(address)

    assert ended.child.wait(PATIENCE_SECONDS) == 1
    assert ended.said.read_text().splitlines() == ["Access refused: ask the town hall whether this user still exists."]


def test_every_event_fits_its_schema_and_has_no_personal_data(portal: Portal, address: str, rented: str) -> None:
    taken = everything(address, "RequestCancelled", rented)
    messages = requests.get(portal.addresses["asyncapi"], timeout=10).json()["components"]["messages"]
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER

    for event in taken:
        jsonschema.validate(event, messages[event["type"]]["payload"], format_checker=formats)
    text = json.dumps(taken, ensure_ascii=False)
    for marker in (MARKER, "camille", "exemple", "@", "Bonjour"):
        assert marker.lower() not in text.lower(), marker
    sequences = [int(event["sequence"]) for event in taken if event["subject"] == rented]
    assert sequences == sorted(set(sequences))
    positions = [event["position"] for event in taken]
    assert sorted(set(positions)) == list(dict.fromkeys(positions))


def test_every_log_and_event_of_a_call_bears_its_id(portal: Portal, address: str, rented: str) -> None:
    events = [one for one in everything(address, "RequestCancelled", rented) if one.get("correlationid") == CORRELATION]
    # For the receipt alone: the department's mail may wait for other news.
    lines = eventually(lambda: lines_with(portal, "requests", "notice_details"), "what the receipt says")
    mails = eventually(lambda: said_by_messaging(portal), "the receipt")

    assert {one["type"].split(".")[1] for one in events} == {
        "RequestSubmitted",
        "AppointmentBooked",
        "DocumentAdded",
    }, "the last is what requests received from documents, which had received the first"
    assert set(mails) == {"EmailSent"}
    assert [(line["event"], line["method"], line["status"]) for line in lines["gateway"]] == [("http", "POST", 201)]
    assert {"submit", "notice_details"} <= {line["method"] for line in lines["requests"]}, "asked for the mail as well"
    assert "freeze" in {line["method"] for line in lines["documents"]}


def test_a_call_between_services_bears_the_id_of_the_first_call(portal: Portal, camille: Person) -> None:
    call = uuid.uuid4().hex
    camille.do("POST", "/drafts", {"procedure": "location-salle", "anew": True}, headers={"X-Request-Id": call})

    eventually(
        lambda: "profile" in {line["method"] for line in logged(portal, call)["accounts"]}, "the call in its log"
    )


def said_by_messaging(portal: Portal) -> list[str]:
    """The events of the mails that the call set off, which no partner receives."""
    query = f"SELECT type FROM events WHERE correlation_id = '{CORRELATION}'"
    return portal.parvis("psql", "messaging", "--no-align", "--tuples-only", "-c", query).stdout.split()


def lines_with(portal: Portal, process: str, method: str) -> dict[str, list[dict[str, Any]]] | None:
    """What each process wrote under the id of that call, once that one wrote of that method."""
    lines = logged(portal, CORRELATION)
    return lines if method in {line.get("method") for line in lines.get(process, [])} else None


def logged(portal: Portal, call: str) -> dict[str, list[dict[str, Any]]]:
    """What each process wrote under the id of that call."""
    found: dict[str, list[dict[str, Any]]] = {}
    for log in (portal.home / "log").glob("*.log"):
        lines = map(parsed, log.read_text("utf-8", errors="replace").splitlines())
        found[log.stem] = [line for line in lines if line.get("correlation_id") == call]
    return found


def parsed(line: str) -> dict[str, Any]:
    """A line of a log; nothing where it is none, or still on its way."""
    try:
        return json.loads(line) if line.startswith("{") else {}
    except json.JSONDecodeError:
        return {}
