"""Rows of polls and ballots: reads and writes, each beside its SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import orjson

from services.chassis.contracts import from_json
from services.chassis.event_store.db import Connection
from services.content.articles.rules import NoSuchItem
from services.content.pictures.rows import SIZES, sized
from services.content.polls.rules import Tally
from services.content.schemas.polls import Poll, PollState
from services.townhall.town_time import iso

KNOWN = "SELECT slug, source FROM polls"

# one that is known keeps its answers
SAVE = """
INSERT INTO polls (slug, poll, intro, source, audience, opens_at, closes_at, tally)
VALUES (%(slug)s, %(poll)s, %(intro)s, %(source)s, %(audience)s, %(opens_at)s, %(closes_at)s, %(tally)s)
ON CONFLICT (slug) DO UPDATE SET
    poll = excluded.poll, intro = excluded.intro, source = excluded.source, audience = excluded.audience,
    opens_at = excluded.opens_at, closes_at = excluded.closes_at, told = 'nothing'
"""

SHOWN: LiteralString = f"""
SELECT o.slug, o.poll, o.intro, o.audience, o.opens_at, o.closes_at, o.tally,
       coalesce(p.digest, '') AS picture, {SIZES} AS sizes
FROM polls AS o LEFT JOIN pictures AS p ON p.name = o.poll::json ->> 'image'
WHERE o.opens_at <= %(now)s
"""  # noqa: S608 parts of ours
LIST: LiteralString = (
    f"{SHOWN} AND o.audience = ANY(%(audiences)s) ORDER BY o.closes_at <= %(now)s, o.closes_at, o.slug"
)
ONE: LiteralString = f"{SHOWN} AND o.slug = %(slug)s"
IMAGE = """
SELECT audience, coalesce(poll::json ->> 'image', '') AS image FROM polls
WHERE slug = %(slug)s AND opens_at <= %(now)s
"""

ANSWERED = """
SELECT b.poll, b.voter FROM unnest(%(polls)s::text[], %(voters)s::bytea[]) AS asked (poll, voter)
JOIN ballots AS b ON b.poll = asked.poll AND b.voter = asked.voter
"""

LOCK = "SELECT tally FROM polls WHERE slug = %(slug)s FOR UPDATE"

ADD_BALLOTS = """
INSERT INTO ballots (poll, voter) SELECT %(slug)s, unnest(%(voters)s::bytea[]) ON CONFLICT DO NOTHING
"""

COUNT_ADDRESS = """
INSERT INTO vote_shares (poll, address, votes) VALUES (%(slug)s, %(address)s, 1)
ON CONFLICT (poll, address) DO UPDATE SET votes = vote_shares.votes + 1 RETURNING votes
"""

FORGET_ADDRESSES = "DELETE FROM vote_shares v USING polls p WHERE p.slug = v.poll AND p.closes_at <= %(now)s"

SAVE_TALLY = "UPDATE polls SET tally = %(tally)s WHERE slug = %(slug)s"

OPENED = """
UPDATE polls SET told = 'opened' WHERE told = 'nothing' AND opens_at <= %(now)s AND closes_at > %(now)s
RETURNING slug, audience, closes_at
"""

CLOSED = """
UPDATE polls SET told = 'closed' WHERE told <> 'closed' AND closes_at <= %(now)s
RETURNING slug, (tally::json ->> 'answers')::int AS answers
"""


def known_polls(conn: Connection) -> dict[str, str]:
    """By slug: the entry as it was last imported."""
    return {row["slug"]: row["source"] for row in conn.execute(KNOWN)}


def list_polls(conn: Connection, audiences: Sequence[str], now: datetime) -> list[Poll]:
    """Polls that have opened, those still open first."""
    return [_shown(row, now) for row in conn.execute(LIST, {"audiences": list(audiences), "now": now})]


def poll(conn: Connection, slug: str, now: datetime) -> tuple[Poll, Tally]:
    """A poll that has opened, for any audience, with its tally; raises NoSuchItem."""
    row = conn.execute(ONE, {"slug": slug, "now": now}).fetchone()
    if row is None:
        raise NoSuchItem
    return _shown(row, now), _tally(row)


def image(conn: Connection, slug: str, now: datetime) -> tuple[str, str]:
    """The audience of a poll that has opened, and the file of its picture, "" without one; raises NoSuchItem."""
    row = conn.execute(IMAGE, {"slug": slug, "now": now}).fetchone()
    if row is None:
        raise NoSuchItem
    return row["audience"], row["image"]


def answered(conn: Connection, voters: Mapping[str, Collection[bytes]]) -> dict[str, set[bytes]]:
    """By poll, those of the marks that an answer to it has left."""
    asked = [(slug, mark) for slug, marks in voters.items() for mark in marks]
    found: dict[str, set[bytes]] = {}
    for row in conn.execute(ANSWERED, {"polls": [slug for slug, _ in asked], "voters": [mark for _, mark in asked]}):
        found.setdefault(row["poll"], set()).add(bytes(row["voter"]))
    return found


def locked_tally(conn: Connection, slug: str) -> Tally:
    """The tally, locked until this transaction ends."""
    return _tally(conn.execute(LOCK, {"slug": slug}).fetchall()[0])


def add_ballots(conn: Connection, slug: str, voters: Collection[bytes]) -> None:
    conn.execute(ADD_BALLOTS, {"slug": slug, "voters": sorted(voters)})


def count_address(conn: Connection, slug: str, address: bytes) -> int:
    """How many answers to the poll have come from there, with this one."""
    return conn.execute(COUNT_ADDRESS, {"slug": slug, "address": address}).fetchall()[0]["votes"]


def save_tally(conn: Connection, slug: str, tally: Tally) -> None:
    conn.execute(SAVE_TALLY, {"slug": slug, "tally": orjson.dumps(tally).decode()})


def _shown(row: Mapping[str, Any], now: datetime) -> Poll:
    """To a person who has not answered, without its results."""
    poll, times = orjson.loads(row["poll"]), {name: iso(row[name]) for name in ("opens_at", "closes_at")}
    shown = {**poll, **row, **times, "results_setting": poll["results"], "results": None, "answered": False}
    state = {"state": PollState.OPEN if row["closes_at"] > now else PollState.CLOSED}
    return from_json(Poll, shown | sized(row["sizes"]) | state)


def _tally(row: Mapping[str, Any]) -> Tally:
    """Without what is no count: results of the demonstration were stored unchecked by earlier releases."""
    tally = orjson.loads(row["tally"])
    counts = {name: one for name, one in tally.get("counts", {}).items() if isinstance(one, dict)}
    kept = {name: {to: n for to, n in one.items() if type(n) is int} for name, one in counts.items()}
    answers = tally["answers"] if type(tally.get("answers")) is int else 0
    return from_json(Tally, tally | {"counts": kept, "answers": answers})
