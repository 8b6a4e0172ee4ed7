"""Requests whose retention has ended, lists of them, and what is approved and still to be erased."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple

from services.chassis.event_store.transaction import Transaction
from services.requests.schemas.retention import DrawnList
from services.requests.schemas.statuses import Erasure

# Calendar months from the day of the closure in the town, as `deadlines.kept_until` counts them. The first bound of `closed_at`
# lets a few days too many through, for months differ: it is the one that an index answers, procedure by procedure.
ALL_ENDED: LiteralString = """
FROM (
    SELECT slug, version, make_interval(months => (definition::jsonb -> 'retention' ->> 'months')::integer) AS kept
    FROM procedure_versions
) v CROSS JOIN LATERAL (
    SELECT * FROM requests r
    WHERE r.procedure = v.slug AND r.version = v.version AND r.closed AND NOT r.erased
        AND r.closed_at < %(today)s::date - v.kept + interval '5 days'
        AND ((r.closed_at AT TIME ZONE 'Europe/Paris')::date + v.kept)::date < %(today)s
        AND NOT EXISTS (SELECT FROM approved_ends a WHERE a.request_id = r.request_id)
    OFFSET 0
) r
"""

ENDED: LiteralString = (
    """
SELECT r.request_id::text AS request_id, r.number, r.procedure, r.version,
    (r.closed_at AT TIME ZONE 'Europe/Paris')::date AS closed_on"""
    + ALL_ENDED
    + "ORDER BY r.closed_at, r.request_id LIMIT %(at_most)s"
)

COUNT_ENDED: LiteralString = "SELECT count(*) AS n" + ALL_ENDED

TO_ERASE: LiteralString = """
SELECT a.request_id::text AS request_id, a.list_id::text AS list_id
FROM approved_ends a WHERE NOT a.erased AND a.request_id > %(after)s ORDER BY a.request_id LIMIT 100
"""

LISTS: LiteralString = """
SELECT list_id::text AS list_id, drawn_at, requests, approved, approved_at FROM eliminations ORDER BY drawn_at DESC LIMIT 100
"""

ERASURES_OF: LiteralString = """
SELECT request_id::text AS id, erasure FROM requests WHERE request_id = ANY(%(ids)s::uuid[]) AND erasure IS NOT NULL
"""

ADD_LIST: LiteralString = """
INSERT INTO eliminations (list_id, drawn_at, requests) VALUES (%(list_id)s, %(at)s, %(requests)s)
"""

APPROVE_LIST: LiteralString = """
UPDATE eliminations SET approved = %(requests)s, approved_at = %(at)s WHERE list_id = %(list_id)s
"""

APPROVE_ENDS: LiteralString = """
INSERT INTO approved_ends (request_id, list_id) SELECT unnest(%(ids)s::uuid[]), %(list_id)s ON CONFLICT DO NOTHING
"""


class Ended(NamedTuple):
    """A closed request whose last day of retention is past."""

    request_id: str
    number: str
    procedure: str
    version: int
    closed_on: date


def ended(tx: Transaction, today: date, at_most: int) -> list[Ended]:
    """Those that no approved list names, the oldest first."""
    return [Ended(**row) for row in tx.conn.execute(ENDED, {"today": today, "at_most": at_most}).fetchall()]


def count_ended(tx: Transaction, today: date) -> int:
    """How many they are, however many."""
    return tx.conn.execute(COUNT_ENDED, {"today": today}).fetchall()[0]["n"]


def to_erase(tx: Transaction, after: str) -> dict[str, str]:
    """Requests on an approved list that are not erased yet, with their list, in pages by id."""
    return {row["request_id"]: row["list_id"] for row in tx.conn.execute(TO_ERASE, {"after": after}).fetchall()}


def lists(tx: Transaction) -> list[DrawnList]:
    return [
        DrawnList(
            list_id=row["list_id"],
            drawn_at=row["drawn_at"].isoformat(),
            requests=row["requests"],
            approved=row["approved"],
            approved_at=row["approved_at"].isoformat() if row["approved_at"] else None,
        )
        for row in tx.conn.execute(LISTS).fetchall()
    ]


def erasures_of(tx: Transaction, ids: Sequence[str]) -> dict[str, Erasure]:
    """Of these requests, by id, those whose applicant asked for the erasure."""
    return {row["id"]: Erasure(row["erasure"]) for row in tx.conn.execute(ERASURES_OF, {"ids": list(ids)})}


def add_list(tx: Transaction, list_id: str, at: datetime, requests: int) -> None:
    tx.conn.execute(ADD_LIST, {"list_id": list_id, "at": at, "requests": requests})


def approve(tx: Transaction, list_id: str, at: datetime, ids: list[str]) -> None:
    tx.conn.execute(APPROVE_LIST, {"list_id": list_id, "at": at, "requests": len(ids)})
    tx.conn.execute(APPROVE_ENDS, {"list_id": list_id, "ids": ids})
