"""Events of other services, applied as a listener applies them: without a broker, in one transaction."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import orjson

from services.chassis.bus.envelope import Envelope, Received, pack, received, unpack
from services.chassis.bus.listener import HEAR
from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store.events import Event, type_of
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.store import Store

EXAMPLES = Path(__file__).parents[1] / "contract" / "events"
F = TypeVar("F", bound=Event)

_positions = count(1)


def hear(store: Store, source: str, name: str, subject: UUID | str, **data: Any) -> Envelope:
    """The event is applied as when it comes by the broker, with an id of its own; fields not given are those of its example."""
    load_registrations(store.service)
    reaction = reactions_of(store.service)[source][name]
    body, envelope = _sent(reaction.fact, subject, data)
    with store.transaction() as tx:
        assert tx.conn.execute(HEAR, {**vars(envelope), "body": body}).fetchall()[0]["verdict"] == "new"
        reaction.apply(tx, envelope)
    return envelope


def fact(cls: type[F], subject: UUID | str, **data: Any) -> Received[F]:
    """What a reaction receives of it; fields not given are those of its example."""
    return received(cls, _sent(cls, subject, data)[1])


def _sent(cls: type[Event], subject: UUID | str, data: dict[str, Any]) -> tuple[str, Envelope]:
    kind, position = type_of(cls), next(_positions)
    example = EXAMPLES / kind.source / f"{kind.name}.v{kind.version}.json"
    public = json.loads(example.read_text("utf-8"))["public"] | data
    body = packed(kind.source, kind.name, str(subject), public, of_version=kind.version, position=position).decode()
    return body, unpack(body)


def packed(
    source: str,
    name: str,
    subject: str,
    public: dict[str, Any],
    *,
    of_version: int = 1,
    position: int = 1,
    event_id: UUID | None = None,
) -> bytes:
    """An event as its source sends it: the one at this position of the source and in its stream."""
    row = {
        "event_id": event_id or uuid4(),
        "type": name,
        "type_version": of_version,
        "subject": subject,
        "time": datetime.now(UTC),
        "version": position,
        "position": position,
        "correlation_id": None,
        "causation_id": None,
        "public": orjson.dumps(public).decode(),
    }
    return pack(source, row, town="saint-aubin")
