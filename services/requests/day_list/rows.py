"""What is noted of the persons of a day, those without an appointment too: rows that fall due for deletion after some days.

The name of a person without an appointment is sealed under the key of the day, which is destroyed with the rows.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString

from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.access.rules import Reach
from services.requests.day_list.rules import KEPT
from services.requests.schemas.day_list import Presence
from services.townhall.town_time import local_day, start_of_day

COLUMNS: LiteralString = """
SELECT p.presence_id::text AS id, p.agenda, p.day, p.request_id::text AS request_id, p.start, p.department, p.procedure,
    p.presence, p.arrived_at, p.noted_at, p.by_id, p.by_name, p.sealed
FROM presences p
"""

OF_DAY: LiteralString = (
    COLUMNS + "WHERE p.day = %(day)s AND p.agenda = ANY(%(agendas)s) ORDER BY p.arrived_at, p.presence_id"
)

OF_APPOINTMENT: LiteralString = COLUMNS + "WHERE p.request_id = %(request_id)s AND p.start = %(start)s"

BY_ID: LiteralString = COLUMNS + "WHERE p.presence_id = %(id)s AND p.request_id IS NULL"

# Whose appointment was moved or cancelled meanwhile does not wait for it any more.
WAITING: LiteralString = (
    COLUMNS
    + """
WHERE p.day = %(day)s AND p.agenda = %(agenda)s AND p.presence = 'arrived' AND p.department = ANY(%(departments)s)
    AND coalesce(p.procedure, '') <> ALL(%(hidden)s)
    AND (p.request_id IS NULL OR EXISTS (
        SELECT FROM slot_uses u
        WHERE u.agenda = p.agenda AND u.start = p.start AND u.request_id = p.request_id AND u.until IS NULL
    ))
"""
)

WRITE: LiteralString = """
INSERT INTO presences (
    presence_id, agenda, day, request_id, start, sealed, department, procedure, presence, arrived_at, noted_at, by_id, by_name
) VALUES (
    %(id)s, %(agenda)s, %(day)s, %(request_id)s, %(start)s, %(sealed)s, %(department)s, %(procedure)s, %(presence)s,
    %(arrived_at)s, %(noted_at)s, %(by_id)s, %(by_name)s
) ON CONFLICT (presence_id) DO UPDATE SET presence = excluded.presence, arrived_at = excluded.arrived_at,
    noted_at = excluded.noted_at, by_id = excluded.by_id, by_name = excluded.by_name
"""

BOOKED_IN: LiteralString = """
SELECT agenda FROM slot_uses
WHERE agenda IN (SELECT slug FROM agendas) AND start = %(start)s AND request_id = %(request_id)s AND until IS NULL
"""

# It names nobody. Of slots that are held the list learns with the next thing that happens: each is over within minutes.
MARK: LiteralString = """
SELECT md5(concat_ws(' ',
    (SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE start < %(now)s),
        sum(hashtextextended(concat_ws(' ', agenda, start, request_id), 0)))
     FROM slot_uses WHERE agenda = ANY(%(agendas)s) AND start >= %(first)s AND start < %(last)s AND until IS NULL),
    (SELECT concat_ws(' ', count(*), max(noted_at)) FROM presences WHERE day = %(day)s AND agenda = ANY(%(agendas)s))
)) AS mark
"""

FORGET: LiteralString = "DELETE FROM presences WHERE day < %(before)s"
# Bounded at both ends: the index of the keys is read for these alone, not for that of each request.
OLD_KEYS: LiteralString = """
SELECT key_id FROM keys WHERE key_id >= 'presences-' AND key_id < %(first)s AND starts_with(key_id, 'presences-')
    AND wrapped IS NOT NULL
"""


class PresenceRow(Struct):
    """`start`, `request_id`: of an appointment; `sealed`: the name of a person without one."""

    id: str
    agenda: str
    day: date
    request_id: str | None
    start: datetime | None
    department: str
    procedure: str | None
    presence: str
    arrived_at: datetime | None
    noted_at: datetime
    by_id: str
    by_name: str
    sealed: bytes | None

    @property
    def state(self) -> Presence:
        return Presence(self.presence)


def of_day(tx: Transaction, agendas: Sequence[str], day: date) -> list[PresenceRow]:
    """What is noted of that day in these agendas, who arrived first first."""
    rows = tx.conn.execute(OF_DAY, {"agendas": list(agendas), "day": day}).fetchall()
    return [PresenceRow(**row) for row in rows]


def of_appointment(tx: Transaction, request_id: str, start: datetime) -> PresenceRow | None:
    row = tx.conn.execute(OF_APPOINTMENT, {"request_id": request_id, "start": start}).fetchone()
    return PresenceRow(**row) if row else None


def walk_in(tx: Transaction, walk_in_id: str) -> PresenceRow | None:
    """A person without an appointment."""
    row = tx.conn.execute(BY_ID, {"id": walk_in_id}).fetchone()
    return PresenceRow(**row) if row else None


def waiting(tx: Transaction, agenda: str, day: date, reach: Reach) -> list[PresenceRow]:
    """Who has arrived and was not called, for what this agent may see."""
    asked = {"agenda": agenda, "day": day, "departments": list(reach.departments), "hidden": list(reach.hidden)}
    return [PresenceRow(**row) for row in tx.conn.execute(WAITING, asked).fetchall()]


def booked_in(tx: Transaction, request_id: str, start: datetime) -> str | None:
    """The agenda in which the request has booked that start."""
    row = tx.conn.execute(BOOKED_IN, {"request_id": request_id, "start": start}).fetchone()
    return row["agenda"] if row else None


def write(tx: Transaction, row: PresenceRow) -> None:
    tx.conn.execute(WRITE, vars(row))


def delete(tx: Transaction, presence_id: str) -> None:
    tx.conn.execute("DELETE FROM presences WHERE presence_id = %s", (presence_id,))


def sealed_name(tx: Transaction, day: date, name: str) -> bytes:
    return tx.seal(key_of(day), name)


def name_of(tx: Transaction, row: PresenceRow) -> str | None:
    """None once the key of the day is destroyed."""
    return tx.open_text(key_of(row.day), row.sealed) if row.sealed else None


def mark(tx: Transaction, agendas: Sequence[str], day: date, last: datetime) -> str:
    """A digest of the appointments and presences of these agendas on that day, and of which have begun; `last`: when the next day
    begins."""
    asked = {"agendas": list(agendas), "day": day, "first": start_of_day(day), "last": last, "now": tx.now}
    return tx.conn.execute(MARK, asked).fetchall()[0]["mark"]


def forget(tx: Transaction) -> None:
    """What was noted of days that are over for long is gone, and with it the keys of their names."""
    before = local_day(tx.now) - KEPT
    tx.conn.execute(FORGET, {"before": before})
    for row in tx.conn.execute(OLD_KEYS, {"first": key_of(before)}).fetchall():
        tx.keys.destroy(row["key_id"], tx.now)


def forget_request(tx: Transaction, request_id: str) -> None:
    tx.conn.execute("DELETE FROM presences WHERE request_id = %s", (request_id,))


def key_of(day: date) -> str:
    return f"presences-{day.isoformat()}"
