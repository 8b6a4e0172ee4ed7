"""The partners' stream at the broker, and its identity: a random id that changes whenever the stream is made anew.

A partner keeps its place as an offset, and offsets begin again at 0 in a new stream. So each message has the identity of its
stream in a header, and an HTTP address shows the present one (docs/partners.md).

The identity is in the database of the source, whose relay alone makes the stream. Each time that the relay connects, it compares
the end of the stream with what the database says was published. Where they differ, because the broker was rebuilt, was restored
from an older day or lost its last writes, or because the database was restored, the stream is deleted, made again under a new
identity, and filled from the first event. What cannot be seen from here is a broker and a database that were both restored from
the same moment: `parvis partner renew` is for that.

In a cluster, where each server reads its own copy, the stream is made anew only while all servers are there and none has a copy
that holds what the database says: one that has just come back may be behind.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import amqp
import orjson

from services.chassis.bus import queues
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.envelope import PARTNERS_STREAM as STREAM, STREAM_HEADER
from services.chassis.event_store import db
from services.chassis.hosts import one_each

EXCHANGE = "parvis.events"
STREAM_BYTES = 5_000_000_000  # about ten million events; the oldest go first
ANSWER_SECONDS = 5.0  # for a message that should be there; longer, and the stream is taken for an older one
PAUSE_SECONDS = 0.5  # without a message: there is no other
AT_ONCE = 1000

READ: LiteralString = "SELECT stream, since FROM partners_stream"
# `published`: the last event that the stream should hold, as far as the relay has noted.
EXPECTED: LiteralString = """
SELECT s.stream, (
    SELECT p.position FROM positions p JOIN events e ON e.event_id = p.event_id
    WHERE e.shared AND p.position <= (SELECT m.position FROM marks m WHERE m.name = 'partners')
    ORDER BY p.position DESC LIMIT 1
) AS published FROM partners_stream s
"""
KNOWN: LiteralString = "SELECT FROM positions WHERE position = %(position)s AND event_id = %(event_id)s"
RENEW: LiteralString = """
WITH again AS (UPDATE marks SET position = 0 WHERE name = 'partners')
UPDATE partners_stream SET stream = gen_random_uuid(), since = now() RETURNING stream
"""
AGAIN: LiteralString = "UPDATE marks SET position = 0 WHERE name = 'partners' AND EXISTS (SELECT FROM partners_stream)"


@dataclass(frozen=True)
class Last:
    """The last message of the stream. `stream` is None in one that no relay published."""

    stream: str | None
    event_id: UUID
    position: int


def identity(conn: db.Connection) -> dict[str, Any]:
    """`{stream, since}`, of the source that has one."""
    row = conn.execute(READ).fetchall()[0]
    return {"stream": str(row["stream"]), "since": row["since"].isoformat()}


def ready(conn: db.Connection, channel: amqp.Channel, url: str) -> str:
    """The identity of the stream, which holds what the database says; empty for a source whose events partners do not read.

    `url` is the address of the broker. Raises BrokerDown once it was made anew: what the caller read before is not what comes first
    in it; also where it cannot be made anew as long as a server of the cluster is away.
    """
    expected = conn.execute(EXPECTED).fetchone()
    if expected is None:
        return ""
    if _is_the_same(conn, channel, expected):
        return str(expected["stream"])
    queues.expect_all(url, STREAM)
    if any(_is_the_same(conn, there, expected) for there in _others(url)):
        raise BrokerDown("this server's copy of the partners' stream is behind")
    conn.execute(RENEW)  # before the stream exists: a partner that reads it finds its identity at the HTTP address
    _make_anew(channel)
    raise BrokerDown("the partners' stream is a new one, to be filled from the first event")


def _others(url: str) -> Iterator[amqp.Channel]:
    """A channel to each server of a cluster, one after the other; none of a single server. Raises BrokerDown."""
    servers = one_each(url)
    for server in servers if len(servers) > 1 else ():
        connection = BrokerConnection(server)
        try:
            yield connection.open()
        finally:
            connection.end()


def _is_the_same(conn: db.Connection, channel: amqp.Channel, expected: dict[str, Any]) -> bool:
    stream, published = str(expected["stream"]), expected["published"]
    with suppress(_Missing, ValueError, KeyError, TypeError):  # not there; or its last message is none of ours
        last = _last(channel, at_least=published)
        if last is None:
            return published is None
        return (
            last.stream == stream
            and last.position >= (published or 0)
            and conn.execute(KNOWN, vars(last)).fetchone() is not None
        )
    return False


class _Missing(Exception):
    """There is no stream."""


def _last(channel: amqp.Channel, *, at_least: int | None) -> Last | None:
    """The last message; None for an empty stream. `at_least`: the position that is expected, which is waited for.

    Raises _Missing. The broker's count of messages is no help: it comes seconds after them.
    """
    found: list[amqp.Message] = []

    def keep(message: amqp.Message) -> None:
        found[:] = [message]
        reader.basic_ack(message.delivery_tag)

    # Not the channel of the caller: a refusal closes the one that it is an answer to.
    reader = channel.connection.channel()
    try:
        reader.basic_qos(0, AT_ONCE, False)
        reader.basic_consume(STREAM, callback=keep, arguments={"x-stream-offset": "last"})
        patient_until = time.monotonic() + ANSWER_SECONDS
        while True:  # `last` is a chunk of some messages, the last of which is asked for
            try:
                channel.connection.drain_events(timeout=PAUSE_SECONDS)
            except TimeoutError:
                awaited = at_least is not None and (not found or _read(found[0]).position < at_least)
                if not awaited or time.monotonic() > patient_until:
                    break
    except amqp.NotFound as error:
        if queues.is_missing(error):
            raise _Missing from None
        raise
    finally:
        reader.close()
    return _read(found[0]) if found else None


def _read(message: amqp.Message) -> Last:
    body = orjson.loads(message.body)
    return Last((message.headers or {}).get(STREAM_HEADER), UUID(body["id"]), int(body["position"]))


def _make_anew(channel: amqp.Channel) -> None:
    channel.queue_delete(STREAM)  # no error where there is none
    stream = {"x-queue-type": "stream", "x-max-length-bytes": STREAM_BYTES}
    channel.queue_declare(STREAM, durable=True, auto_delete=False, arguments=stream)
    channel.queue_bind(STREAM, EXCHANGE, routing_key="#")
