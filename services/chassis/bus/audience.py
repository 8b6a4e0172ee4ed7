"""Who receives the events of one source, and up to which position: our own services, or partners."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import amqp

from services.chassis import metrics, town_id
from services.chassis.bus import partners_stream, queues, subscribers
from services.chassis.bus.broker_connection import BrokerDown
from services.chassis.bus.envelope import STREAM_HEADER, full_type, pack
from services.chassis.bus.publisher import OutgoingMessage, Publisher
from services.chassis.bus.subscribers import Subscribers
from services.chassis.event_store import db
from services.chassis.settings import Settings


class Audience:
    """What all audiences share: the mark as it is stored, the position published since, and publishing in order."""

    name: str
    exchange: str

    def __init__(self, source: str, url: str, database: str) -> None:
        self.source = source
        self._database = database
        self.mark = self.published = 0
        self.paused_until = 0.0
        self.publisher = Publisher(url, declare=self.declare)

    def declare(self, channel: amqp.Channel) -> None:
        """Makes what the events are published to, before anything is published on this connection."""
        channel.exchange_declare(self.exchange, "topic", durable=True, auto_delete=False)

    @contextmanager
    def known(self) -> Generator[db.Connection]:
        """The database of the source, for what `declare` asks there; raises BrokerDown where it does not answer, and then it is tried again."""
        try:
            with db.connect(self._database, "parvis-relay") as conn:
                yield conn
        except db.DOWN as error:
            raise BrokerDown("the database does not answer: what is to be declared is not known") from error

    def receives(self, row: dict[str, Any]) -> bool:
        """Whether this event is published to it: else its mark passes it."""
        raise NotImplementedError

    def message(self, row: dict[str, Any]) -> OutgoingMessage:
        """That of an event which it receives."""
        raise NotImplementedError

    def send(self, rows: Sequence[dict[str, Any]]) -> None:
        """Passes what comes next to the broker, in order; raises BrokerDown."""
        self.mark = self.published = rows[0]["mark"] if rows else self.published
        self.publisher.send([self.message(row) for row in rows if self.receives(row)])

    def confirm(self, rows: Sequence[dict[str, Any]]) -> None:
        """Returns once the broker has it safe; raises BrokerDown."""
        self.publisher.confirm()
        if rows:
            self.published = rows[-1]["position"]
            metrics.published(self.source, self.name, sum(map(self.receives, rows)))

    def pause(self, seconds: float) -> None:
        """Publishes nothing for so long. What was not confirmed is published again, from the mark."""
        self.published = self.mark
        self.paused_until = time.monotonic() + seconds

    def is_paused(self) -> bool:
        return time.monotonic() < self.paused_until


class OwnServices(Audience):
    """Our own services, whose queues are made here as well: one that starts late, or for the first time, misses nothing."""

    name = "published"

    def __init__(self, source: str, settings: Settings) -> None:
        self.exchange = f"{source}.events"
        self._broker = settings.amqp_url
        super().__init__(source, settings.amqp_url, settings.database(source))

    def declare(self, channel: amqp.Channel) -> None:
        with self.known() as conn:
            self.declare_for(channel, subscribers.kept(conn))

    def declare_for(self, channel: amqp.Channel, consumers: Subscribers) -> None:
        """The exchange, and the queue of each of these."""
        super().declare(channel)
        for consumer, types in consumers.items():
            queues.declare(channel, self._broker, consumer, self.source, types)

    def receives(self, row: dict[str, Any]) -> bool:
        return row["heard"] or row["followed"]

    def message(self, row: dict[str, Any]) -> OutgoingMessage:
        body = pack(self.source, row, town=town_id.current())
        # A gateway that follows an event has a queue while it runs.
        return OutgoingMessage(self.exchange, row["type"], str(row["event_id"]), body, mandatory=row["heard"])


class Partners(Audience):
    """Who may read the stream queue of public events in a vhost of its own."""

    name = "partners"
    exchange = partners_stream.EXCHANGE

    def __init__(self, source: str, settings: Settings) -> None:
        self._broker = settings.partners_amqp_url
        self.stream = ""
        super().__init__(source, settings.partners_amqp_url, settings.database(source))

    def declare(self, channel: amqp.Channel) -> None:
        super().declare(channel)
        with self.known() as conn:
            self.stream = partners_stream.ready(conn, channel, self._broker)

    def send(self, rows: Sequence[dict[str, Any]]) -> None:
        if any(map(self.receives, rows)):
            self.publisher.open()  # which makes the identity known that the headers have
        super().send(rows)

    def receives(self, row: dict[str, Any]) -> bool:
        return row["shared"]

    def message(self, row: dict[str, Any]) -> OutgoingMessage:
        key = full_type(self.source, row["type"], row["type_version"])
        headers = {STREAM_HEADER: self.stream}
        body = pack(self.source, row, town=town_id.current())
        return OutgoingMessage(self.exchange, key, str(row["event_id"]), body, mandatory=True, headers=headers)
