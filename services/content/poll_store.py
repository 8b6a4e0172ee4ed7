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
SELECT slug, poll, intro, audience, opens_at, closes_at, tally FROM polls
WHERE opens_at <= %(now)s AND audience = ANY(%(audiences)s)
ORDER BY closes_at <= %(now)s, closes_at, slug
"""

ONE = """
SELECT slug, poll, intro, audience, opens_at, closes_at, tally FROM polls
WHERE slug = %(slug)s AND opens_at <= %(now)s
"""

ANSWERED = """
SELECT b.poll FROM unnest(%(polls)s::text[], %(voters)s::bytea[]) AS asked (poll, voter)
JOIN ballots AS b ON b.poll = asked.poll AND b.voter = asked.voter
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


def list_polls(conn: Rows, audiences: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """Polls that have opened, those still open first."""
    return [_read(row) for row in conn.execute(LIST, {"audiences": list(audiences), "now": now})]


def poll(conn: Rows, slug: str, now: datetime) -> dict[str, Any] | None:
    """A poll that has opened, whoever may see it."""
    row = conn.execute(ONE, {"slug": slug, "now": now}).fetchone()
    return _read(row) if row else None


def answered(conn: Rows, voters: Mapping[str, bytes]) -> set[str]:
    """Those of the polls that their voter has answered."""
    rows = conn.execute(ANSWERED, {"polls": list(voters), "voters": list(voters.values())})
    return {row["poll"] for row in rows}


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
