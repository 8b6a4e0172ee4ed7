"""I4 and I5: who received what, and in which order; the event store, partners, the other services, the API and the rows alike."""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson
import requests

from services.chassis.bus.envelope import full_type
from services.requests.history.pieces import ONE_ACT
from tests.faults.deployment import SERVICES, Filed
from tests.faults.load import Load
from tests.faults.partner import Stream
from tests.faults.watched import Watched
from tests.servers.look import rows

ECHOES = [
    "ExchangeAdded",
    "ExchangeRead",
    "DocumentAdded",
    "DocumentReplaced",
    "DocumentRelabelled",
    "DocumentRemoved",
    "FileRejected",
]
"""Facts of messaging and documents that requests takes over under their own ids, each once."""
SHARED = """
SELECT event_id::text AS id, type, type_version, subject, version, public FROM events WHERE shared ORDER BY stream, version
"""
ECHOED = "SELECT event_id::text AS id FROM events WHERE type = ANY(%s)"
ACKNOWLEDGED = """
SELECT request_id, count(*) AS n FROM notices WHERE purpose = 'acknowledgement' GROUP BY 1 HAVING count(*) > 1
"""
STREAMS = "SELECT stream, type, time, public FROM events WHERE stream = ANY(%s) ORDER BY stream, version"
ROWS = "SELECT number, status, archived, unread_town, unread_citizen FROM requests WHERE number = ANY(%s)"
READERS = 4
KINDS = {"Request": "operation", "Document": "document", "Exchange": "exchange", "Appointment": "appointment"}


def every_event_was_published_and_received(deployment: Watched, stream: Stream) -> None:
    """I5: partners received each shared event, word for word; each reaction had its effect exactly once."""
    for service in SERVICES:
        for row in rows(deployment.settings, service, SHARED):
            received = stream.received.get(row["id"])
            assert received is not None, f"{row['type']} of {service} never reached partners"
            assert received == {
                "type": full_type(service, row["type"], row["type_version"]),
                "subject": row["subject"],
                "sequence": row["version"],
                "data": orjson.loads(row["public"]),
            }
    assert stream.positions.keys() == {"requests"}, "another service speaks to partners"
    notices = rows(deployment.settings, "messaging", ACKNOWLEDGED)
    assert not notices, f"acknowledged twice: {notices}"
    sent, taken = (
        Counter(row["id"] for name in names for row in rows(deployment.settings, name, ECHOED, ECHOES))
        for names in (("messaging", "documents"), ("requests",))
    )
    assert sent == taken, f"{(sent - taken).total()} were not applied, {(taken - sent).total()} too often"


def all_readers_see_one_order(deployment: Watched, load: Load, stream: Stream) -> None:
    """I4: partners, the event store, the row of the work list and the API show the same."""
    assert all(seen == sorted(seen) for seen in stream.positions.values()), "partners received events out of order"
    expected: dict[str, list[int]] = defaultdict(list)
    for row in rows(deployment.settings, "requests", SHARED):
        expected[row["subject"]].append(row["version"])
    assert {subject: stream.sequences[subject] for subject in expected} == expected
    chosen = load.filed[:: max(1, len(load.filed) // 25)]
    shown = {row["number"]: row for row in rows(deployment.settings, "requests", ROWS, [one.number for one in chosen])}
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in rows(deployment.settings, "requests", STREAMS, [f"request-{one.request_id}" for one in chosen]):
        kept[event["stream"]].append(event)
    with ThreadPoolExecutor(READERS) as pool:
        list(
            pool.map(
                lambda one: _shown_alike(deployment, one, shown[one.number], kept[f"request-{one.request_id}"]), chosen
            )
        )


def _shown_alike(deployment: Watched, one: Filed, row: dict[str, Any], kept: list[dict[str, Any]]) -> None:
    """One request, its row and its events: its Historique is its stream, line by line."""
    address, mine = f"{deployment.url}/api/v1/requests/{one.number}", {"Parvis-Tracking": one.token}
    shown = requests.get(address, headers=mine, timeout=10).json()
    pieces = requests.get(f"{address}/documents", headers=mine, timeout=10).json()["documents"]
    lines = [(line["kind"], datetime.fromisoformat(line["at"])) for line in reversed(shown["history"])]
    expected = sorted(_lines(kept), key=itemgetter(1))
    stored = [(event["type"], event["public"]) for event in kept]
    assert lines == expected, f"{one.number}: shown {lines}, kept {expected} of {stored}"
    assert shown["status"]["slug"] == row["status"]
    assert shown["archived"] == row["archived"] == one.cancelled
    assert shown["unread"] == {"citizen": row["unread_citizen"], "town": row["unread_town"]}
    assert sum(event["type"] == "ExchangeAdded" for event in kept) == one.exchanges
    assert sum(len(piece["files"]) for piece in pieces) == one.files


def _lines(kept: list[dict[str, Any]]) -> list[tuple[str, datetime]]:
    """Kind and moment of each line; files that join one piece in the same act are one line, at its first file's moment."""
    lines: list[tuple[str, datetime]] = []
    before = None
    for event in kept:
        if event["type"] in ("RequestAssigned", "NoteAdded"):
            continue  # shown to the staff alone
        document = orjson.loads(event["public"]).get("document_id")
        when = _when(event)
        same_act = document and document == before and when - lines[-1][1] <= ONE_ACT
        if not (event["type"] == "DocumentReplaced" and same_act):
            lines.append((_kind(event["type"]), when))
        before = document
    return lines


def _when(event: dict[str, Any]) -> datetime:
    """When it happened: a piece that was filed is of that moment, however late documents received it."""
    occurred = orjson.loads(event["public"]).get("occurred_at")
    return datetime.fromisoformat(occurred) if occurred else event["time"]


def _kind(event: str) -> str:
    return next(kind for begins, kind in KINDS.items() if event.startswith(begins))
