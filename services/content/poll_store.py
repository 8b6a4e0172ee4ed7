"""Rows of polls and ballots: reads and writes, each beside its SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from services.chassis.db import Rows

KNOWN = "SELECT slug, source FROM polls"

SAVE = """
INSERT INTO polls (slug, poll, intro, source, audience, opens_at, closes_at, tally)
VALUES (%(slug)s, %(poll)s, %(intro)s, %(source)s, %(audience)s, %(opens_at)s, %(closes_at)s, %(tally)s)
ON CONFLICT (slug) DO UPDATE SET
    poll = excluded.poll, intro = excluded.intro, source = excluded.source, audience = excluded.audience,
    opens_at = excluded.opens_at, closes_at = excluded.closes_at, told = 'nothing'
"""

LIST = """
SELECT p.slug, p.poll, p.intro, p.audience, p.opens_at, p.closes_at, p.tally,
       EXISTS (SELECT FROM ballots AS b WHERE b.poll = p.slug AND b.voter = ANY(%(voters)s)) AS answered
FROM polls AS p
WHERE p.opens_at <= %(now)s AND p.audience = ANY(%(audiences)s)
ORDER BY p.closes_at <= %(now)s, p.closes_at, p.slug
"""

ONE = """
SELECT p.slug, p.poll, p.intro, p.audience, p.opens_at, p.closes_at, p.tally,
       EXISTS (SELECT FROM ballots AS b WHERE b.poll = p.slug AND b.voter = ANY(%(voters)s)) AS answered
FROM polls AS p
WHERE p.slug = %(slug)s AND p.opens_at <= %(now)s
"""

LOCK = "SELECT tally FROM polls WHERE slug = %(slug)s FOR UPDATE"

ADD_BALLOT = "INSERT INTO ballots (poll, voter) VALUES (%(slug)s, %(voter)s) ON CONFLICT DO NOTHING"

SAVE_TALLY = "UPDATE polls SET tally = %(tally)s WHERE slug = %(slug)s"

TO_TELL_OPENED = """
UPDATE polls SET told = 'opened' WHERE told = 'nothing' AND opens_at <= %(now)s AND closes_at > %(now)s
RETURNING slug, audience, closes_at
"""

TO_TELL_CLOSED = """
UPDATE polls SET told = 'closed' WHERE told <> 'closed' AND closes_at <= %(now)s
RETURNING slug, tally
"""


def known_polls(conn: Rows) -> dict[str, str]:
    """By slug: the entry as it was last imported."""
    return {row["slug"]: row["source"] for row in conn.execute(KNOWN)}


def save(conn: Rows, row: Mapping[str, Any]) -> None:
    """Writes a poll; one that is known keeps its answers."""
    conn.execute(SAVE, row)


def list_polls(conn: Rows, audiences: Sequence[str], voters: Sequence[bytes], now: datetime) -> list[dict[str, Any]]:
    """Polls that have opened, those still open first; `answered` when one of these voters did."""
    params = {"audiences": list(audiences), "voters": list(voters), "now": now}
    return [_read(row) for row in conn.execute(LIST, params)]


def poll(conn: Rows, slug: str, voters: Sequence[bytes], now: datetime) -> dict[str, Any] | None:
    """A poll that has opened, whoever may see it."""
    row = conn.execute(ONE, {"slug": slug, "voters": list(voters), "now": now}).fetchone()
    return _read(row) if row else None


def locked_tally(conn: Rows, slug: str) -> dict[str, Any]:
    """The tally, which nobody else can change before this transaction ends."""
    return orjson.loads(conn.execute(LOCK, {"slug": slug}).fetchall()[0]["tally"])


def add_ballot(conn: Rows, slug: str, voter: bytes) -> bool:
    """Whether the voter had not answered yet."""
    return conn.execute(ADD_BALLOT, {"slug": slug, "voter": voter}).rowcount == 1


def save_tally(conn: Rows, slug: str, tally: Mapping[str, Any]) -> None:
    conn.execute(SAVE_TALLY, {"slug": slug, "tally": orjson.dumps(tally).decode()})


def newly_opened(conn: Rows, now: datetime) -> list[dict[str, Any]]:
    return conn.execute(TO_TELL_OPENED, {"now": now}).fetchall()


def newly_closed(conn: Rows, now: datetime) -> list[dict[str, Any]]:
    rows = conn.execute(TO_TELL_CLOSED, {"now": now}).fetchall()
    return [{"slug": row["slug"], "answers": orjson.loads(row["tally"])["answers"]} for row in rows]


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "poll": orjson.loads(row["poll"]), "tally": orjson.loads(row["tally"])}
