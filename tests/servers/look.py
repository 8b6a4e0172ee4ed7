"""What the fault tests see of the databases, from outside: rows, what is still on its way, and when nothing is any more."""

import time
from collections import Counter
from typing import Any, LiteralString

from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store import db
from services.chassis.event_store.projections import tallies_in
from services.chassis.event_store.registrations import load_registrations
from services.chassis.settings import Settings
from tests.faults.deployment import SERVICES
from tests.faults.watched import Watched
from tests.servers.broker import channel_to

DRAIN_SECONDS = 30
GATHER_SECONDS = 10

# Per source: committed and not yet numbered, and how far each audience and the tallies still have to go.
ON_ITS_WAY = """
SELECT (SELECT count(*) FROM outbox) AS unnumbered,
    (SELECT coalesce(max(position), 0) FROM positions)
        - (SELECT min(position) FROM marks WHERE name = ANY(%s)) AS untold
"""
# But for the news that a department gets at its next hour: those are not being sent yet.
DUE = """
SELECT count(*) AS n FROM notices WHERE state = 'due' AND NOT (purpose = 'new_request' AND attempts = 0 AND due_at > now())
"""
WAITING = "SELECT count(*) AS n FROM held_decisions WHERE because IS NULL"
SAID = "SELECT count(*) AS n FROM events WHERE type = ANY(%s)"
HEARD = "SELECT count(*) AS n FROM heard WHERE source = %s"
PARKED = "SELECT count(*) AS n FROM parked WHERE dead_at IS NULL"


def rows(settings: Settings, service: str, query: Any, *values: Any) -> list[dict[str, Any]]:
    with db.connect(settings.owner_database(service), "parvis-tests", statement_timeout="0") as conn:
        return conn.execute(query, values).fetchall()


def number(settings: Settings, service: str, query: Any, *values: Any) -> int:
    return rows(settings, service, query, *values)[0]["n"]


def listeners() -> list[tuple[str, str, list[str]]]:
    """Every (consumer, source, event types received) of the deployment."""
    found = []
    for consumer in SERVICES:
        load_registrations(consumer)
        found += [(consumer, source, sorted(known)) for source, known in reactions_of(consumer).items()]
    return found


def on_its_way(settings: Settings) -> dict[str, int]:
    """What has been committed and has not had all its effects yet, by name; empty when all is done.

    Of each service the events that it has received are counted before those that it has recorded: an event that follows from
    another one is never missed while that one counts as received.
    """
    found: Counter[str] = Counter()
    heard = listeners()
    for service in SERVICES:
        with db.connect(settings.owner_database(service), "parvis-tests", statement_timeout="0") as conn:
            if service == "requests":
                found["decisions that wait"] = _count(conn, WAITING)
            for source in (source for consumer, source, _ in heard if consumer == service):
                found[f"{source} not yet taken by {service}"] -= _count(conn, HEARD, source)
            for consumer, types in ((consumer, types) for consumer, source, types in heard if source == service):
                found[f"{service} not yet taken by {consumer}"] += _count(conn, SAID, types)
            marks = ["published", "partners", *(["counted"] if tallies_in(service) else [])]
            for name, count in conn.execute(ON_ITS_WAY, [marks]).fetchall()[0].items():
                found[f"{service} {name}"] = count
            found[f"{service} parked"] = _count(conn, PARKED)
            if service == "messaging":
                found["mails due"] = _count(conn, DUE)
    return {name: count for name, count in found.items() if count}


def _count(conn: db.Connection, query: LiteralString, *values: Any) -> int:
    return conn.execute(query, values).fetchall()[0]["n"]


def drained(deployment: Watched, within: float = DRAIN_SECONDS) -> float:
    """Seconds until nothing is on its way any more; fails once our processes could work for so long."""
    begun, own = time.monotonic(), deployment.machine.clock()
    while left := on_its_way(deployment.settings):
        assert deployment.machine.clock() - own < within, f"still on its way after {within} s: {left}"
        time.sleep(0.1)
    return time.monotonic() - begun


def gathered(deployment: Watched, queue: str, count: int) -> None:
    """Returns as soon as so many messages lie in the queue at once; fails after 10 s in which our processes could work."""
    own = deployment.machine.clock()
    with channel_to(deployment.settings.amqp_url) as channel:
        while (lie := channel.queue_declare(queue, passive=True).message_count) < count:
            assert deployment.machine.clock() - own < GATHER_SECONDS, f"{lie} of {count} in {queue}"
            time.sleep(0.02)
