"""The rows of drafts: sealed with the key of the request to come, found by their owner and by the devices that a link let in."""

from datetime import datetime
from typing import Any, LiteralString

from services.chassis.event_store.db import fetch_one
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.drafts.rules import Draft, HeldSlot, Typed

COLUMNS: LiteralString = """
SELECT d.draft_id::text AS draft_id, d.owner, d.procedure, d.sealed, d.agenda, d.slot_start, d.slot_end, d.held_until,
       d.created_at, d.updated_at, d.expires_at, k.wrapped
FROM drafts d LEFT JOIN keys k ON k.key_id = d.draft_id::text
"""

# Of its owner, and of the browsers in which a link to it was opened; an account's draft is that account's alone.
HELD: LiteralString = """
d.draft_id = ANY (ARRAY(SELECT draft_id FROM drafts WHERE owner = %(owner)s
                        UNION ALL SELECT draft_id FROM draft_devices WHERE owner = %(owner)s))
    AND (d.owner = %(owner)s OR starts_with(d.owner, 'visitor:'))
"""
OPENED_HERE: LiteralString = """starts_with(d.owner, 'visitor:')
    AND EXISTS (SELECT 1 FROM draft_devices v WHERE v.draft_id = d.draft_id AND v.owner = %(owner)s)
"""
BY_ID: LiteralString = (
    COLUMNS + "WHERE d.draft_id = %(key)s AND d.expires_at > %(now)s AND (d.owner = %(owner)s OR " + OPENED_HERE + ")"
)
BY_PROCEDURE: LiteralString = (
    COLUMNS + "WHERE d.procedure = %(key)s AND (%(expired_too)s::boolean OR d.expires_at > %(now)s) AND " + HELD
)
OF_ANYONE: LiteralString = COLUMNS + "WHERE d.draft_id = %(key)s AND d.expires_at > %(now)s"
TO_CHANGE: LiteralString = " FOR UPDATE OF d"

OF_OWNER: LiteralString = COLUMNS + "WHERE d.owner = %(owner)s ORDER BY d.draft_id FOR UPDATE OF d"

ALONE: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%(owner)s || ' ' || %(procedure)s, 7310003))"

OF_VISITOR: LiteralString = (
    COLUMNS + "WHERE d.expires_at > %(now)s AND " + HELD + " ORDER BY d.draft_id FOR UPDATE OF d"
)

BEGUN: LiteralString = COLUMNS + "WHERE d.expires_at > %(now)s AND " + HELD + " ORDER BY d.updated_at DESC, d.draft_id"

CHANGE_OWNER: LiteralString = """
UPDATE drafts SET owner = %(owner)s WHERE draft_id = %(draft_id)s
    AND NOT EXISTS (SELECT 1 FROM drafts o WHERE o.owner = %(owner)s AND o.procedure = drafts.procedure)
RETURNING draft_id
"""

WRITE: LiteralString = """
INSERT INTO drafts (draft_id, owner, procedure, sealed, agenda, slot_start, slot_end, held_until,
                    created_at, updated_at, expires_at)
VALUES (%(id)s, %(owner)s, %(procedure)s, %(sealed)s, %(agenda)s, %(slot_start)s, %(slot_end)s, %(held_until)s,
        %(created_at)s, %(updated_at)s, %(expires_at)s)
ON CONFLICT (draft_id) DO UPDATE SET sealed = excluded.sealed, agenda = excluded.agenda,
    slot_start = excluded.slot_start, slot_end = excluded.slot_end, held_until = excluded.held_until,
    updated_at = excluded.updated_at, expires_at = excluded.expires_at
WHERE drafts.owner = excluded.owner
"""

DELETE: LiteralString = """
WITH links AS (UPDATE draft_links SET address = NULL WHERE draft_id = %(draft_id)s AND address IS NOT NULL)
DELETE FROM drafts WHERE draft_id = %(draft_id)s RETURNING agenda, slot_start
"""

EXPIRED: LiteralString = "SELECT draft_id::text AS draft_id FROM drafts WHERE expires_at <= %(now)s LIMIT 100"


def by_id(tx: Transaction, draft_id: str, owner: str, *, to_change: bool = False) -> Draft | None:
    """The owner's draft, if it has not expired; `to_change` locks it until the end of the transaction."""
    return _one(tx, BY_ID, to_change, key=draft_id, owner=owner)


def of_anyone(tx: Transaction, draft_id: str, *, to_change: bool = False) -> Draft | None:
    """The draft of any owner, if it has not expired; `to_change` locks it until the end of the transaction."""
    return _one(tx, OF_ANYONE, to_change, key=draft_id)


def by_procedure(tx: Transaction, procedure: str, owner: str) -> Draft | None:
    """The one that this owner has of the procedure, or that was opened here by a link, if it has not expired."""
    return _one(tx, BY_PROCEDURE, False, key=procedure, owner=owner, expired_too=False)


def to_open(tx: Transaction, procedure: str, owner: str) -> Draft | None:
    """The same, expired or not; locked, with its place, until the end of the transaction."""
    alone(tx, procedure, owner)
    return _one(tx, BY_PROCEDURE, True, key=procedure, owner=owner, expired_too=True)


def alone(tx: Transaction, procedure: str, owner: str) -> None:
    """Waits for another transaction that gives this owner a draft of the procedure: an owner has one at most."""
    tx.conn.execute(ALONE, {"owner": owner, "procedure": procedure})


def write(tx: Transaction, draft: Draft) -> None:
    held = draft.held
    tx.conn.execute(
        WRITE,
        {
            **vars(draft),
            "sealed": tx.seal(draft.id, draft.typed.to_json()),
            "agenda": held.agenda if held else None,
            "slot_start": held.start if held else None,
            "slot_end": held.end if held else None,
            "held_until": held.until if held else None,
        },
    )


def begun(tx: Transaction, owner: str) -> list[Draft]:
    """What that owner has begun and not let expire, the last one touched first: one of a procedure at most."""
    return _every(tx, BEGUN, owner=owner)


def of_visitor(tx: Transaction, visitor: str) -> list[Draft]:
    """What was begun in that browser, or opened there by a link, and has not expired; locked until the end of the transaction."""
    return _every(tx, OF_VISITOR, owner=f"visitor:{visitor}")


def change_owner(tx: Transaction, known: Draft, owner: str) -> bool:
    """Gives the draft to another owner alone; False, and nothing is changed, where that one has a draft of the procedure."""
    alone(tx, known.procedure, owner)
    if tx.conn.execute(CHANGE_OWNER, {"draft_id": known.id, "owner": owner}).fetchone() is None:
        return False
    tx.conn.execute("DELETE FROM draft_devices WHERE draft_id = %s", (known.id,))
    return True


class Deleted(Struct):
    agenda: str | None
    slot_start: datetime | None


def delete(tx: Transaction, draft_id: str) -> Deleted | None:
    """The slot that it last held, in nulls without one; None when the draft is gone already. Its devices are deleted too, and the
    address to which a link was to be mailed."""
    return fetch_one(tx.conn, Deleted, DELETE, {"draft_id": draft_id})


def lock_expired(tx: Transaction, draft_id: str) -> bool:
    """Whether this draft is still there and expired; it cannot be filed before the end of the transaction."""
    sql: LiteralString = "SELECT 1 FROM drafts WHERE draft_id = %s AND expires_at <= %s FOR UPDATE"
    return tx.conn.execute(sql, (draft_id, tx.now)).fetchone() is not None


def expired(tx: Transaction, now: datetime) -> list[str]:
    """The ids of some of the drafts that have expired."""
    return [row["draft_id"] for row in tx.conn.execute(EXPIRED, {"now": now}).fetchall()]


def owner(tx: Transaction, draft_id: str) -> str | None:
    """Whose draft has this id, expired or not."""
    row = tx.conn.execute("SELECT owner FROM drafts WHERE draft_id = %s FOR UPDATE", (draft_id,)).fetchone()
    return row["owner"] if row else None


def of_owner(tx: Transaction, owner: str) -> list[Draft]:
    """Every draft that can still be read of that owner, locked until the end of the transaction."""
    return _every(tx, OF_OWNER, owner=owner)


def _one(tx: Transaction, sql: LiteralString, to_change: bool, **given: Any) -> Draft | None:
    return next(iter(_every(tx, sql + TO_CHANGE if to_change else sql, **given)), None)


def _every(tx: Transaction, sql: LiteralString, **given: Any) -> list[Draft]:
    """Those that can still be read: the key of a discarded one is gone."""
    rows = tx.conn.execute(sql, {"now": tx.now, **given}).fetchall()
    return [draft for row in rows if (draft := _draft(tx, row))]


def _draft(tx: Transaction, row: dict[str, Any]) -> Draft | None:
    tx.keys.learn(row["draft_id"], row["wrapped"])
    typed = tx.open(row["draft_id"], row["sealed"])
    if typed is None:
        return None
    held = None
    if row["slot_start"] is not None:
        held = HeldSlot(agenda=row["agenda"], start=row["slot_start"], end=row["slot_end"], until=row["held_until"])
    same = {name: row[name] for name in ("owner", "procedure", "created_at", "updated_at", "expires_at")}
    return Draft(id=row["draft_id"], typed=Typed.from_json(typed), held=held, **same)
