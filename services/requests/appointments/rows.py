"""Who uses the slots of some days: one query for some weeks of a calendar, two for the list of a day; and the slots that were
given back, until it is known which requests want them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString

from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.requests.capacity.slots import Slot
from services.requests.request import rows as store
from services.requests.request.rows import COLUMNS, RequestRow
from services.townhall.town_time import local_day

USES: LiteralString = """
SELECT start, request_id::text AS request_id FROM slot_uses
WHERE agenda = %(agenda)s AND start >= %(first)s AND start < %(last)s AND (until IS NULL OR until > %(now)s)
"""


def uses(tx: Transaction, agenda: str, first: datetime, last: datetime) -> dict[datetime, list[str]]:
    """The requests that hold or have booked each start between two instants; expired holds do not count."""
    found: dict[datetime, list[str]] = {}
    for row in tx.conn.execute(USES, {"agenda": agenda, "first": first, "last": last, "now": tx.now}).fetchall():
        found.setdefault(row["start"], []).append(row["request_id"])
    return found


COUNTED: LiteralString = """
SELECT agenda, start, count(*) AS used FROM slot_uses
WHERE agenda = ANY(%(agendas)s) AND start >= %(first)s AND start < %(last)s AND (until IS NULL OR until > %(now)s)
GROUP BY agenda, start
"""


def counted(
    tx: Transaction, agendas: Sequence[str], first: datetime, last: datetime
) -> dict[tuple[str, datetime], int]:
    """How many hold or have booked each start of these agendas between two instants."""
    asked = {"agendas": list(agendas), "first": first, "last": last, "now": tx.now}
    return {(row["agenda"], row["start"]): row["used"] for row in tx.conn.execute(COUNTED, asked).fetchall()}


BOOKED: LiteralString = (
    "SELECT "
    + COLUMNS
    + """, u.agenda AS day_agenda, u.start AS day_start
FROM slot_uses u JOIN requests r ON r.request_id = u.request_id LEFT JOIN keys k ON k.key_id = r.request_id::text
WHERE u.agenda = ANY(%(agendas)s) AND u.start >= %(first)s AND u.start < %(last)s AND u.until IS NULL
ORDER BY u.agenda, u.start, r.number
"""
)


class Booked(Struct):
    """A slot that a request has taken for good."""

    agenda: str
    start: datetime
    row: RequestRow


def booked(tx: Transaction, agendas: Sequence[str], first: datetime, last: datetime) -> list[Booked]:
    """The appointments of these agendas between two instants, by agenda, then in the order of the day."""
    rows = tx.conn.execute(BOOKED, {"agendas": agendas, "first": first, "last": last}).fetchall()
    return [Booked(agenda=row["day_agenda"], start=row["day_start"], row=store.row_of(tx, row)) for row in rows]


# One step into the index of each agenda; past others' appointments only where the agenda is not the reader's own.
NEXT_BOOKED: LiteralString = """
SELECT min(found.start) AS start FROM unnest(%(agendas)s::text[]) AS named (agenda) CROSS JOIN LATERAL (
    SELECT u.start FROM slot_uses u JOIN requests r ON r.request_id = u.request_id
    WHERE u.agenda = named.agenda AND u.start >= %(first)s AND u.until IS NULL
      AND (u.agenda = ANY(%(ours)s) OR r.department = ANY(%(departments)s))
    ORDER BY u.start LIMIT 1
) AS found
"""


def next_booked(
    tx: Transaction, agendas: Sequence[str], ours: Sequence[str], departments: Sequence[str], first: datetime
) -> datetime | None:
    """The first appointment from then on in these agendas: any in `ours`, of these departments in the others."""
    asked = {"agendas": list(agendas), "ours": list(ours), "departments": list(departments), "first": first}
    row = tx.conn.execute(NEXT_BOOKED, asked).fetchone()
    return row["start"] if row else None


# None is kept where no request wants a slot of then.
NOTE_FREED: LiteralString = """
INSERT INTO freed_slots (agenda, start, freed_at)
SELECT %(agenda)s::text, %(start)s, %(now)s WHERE %(start)s > %(now)s AND EXISTS (
    SELECT FROM earlier_slots_wanted WHERE agenda = %(agenda)s AND starts_at > %(start)s
)
ON CONFLICT (agenda, start) DO UPDATE SET freed_at = excluded.freed_at
RETURNING start
"""

FREED: LiteralString = "SELECT agenda, start, freed_at FROM freed_slots ORDER BY freed_at LIMIT 100"

# What was given back again meanwhile stays.
FORGET_FREED: LiteralString = (
    "DELETE FROM freed_slots WHERE agenda = %(agenda)s AND start = %(start)s AND freed_at = %(freed_at)s"
)

# A person is an address of the requests, or the account where a request has none.
WANTED_BY: LiteralString = """
SELECT w.request_id::text AS id FROM earlier_slots_wanted w JOIN requests r ON r.request_id = w.request_id
WHERE w.agenda = %(agenda)s AND w.starts_at > %(start)s AND (w.not_before IS NULL OR w.not_before <= %(day)s)
    AND w.request_id > %(after)s AND NOT EXISTS (
        SELECT FROM earlier_slot_mails m
        WHERE m.person = coalesce(nullif(r.email_hash, ''), r.account_id) AND m.day = %(today)s
    )
ORDER BY w.request_id LIMIT 100
"""

COUNT_MAIL: LiteralString = """
INSERT INTO earlier_slot_mails (person, day) VALUES (%(person)s, %(day)s) ON CONFLICT DO NOTHING RETURNING person
"""

FORGET_MAILS: LiteralString = "DELETE FROM earlier_slot_mails WHERE day < %(today)s"


class GivenBack(Struct):
    """A slot of an agenda that somebody gave back."""

    agenda: str
    start: datetime
    freed_at: datetime


def note_freed(tx: Transaction, agenda: str, start: datetime) -> bool:
    """Keeps that the slot was given back; whether a request may want it."""
    found = tx.conn.execute(NOTE_FREED, {"agenda": agenda, "start": start, "now": tx.now})
    return found.fetchone() is not None


def freed(tx: Transaction) -> list[GivenBack]:
    """Those for which the requests that want them were not looked for yet, the first ones first."""
    return [GivenBack(**row) for row in tx.conn.execute(FREED).fetchall()]


def forget_freed(tx: Transaction, one: GivenBack) -> None:
    tx.conn.execute(FORGET_FREED, vars(one))


def wanted_by(tx: Transaction, after: str, agenda: str, slot: Slot) -> list[str]:
    """Requests whose holder asked for a mail about such a slot and got none today, in pages by id."""
    asked = {"agenda": agenda, "start": slot.start, "day": local_day(slot.start), "today": local_day(tx.now)}
    return [row["id"] for row in tx.conn.execute(WANTED_BY, {**asked, "after": after}).fetchall()]


def count_mail(tx: Transaction, person: str, day: date) -> bool:
    """Whether it is the first mail about an earlier slot to that person on that day; it is the last one too."""
    return tx.conn.execute(COUNT_MAIL, {"person": person, "day": day}).fetchone() is not None


def forget_mails(tx: Transaction) -> None:
    """Those of days that are over."""
    tx.conn.execute(FORGET_MAILS, {"today": local_day(tx.now)})
