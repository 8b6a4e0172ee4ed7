"""Counters: what sums up many streams, kept by one process at a time that follows positions, so that streams stay parallel."""

from threading import Event
from typing import LiteralString

from services.chassis import logs
from services.chassis.parking import reason_of
from services.chassis.projections import counters_in
from services.chassis.store import Away, Store

IDLE_SECONDS = 0.1
BATCH = 200

COUNTING = 7_310_004
"""The advisory lock under which counters count, and under which a rebuild puts their tables in place."""

# Locking the mark makes one process at a time count; its move commits with what was counted.
NEXT: LiteralString = """
WITH mark AS MATERIALIZED (
    SELECT position FROM marks WHERE name = 'counted' AND pg_try_advisory_xact_lock_shared(%(counting)s)
    FOR UPDATE SKIP LOCKED
)
SELECT p.position, e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time, e.public, e.sealed, e.key_id,
    e.correlation_id, e.causation_id, k.wrapped
FROM positions p JOIN events e ON e.event_id = p.event_id LEFT JOIN keys k ON k.key_id = e.key_id
WHERE p.position > (SELECT position FROM mark)
ORDER BY p.position LIMIT %(at_most)s
"""
MOVE: LiteralString = "UPDATE marks SET position = %(position)s WHERE name = 'counted'"

BEHIND: LiteralString = """
SELECT position < (SELECT coalesce(max(position), 0) FROM positions) AS behind FROM marks WHERE name = 'counted'
"""

log = logs.get_logger(__name__)


def count_once(store: Store, at_most: int = BATCH) -> int:
    """Gives the next events to their counters, in order, in one transaction; tells how many."""
    counters = counters_in(store.service)
    with store.transaction() as tx:
        rows = tx.conn.execute(NEXT, {"at_most": at_most, "counting": COUNTING}).fetchall()
        for row in rows:
            recorded = tx.recorded(row)
            for counter in counters:
                if type(recorded.event) in counter.events:
                    counter.project(tx, recorded)
        if rows:
            tx.conn.execute(MOVE, {"position": rows[-1]["position"]})
        return len(rows)


def behind(store: Store) -> bool:
    """Whether there is something to count: one small query, for it is asked all day."""
    with store.read() as conn:
        return conn.execute(BEHIND).fetchall()[0]["behind"]


def keep_counting(store: Store, stopping: Event) -> None:
    """Counts until it is told to stop. A counter that fails is tried again: a number must never be silently wrong."""
    wait = IDLE_SECONDS
    while not stopping.wait(wait):
        try:
            wait = 0.0 if behind(store) and count_once(store) == BATCH else IDLE_SECONDS
        except Away:
            wait = 1.0
        except Exception as defect:
            log.error("counter_failed", service=store.service, reason=reason_of(defect))
            wait = 5.0
