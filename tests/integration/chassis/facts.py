"""Events, reactions and rows of the tests' own service."""

import os
import signal
from typing import Any
from uuid import uuid4

import orjson

from services.chassis.bus.publisher import OutgoingMessage
from services.chassis.bus.reactions import Received, reaction
from services.chassis.event_store.events import Event, sealed
from services.chassis.event_store.transaction import Transaction
from tests.support.heard import packed

TABLES = """
CREATE TABLE IF NOT EXISTS effects (
    id bigint GENERATED ALWAYS AS IDENTITY, event_id uuid NOT NULL, subject text NOT NULL, sequence integer NOT NULL
);
CREATE TABLE IF NOT EXISTS hopeless (subject text PRIMARY KEY, fatal boolean NOT NULL DEFAULT false);
CREATE TABLE IF NOT EXISTS owed (id integer PRIMARY KEY, due_at timestamptz, attempts integer NOT NULL DEFAULT 0);
INSERT INTO partners_stream DEFAULT VALUES ON CONFLICT DO NOTHING;
"""
HEARD_HERE = "SELECT count(*) AS n FROM heard WHERE xmin = pg_current_xact_id()::xid"


class Noted(Event, public=True):
    number: int
    by: str = ""


class Told(Event):
    number: int
    name: str = sealed()


def note(tx: Transaction, subject: str, number: int = 1) -> dict[str, Any]:
    noted = tx.append(f"note-{subject}", [Noted(number=number)])[0]
    return {"version": noted.version}


@reaction(Noted, streams=lambda _: ())
def keep(tx: Transaction, received: Received[Noted]) -> None:
    """One row an event; a subject named hopeless never succeeds, a fatal one ends the process unless it is applied by itself."""
    if found := tx.conn.execute("SELECT fatal FROM hopeless WHERE subject = %s", (received.subject,)).fetchone():
        if not found["fatal"]:
            raise ValueError("hopeless")
        if tx.conn.execute(HEARD_HERE).fetchall()[0]["n"] > 1:
            os.kill(os.getpid(), signal.SIGKILL)
    tx.conn.execute(
        "INSERT INTO effects (event_id, subject, sequence) VALUES (%s, %s, %s)",
        (received.event_id, received.subject, received.sequence),
    )


def letter(position: int, subject: str = "") -> OutgoingMessage:
    """The event at this position; by itself, of one of a hundred subjects."""
    event_id, subject = uuid4(), subject or f"subject-{position % 100}"
    body = packed("tests", "Noted", subject, {"number": 1, "by": ""}, position=position, event_id=event_id)
    return OutgoingMessage("tests.events", "Noted", str(event_id), _of_a_release(position, body))


def _of_a_release(position: int, body: bytes) -> bytes:
    """Two of three as this release writes its source and its sequence, the third as the one before did."""
    if position % 3:
        return body
    return orjson.dumps({**orjson.loads(body), "source": "urn:parvis:tests", "sequence": str(position)})


def unreadable(*bodies: bytes) -> list[OutgoingMessage]:
    """Said as if by the tests' own service, which can read none of them."""
    return [OutgoingMessage("tests.events", "Noted", str(uuid4()), body) for body in bodies]
