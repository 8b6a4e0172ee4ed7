"""What a service heard, as its listener notes it and lets it take effect: without a broker, in one transaction."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.chassis.bus.envelope import Heard, pack, unpack
from services.chassis.bus.listener import HEAR
from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.store import Store

_positions = count(1)


def hear(store: Store, source: str, name: str, subject: UUID | str, **data: Any) -> Heard:
    """The event takes effect as when it comes by the broker; an id of its own each time."""
    load_registrations(store.service)
    position = next(_positions)
    row = {
        "event_id": uuid4(),
        "type": name,
        "type_version": 1,
        "subject": str(subject),
        "time": datetime.now(UTC),
        "version": position,
        "position": position,
        "correlation_id": None,
        "causation_id": None,
        "public": orjson.dumps(data).decode(),
    }
    body = pack(source, row).decode()
    heard = unpack(body)
    with store.transaction() as tx:
        assert tx.conn.execute(HEAR, {**vars(heard), "body": body}).fetchall()[0]["verdict"] == "new"
        reactions_of(store.service)[source][name].react(tx, heard)
    return heard
