"""Which service subscribes to which events: read from the code of the consumers when they are migrated, kept in the database of the source.

The relay reads it there and makes the queues before it publishes, so that nothing is lost to a service that has never run;
and it need not carry the code of every service for that.
"""

from typing import LiteralString

from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store import db
from services.chassis.event_store.registrations import load_registrations
from services.chassis.service_list import service_names

READ: LiteralString = "SELECT consumer, array_agg(type ORDER BY type) AS types FROM hearers GROUP BY consumer"

Subscribers = dict[str, list[str]]
"""The types of one source that each consumer subscribes to."""


def subscribers_of(source: str) -> Subscribers:
    """Read from the reactions of every service."""
    for consumer in service_names():
        load_registrations(consumer)
    subscribed = {consumer: sorted(reactions_of(consumer).get(source, {})) for consumer in service_names()}
    return {consumer: types for consumer, types in subscribed.items() if types}


def without_subscribers(consumer: str) -> bool:
    """Whether one of ours has no reaction at all, and so no queue."""
    if consumer not in service_names():
        return False
    load_registrations(consumer)
    return not reactions_of(consumer)


def keep(conn: db.Connection, subscribers: Subscribers) -> None:
    """Writes them in the place of those that were known."""
    with conn.transaction():
        conn.execute("DELETE FROM hearers")
        for consumer, types in subscribers.items():
            conn.execute("INSERT INTO hearers (consumer, type) SELECT %s, unnest(%s::text[])", (consumer, types))


def kept(conn: db.Connection) -> Subscribers:
    return {row["consumer"]: row["types"] for row in conn.execute(READ)}
