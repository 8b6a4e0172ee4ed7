"""Which service subscribes to which events, and which ones gateways may follow: read from the code when the databases are migrated, kept in
the database of the source.

The relay reads it there and makes the queues of services before it publishes, so that nothing is lost to a service that has never run;
and it need not carry the code of every service for that. An event without either is not published.
"""

from collections.abc import Sequence
from typing import LiteralString

from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store import db
from services.chassis.event_store.events import types_of
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


def followed_of(source: str) -> list[str]:
    """The types that gateways may follow."""
    load_registrations(source)
    return [one.name for one in types_of(source) if one.followed]


def keep(conn: db.Connection, subscribers: Subscribers, followed: Sequence[str] = ()) -> None:
    """Writes them in the place of those that were known."""
    with conn.transaction():
        conn.execute("DELETE FROM followed")
        conn.execute("INSERT INTO followed (type) SELECT unnest(%s::text[])", (list(followed),))
        conn.execute("DELETE FROM hearers")
        for consumer, types in subscribers.items():
            conn.execute("INSERT INTO hearers (consumer, type) SELECT %s, unnest(%s::text[])", (consumer, types))


def kept(conn: db.Connection) -> Subscribers:
    return {row["consumer"]: row["types"] for row in conn.execute(READ)}
