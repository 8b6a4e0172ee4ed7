"""Events that could not be applied: tried again after 5 s, 30 s, 5 min, 1 h and 6 h, then dead letters.

Later events of the same subject wait behind in their order; those of other subjects pass. A dead letter no longer holds up
its subject: it is shown by `parvis dead-letters` and tried again when an operator says so.
"""

from threading import Event
from typing import Any, LiteralString

from services.chassis import logs, metrics
from services.chassis.bus.envelope import Envelope, unpack
from services.chassis.bus.reactions import Reaction
from services.chassis.errors import Unavailable
from services.chassis.event_store.store import DatabaseDown, Store
from services.chassis.failures import reason_of
from services.chassis.retries import Schedule

TRIES = Schedule.of_seconds(5, 30, 300, 3600, 21600)
LOOK_SECONDS = 30.0  # without an event that this process parked: an operator may have one tried again
RETRY_SECONDS = 1.0
PARKED = "parked"
"""The signal of an event that this process has put aside."""

PARK: LiteralString = """
INSERT INTO parked (event_id, source, type, subject, position, body, reason, tries, next_try)
SELECT %(event_id)s, %(source)s, %(type)s, %(subject)s, %(position)s, %(body)s, %(reason)s, 1, %(next_try)s
WHERE NOT EXISTS (SELECT FROM heard h WHERE h.event_id = %(event_id)s AND h.source = %(source)s) ON CONFLICT DO NOTHING
"""
# Of one that is known: changes nothing, but its commit waits for the standbys to have what made it known (`db.Connection`).
CONFIRM: LiteralString = """
WITH effective AS (UPDATE heard SET heard_at = heard_at WHERE event_id = %(event_id)s AND source = %(source)s)
UPDATE parked SET parked_at = parked_at WHERE event_id = %(event_id)s AND source = %(source)s
"""
# The first event of each subject, where it is due; one that was parked behind another has no `next_try`.
DUE: LiteralString = """
SELECT event_id, source FROM (
    SELECT DISTINCT ON (source, subject) event_id, source, position, next_try
    FROM parked WHERE dead_at IS NULL ORDER BY source, subject, position
) first WHERE next_try IS NULL OR next_try <= %(now)s ORDER BY position LIMIT 100
"""
TAKE: LiteralString = """
SELECT source, type, subject, position, body, tries FROM parked
WHERE event_id = %(event_id)s AND source = %(source)s AND dead_at IS NULL FOR UPDATE SKIP LOCKED
"""
DONE: LiteralString = """
WITH gone AS (DELETE FROM parked WHERE event_id = %(event_id)s AND source = %(source)s)
INSERT INTO heard (event_id, source, type, subject, position, body)
VALUES (%(event_id)s, %(source)s, %(type)s, %(subject)s, %(position)s, %(body)s) ON CONFLICT DO NOTHING RETURNING true
"""
FAILED: LiteralString = """
UPDATE parked SET tries = tries + 1, reason = %(reason)s, next_try = %(next_try)s, dead_at = %(dead_at)s
WHERE event_id = %(event_id)s AND source = %(source)s
"""
# How many there are, and in how many seconds the next one is due.
STATE: LiteralString = """
SELECT count(*) FILTER (WHERE dead_at IS NULL) AS waiting, count(dead_at) AS dead, (
    SELECT extract(epoch FROM min(next_try) - %(now)s)::float FROM (
        SELECT DISTINCT ON (source, subject) coalesce(next_try, %(now)s) AS next_try
        FROM parked WHERE dead_at IS NULL ORDER BY source, subject, position
    ) first
) AS seconds FROM parked
"""

log = logs.get_logger(__name__)


def park(store: Store, envelope: Envelope, body: str, error: BaseException) -> None:
    """Puts an event aside after its first failure, unless another process has applied it meanwhile. Raises Unavailable, and
    TransactionAborted while that one's commit waits for a standby."""
    values = {
        **vars(envelope),
        "body": body,
        "reason": reason_of(error),
        "next_try": TRIES.next_try(1, store.clock.now()),
    }
    with store.connection() as conn:
        if not conn.execute(PARK, values).rowcount:
            conn.execute(CONFIRM, values)
            return
    store.signals.of(PARKED).set()
    metrics.consumed(envelope.source, "parked")
    log.warning("parked", source=envelope.source, event_id=str(envelope.event_id), reason=values["reason"])


def due(store: Store) -> list[dict[str, Any]]:
    """The events whose turn it is to be tried again."""
    with store.connection() as conn:
        return conn.execute(DUE, {"now": store.clock.now()}).fetchall()


def try_again(store: Store, reactions: dict[str, dict[str, Reaction[Any]]], key: dict[str, Any]) -> bool:
    """Tries one parked event; whether it took effect. Raises DatabaseDown when the database is down, which does not count as a try."""
    tries = 0
    try:
        with store.transaction(causation_id=str(key["event_id"])) as tx:
            row = tx.conn.execute(TAKE, key).fetchone()
            if row is None:
                return False
            tries = row["tries"]
            envelope = unpack(row["body"])
            tx.correlation_id = envelope.correlation_id
            first = tx.conn.execute(DONE, {**row, **key}).fetchone() is not None
            known = reactions.get(envelope.source, {}).get(envelope.type)
            if first and known is not None:
                known.apply(tx, envelope)
    except DatabaseDown:
        raise
    except Exception as error:
        _note_failure(store, key, tries, error)
        return False
    metrics.consumed(key["source"], "recovered")
    return True


def _note_failure(store: Store, key: dict[str, Any], tries: int, error: BaseException) -> None:
    now, reason = store.clock.now(), reason_of(error)
    next_try = TRIES.next_try(tries + 1, now)
    dead = next_try is None
    when = {"next_try": next_try, "dead_at": now if dead else None}
    with store.connection() as conn:
        conn.execute(FAILED, {**key, **when, "reason": reason})
    log.warning(
        "dead_letter" if dead else "parked_again", source=key["source"], event_id=str(key["event_id"]), reason=reason
    )
    metrics.consumed(key["source"], "dead" if dead else "parked")


def keep_trying(store: Store, reactions: dict[str, dict[str, Reaction[Any]]], stopping: Event) -> None:
    """Tries parked events as their time comes, until it is stopped."""
    parked = store.signals.of(PARKED)
    while not stopping.is_set():
        try:
            seconds = _next_in(store)
            if seconds > 0:
                parked.wait(min(seconds, LOOK_SECONDS))
            # the next of each subject may come forward once one took effect
            elif not sum(try_again(store, reactions, key) for key in due(store)):
                stopping.wait(RETRY_SECONDS)
        except Unavailable as down:
            log.warning("parking_waits", service=store.service, reason=reason_of(down))
            stopping.wait(RETRY_SECONDS)


def _next_in(store: Store) -> float:
    with store.read() as conn:
        [state] = conn.execute(STATE, {"now": store.clock.now()}).fetchall()
    metrics.parked(state["waiting"], state["dead"])
    return LOOK_SECONDS if state["seconds"] is None else state["seconds"]
