"""The journal of the staff's looks (D8): who, what, when; of a list also which requests it showed, and the query. Written with
the look, read by those who may.

A query may hold a name. It is sealed under the log key of its month, which is destroyed when the looks of the month go.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import LiteralString, TypeVar

import orjson

from services.chassis.contracts import Json, from_json
from services.chassis.event_store.transaction import Transaction, Viewing
from services.requests.access import rules as access
from services.requests.schemas.journal import ListStaffLooks, Look, StaffLook
from services.requests.schemas.tracking import AlsoOpen
from services.townhall.town_time import local_day, start_of_day

L = TypeVar("L", bound=Look)
STILL_OPEN = timedelta(minutes=5)
MOST_KNOWN = 2000
_known = set[bytes]()
"""Digests of looks that are written, under the key of their month: a list that an agent reads again unchanged costs no statement."""

RECORD: LiteralString = """
INSERT INTO staff_views (request_id, agent_id, agent_name, what, at)
VALUES (%(request_id)s, %(agent_id)s, %(agent_name)s, %(what)s, %(at)s)
"""
# A list that is read again and shows only requests that it showed this agent earlier that day is a refresh, no new look: the
# row of the first has who, when and which numbers. So has that of the journal of an agent or a day, which is such a list.
RECORD_LIST: LiteralString = """
INSERT INTO staff_views (agent_id, agent_name, what, at, shown, key_id, query, query_mark)
SELECT %(agent_id)s, %(agent_name)s, %(what)s, %(at)s, %(shown)s::uuid[], %(key_id)s, %(query)s, %(mark)s
WHERE NOT EXISTS (
    SELECT FROM staff_views WHERE agent_id = %(agent_id)s AND at >= %(day)s AND at <= %(at)s
    AND what = %(what)s AND query_mark = %(mark)s AND shown @> %(shown)s::uuid[]
)
"""
LOOK: LiteralString = """
SELECT v.id, v.agent_id, v.agent_name, v.what, v.at, v.key_id, v.query"""
OF_REQUEST: LiteralString = """
FROM staff_views v WHERE (v.request_id = %(request_id)s OR v.shown @> ARRAY[%(request_id)s]::uuid[])"""
NUMBERS: LiteralString = """, ARRAY(
    SELECT r.number FROM requests r WHERE r.request_id = ANY(coalesce(v.shown, ARRAY[v.request_id])) ORDER BY r.number
) AS numbers FROM staff_views v WHERE true"""
REQUESTS: LiteralString = "SELECT coalesce(v.shown, ARRAY[v.request_id]) AS requests FROM staff_views v WHERE true"
OF_AGENT: LiteralString = " AND v.agent_id = %(agent)s"
OF_DAY: LiteralString = " AND v.at >= %(first)s AND v.at < %(last)s"
BEFORE: LiteralString = """
AND (v.at, v.id) < (%(before_at)s, %(before_id)s) ORDER BY v.at DESC, v.id DESC LIMIT %(at_most)s"""
ALSO_OPEN: LiteralString = """
SELECT agent_id, agent_name AS name, min(at) AS since FROM staff_views
WHERE request_id = %(request_id)s AND what = 'tracking' AND at > %(after)s AND agent_id <> %(agent)s
GROUP BY agent_id, agent_name ORDER BY min(at)
"""
FORGET: LiteralString = "DELETE FROM staff_views WHERE at < %(before)s"
# Bounded at both ends: the index of the keys is read for these alone, not for that of each request.
OLD_KEYS: LiteralString = """
SELECT key_id FROM keys WHERE key_id >= 'looks-' AND key_id < %(month)s AND starts_with(key_id, 'looks-')
    AND wrapped IS NOT NULL
"""


def record(tx: Transaction, request_id: str, what: str) -> None:
    """A look by the staff at one request; no other look is kept. Each is, also of the same request a minute later: a refresh
    cannot be distinguished from a second look at a file, and the journal shows how often a file was opened."""
    actor = tx.actor
    if actor is None or not access.is_staff(actor):
        return
    tx.conn.execute(
        RECORD,
        {"request_id": request_id, "agent_id": actor.id, "agent_name": actor.name, "what": what, "at": tx.now},
    )


def record_list(tx: Transaction, what: str, query: Json, shown: Iterable[str]) -> None:
    """A look by the staff at a list that showed these requests; nothing for one that shows nothing new this day."""
    actor = tx.actor
    if actor is None or not access.is_staff(actor):
        return
    asked = {name: value for name, value in query.items() if value is not None}
    key_id, day, numbered = present_key(tx), start_of_day(local_day(tx.now)), sorted(set(shown))
    key = tx.keys.take(key_id)
    mark = hmac.digest(key, orjson.dumps([actor.id, what, asked], option=orjson.OPT_SORT_KEYS), hashlib.sha256)
    look = hmac.digest(mark, orjson.dumps([day, numbered]), hashlib.sha256)
    if look in _known:
        return
    tx.conn.execute(
        RECORD_LIST,
        {
            "agent_id": actor.id,
            "agent_name": actor.name,
            "what": what,
            "at": tx.now,
            "day": day,
            "shown": numbered,
            "key_id": key_id,
            "query": tx.keys.seal(key_id, asked),
            "mark": mark,
        },
    )
    if isinstance(tx, Viewing):  # it is committed
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known.add(look)


def of_request(
    tx: Transaction, request_id: str, at_most: int, before_at: datetime | None = None, before_id: int | None = None
) -> list[Look]:
    """The looks at that file, and at lists that showed it, the latest first: from the newest, or those before that one."""
    asked = {"request_id": request_id, "at_most": at_most, "before_at": before_at or "infinity"}
    return _read(tx, Look, LOOK + OF_REQUEST + BEFORE, asked | {"before_id": before_id or 0})


def also_open(tx: Transaction, request_id: str) -> list[AlsoOpen]:
    """The other agents who opened that file in the last minutes: how long it stayed open is not kept."""
    agent = tx.actor.id if tx.actor else ""
    given = {"request_id": request_id, "after": tx.now - STILL_OPEN, "agent": agent}
    return [AlsoOpen(**row) for row in tx.conn.execute(ALSO_OPEN, given).fetchall()]


def of_staff(tx: Transaction, asked: ListStaffLooks) -> list[StaffLook]:
    """The looks of an agent, of a day, or of both, the latest first, each with the numbers that it showed."""
    return _read(tx, StaffLook, *_of_staff(LOOK + NUMBERS, asked))


def shown_by(tx: Transaction, asked: ListStaffLooks) -> set[str]:
    """The requests that those looks showed."""
    sql, given = _of_staff(REQUESTS, asked)
    return {str(one) for row in tx.conn.execute(sql, given).fetchall() for one in row["requests"] if one is not None}


def _of_staff(sql: LiteralString, asked: ListStaffLooks) -> tuple[LiteralString, Json]:
    bounds = {"before_at": asked.before_at or "infinity", "before_id": asked.before_id or 0}
    given: Json = {"agent": asked.agent, "at_most": asked.at_most, **bounds}
    if asked.agent is not None:
        sql = sql + OF_AGENT
    if asked.day is not None:
        sql = sql + OF_DAY
        given["first"] = start_of_day(asked.day)
        given["last"] = start_of_day(asked.day + timedelta(days=1))
    return sql + BEFORE, given


def forget(tx: Transaction, before: datetime) -> None:
    """The looks of before are gone, and with each month that is over the key of its queries."""
    tx.conn.execute(FORGET, {"before": before})
    month = _key_of(local_day(before))
    for row in tx.conn.execute(OLD_KEYS, {"month": month}).fetchall():
        tx.keys.destroy(row["key_id"], tx.now)


def present_key(tx: Transaction) -> str:
    """The id of the key that seals the queries of this month's looks."""
    return _key_of(local_day(tx.now))


def _key_of(day: date) -> str:
    return f"looks-{day:%Y-%m}"


def _read(tx: Transaction, kind: type[L], sql: LiteralString, given: Json) -> list[L]:
    looks = []
    for row in tx.conn.execute(sql, given).fetchall():
        key_id, query = row.pop("key_id"), row.pop("query")
        look = {**row, "agent_id": str(row["agent_id"]), "at": row["at"].isoformat()}
        looks.append(from_json(kind, {**look, "query": None if query is None else tx.keys.open(key_id, query)}))
    return looks
