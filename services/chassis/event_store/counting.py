"""Tallies: what sums up many streams, kept by one process at a time that follows positions, so that streams stay parallel."""

from threading import Event
from typing import LiteralString

from services.chassis import logs
from services.chassis.event_store.events import type_of
from services.chassis.event_store.projections import tallies_in
from services.chassis.event_store.signals import EVENTS
from services.chassis.event_store.store import DatabaseDown, Store
from services.chassis.failures import reason_of

LOOK_SECONDS = 30.0  # without an event of this process: another one may have ended before it counted its own
BUSY_SECONDS = 0.1
BATCH = 200

COUNTING = 7_310_004
"""The advisory lock under which tallies are counted, and under which a rebuild puts their tables in place."""

# Locking the mark makes one process at a time count; its move commits with what was counted.
NEXT: LiteralString = """
WITH mark AS MATERIALIZED (
    SELECT position FROM marks WHERE name = 'counted' AND pg_try_advisory_xact_lock_shared(%(counting)s)
    FOR UPDATE SKIP LOCKED
)
SELECT p.position, e.type, e.subject FROM positions p JOIN events e ON e.event_id = p.event_id
WHERE p.position > (SELECT position FROM mark)
ORDER BY p.position LIMIT %(at_most)s
"""
MOVE: LiteralString = "UPDATE marks SET position = %(position)s WHERE name = 'counted'"

# What is in the outbox has no position yet: it is counted as soon as the relay has given it one.
AHEAD: LiteralString = """
SELECT position < (SELECT coalesce(max(position), 0) FROM positions) AS behind, EXISTS (SELECT FROM outbox) AS more
FROM marks WHERE name = 'counted'
"""

log = logs.get_logger(__name__)


def count_once(store: Store, at_most: int = BATCH) -> int:
    """Lets the tallies count those of whom the next events were, in one transaction; returns how many events that were."""
    with store.transaction() as tx:
        rows = tx.conn.execute(NEXT, {"at_most": at_most, "counting": COUNTING}).fetchall()
        for tally in tallies_in(store.service):
            counted = {type_of(event).name for event in tally.events}
            if subjects := sorted({row["subject"] for row in rows if row["type"] in counted}):
                tally.count(tx, subjects)
        if rows:
            tx.conn.execute(MOVE, {"position": rows[-1]["position"]})
        return len(rows)


def count_what_is_there(store: Store) -> bool:
    """Counts what has a position; whether more is to come, from this process or another."""
    with store.read() as conn:
        [ahead] = conn.execute(AHEAD).fetchall()
    if ahead["behind"]:
        while count_once(store) == BATCH:
            pass
    return bool(ahead["behind"] or ahead["more"])


def keep_counting(store: Store, stopping: Event) -> None:
    """Counts until it is stopped. A tally that fails is tried again: a number must never be silently wrong.

    It waits until this process appends: of several replicas, the one that appended counts.
    """
    appended = store.signals.of(EVENTS)
    while not stopping.is_set():
        wait = BUSY_SECONDS
        try:
            if not count_what_is_there(store):
                appended.wait(LOOK_SECONDS)
                continue
        except DatabaseDown:
            wait = 1.0
        except Exception as defect:
            log.error("counter_failed", service=store.service, reason=reason_of(defect))
            wait = 5.0
        stopping.wait(wait)
