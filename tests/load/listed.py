"""Many more requests in the agents' list than have a past: rows of the list alone, so that a million are there within minutes.

Each is a copy of a row that is there already (`seed.py`), many by one statement, with an id, a number and days of its own, and a key
by which the name in it is opened as that of any other. It has no events: it can be listed, sorted, narrowed and counted. Nothing else
is to be measured on that instance afterwards, but for the file of a request that was there before.
"""

import hashlib
import time
from typing import LiteralString
from uuid import UUID

from services.chassis.event_store import db, sealing
from services.chassis.event_store.db import Connection
from services.chassis.settings import Settings
from services.requests import tallies

AT_ONCE = 50_000
OPEN_OF_TEN = 3
DAYS = 400
"""So many days aimed at there are, a quarter of them over."""

MODELS: LiteralString = """
CREATE TEMPORARY TABLE models AS
SELECT r.*, row_number() OVER (PARTITION BY r.closed ORDER BY r.request_id) - 1 AS place, k.wrapped
FROM requests r JOIN keys k ON k.key_id = r.request_id::text
WHERE k.wrapped IS NOT NULL AND NOT r.erased AND r.department <> %s
"""
OF_MODELS: LiteralString = "SELECT request_id::text AS id, closed, wrapped FROM models ORDER BY closed, place"
# What is due by itself stays to come: behind the row there is nothing with which it could be done.
OWN: dict[str, LiteralString] = {
    "request_id": "md5('listed' || n)::uuid",
    "number": "overlay(overlay(lpad(upper(to_hex(n * 2654435761 %% 4294967296)), 8, '0') placing '-' from 5 for 0) placing '2026-' from 1 for 0)",
    "submitted_at": "m.submitted_at - make_interval(secs => n * 7919 %% 2000000)",
    "closed_at": "m.closed_at - make_interval(secs => n * 7919 %% 2000000)",
    "due_on": "m.due_on + (n * 31 %% %(days)s)::integer - %(days)s / 4",
    "implicit_on": "m.implicit_on + %(days)s::integer",
    "documents_deadline": "m.documents_deadline + %(days)s::integer",
    "appointment_at": "m.appointment_at + make_interval(days => %(days)s)",
    "archived": "m.closed",
    "unread_town": "(n %% 97 = 0)::integer",
    "assignee": "a.ids[1 + n / 10 %% (cardinality(a.ids) * 2)]",
    "assignee_name": "coalesce(a.names[1 + n / 10 %% (cardinality(a.ids) * 2)], '')",
}
COLUMNS = """
SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'requests' AND is_generated = 'NEVER'
"""
COPY: LiteralString = """
WITH agents AS (
    SELECT array_agg(assignee ORDER BY assignee) AS ids, array_agg(assignee_name ORDER BY assignee) AS names
    FROM (SELECT DISTINCT ON (assignee) assignee, assignee_name FROM models WHERE assignee IS NOT NULL) AS known
)
INSERT INTO requests ({columns}) SELECT {values}
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n CROSS JOIN agents AS a
JOIN models AS m ON m.closed = (n %% 10 >= %(open_of_ten)s)
    AND m.place = n / 10 %% (CASE WHEN n %% 10 < %(open_of_ten)s THEN %(open)s ELSE %(closed)s END)
"""
FORGET_COUNTS = ("DELETE FROM counted", "DELETE FROM work_counts", "DELETE FROM due_counts")


def fill(settings: Settings, size: int, *, without: str) -> float:
    """As many rows as are missing until the list holds `size`, none of that department; how many seconds it took.

    The relay must be at rest meanwhile: it counts what is counted anew here.
    """
    begun = time.monotonic()
    with db.connect(settings.owner_database("requests"), "parvis-bench", statement_timeout="0") as conn:
        stored = conn.execute("SELECT count(*) AS n FROM requests").fetchall()[0]["n"]
        if stored < size:
            conn.execute(MODELS, (without,))
            keys = _keys_of_models(conn, settings.master_key)
            for first in range(stored, size, AT_ONCE):
                _copy(conn, settings.master_key, keys, range(first, min(first + AT_ONCE, size)))
            _count_anew(conn)
            conn.execute("VACUUM ANALYZE")
    return time.monotonic() - begun


def _keys_of_models(conn: Connection, master: bytes) -> dict[bool, list[bytes]]:
    """Of open and of closed ones, in their order."""
    found: dict[bool, list[bytes]] = {False: [], True: []}
    for row in conn.execute(OF_MODELS).fetchall():
        found[row["closed"]].append(sealing.unwrap(master, row["id"], bytes(row["wrapped"])))
    return found


def _copy(conn: Connection, master: bytes, keys: dict[bool, list[bytes]], places: range) -> None:
    columns: list[LiteralString] = [row["name"] for row in conn.execute(COLUMNS).fetchall()]
    values: list[LiteralString] = [OWN.get(name, "m." + name) for name in columns]
    given = {"first": places[0], "last": places[-1], "days": DAYS, "open_of_ten": OPEN_OF_TEN}
    sizes = {"open": len(keys[False]), "closed": len(keys[True])}
    with conn.transaction():
        conn.execute(COPY.format(columns=", ".join(columns), values=", ".join(values)), given | sizes)
        with conn.cursor().copy("COPY keys (key_id, wrapped) FROM STDIN") as rows:
            for n in places:
                known, of = _id(n), keys[n % 10 >= OPEN_OF_TEN]
                rows.write_row((known, sealing.wrap(master, known, of[n // 10 % len(of)])))


def _id(n: int) -> str:
    return str(UUID(hashlib.md5(f"listed{n}".encode(), usedforsecurity=False).hexdigest()))


def _count_anew(conn: Connection) -> None:
    with conn.transaction():
        for forget in FORGET_COUNTS:
            conn.execute(forget)
        conn.execute(tallies.COUNT_ALL)
