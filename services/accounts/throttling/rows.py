"""Tries, counted in the database: exact however many come at once, and the same for names that do not exist."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

from services.accounts.throttling.rules import Allowance, TryLater
from services.chassis.event_store.db import Connection
from services.chassis.structs import Struct

PLACE_KEPT = timedelta(days=180)

# Locks the rows, made if missing, in one order: two log-ins can never wait for each other in a circle.
LOCK_COUNTS = """
INSERT INTO tries AS t (bucket, tries, blocked_until, forgotten_at)
SELECT bucket, 0, %(now)s, %(now)s FROM unnest(%(buckets)s::bytea[]) AS bucket ORDER BY bucket
ON CONFLICT (bucket) DO UPDATE SET tries = CASE WHEN t.forgotten_at <= %(now)s THEN 0 ELSE t.tries END
RETURNING bucket, tries, blocked_until
"""
COUNT = """
UPDATE tries SET tries = %(tries)s, blocked_until = %(blocked_until)s, forgotten_at = %(forgotten_at)s
WHERE bucket = %(bucket)s
"""
FORGIVE: LiteralString = "UPDATE tries SET tries = 0, blocked_until = %(now)s WHERE bucket = %(bucket)s"
GIVE_BACK: LiteralString = """
UPDATE tries SET tries = greatest(tries - 1, 0), blocked_until = %(now)s WHERE bucket = %(bucket)s
"""
IS_KNOWN = "SELECT 1 FROM known_places WHERE place = %(place)s AND forgotten_at > %(now)s"
KNOW = """
INSERT INTO known_places (place, forgotten_at) VALUES (%(place)s, %(until)s)
ON CONFLICT (place) DO UPDATE SET forgotten_at = excluded.forgotten_at
"""
SWEEP = (
    "DELETE FROM tries WHERE forgotten_at <= %(now)s AND blocked_until <= %(now)s",
    "DELETE FROM known_places WHERE forgotten_at <= %(now)s",
)


class Bucket(Struct):
    """What tries are counted on, as a keyed hash, and what it allows."""

    key: bytes
    allowance: Allowance


def count_a_try(conn: Connection, buckets: Sequence[Bucket], now: datetime, multiplier: float) -> None:
    """Counts one try on each bucket before it is known whether it is right: a burst of guesses gains nothing.

    Raises TryLater, and counts nothing, while one of them has to wait.
    """
    params = {"buckets": [bucket.key for bucket in buckets], "now": now}
    counted = {bytes(row["bucket"]): row for row in conn.execute(LOCK_COUNTS, params).fetchall()}
    blocked_until = max((row["blocked_until"] for row in counted.values()), default=now)
    if blocked_until > now:
        raise TryLater.until(blocked_until, now)
    for bucket in buckets:
        tries = counted[bucket.key]["tries"] + 1
        delay = bucket.allowance.delay_after(tries, multiplier=multiplier)
        forgotten_at = now + delay + timedelta(seconds=bucket.allowance.forgotten_after_seconds)
        row = {"bucket": bucket.key, "tries": tries, "blocked_until": now + delay, "forgotten_at": forgotten_at}
        conn.execute(COUNT, row)


def take_back(conn: Connection, now: datetime, *, all_on: Sequence[Bucket] = (), one_on: Sequence[Bucket] = ()) -> None:
    """Takes back every try on some buckets, for the right answer was given, and a single one on others: it was right, or was
    not judged, and earlier ones (on an address also those at other accounts) stay counted. Locks in the order of LOCK_COUNTS.
    """
    given_back = {bucket.key for bucket in one_on}
    for key in sorted({bucket.key for bucket in all_on} | given_back):
        conn.execute(GIVE_BACK if key in given_back else FORGIVE, {"bucket": key, "now": now})


def sweep(conn: Connection, now: datetime) -> None:
    for statement in SWEEP:
        conn.execute(statement, {"now": now})
