"""Applies the events of one source to one service: a quorum queue read one message at a time, on a connection of its own.

A message is acknowledged when its effect is committed, or when it is parked. While the database is down it stays in hand:
nothing is skipped, nothing is counted against the event. What cannot be decoded goes to the dead-letter queue.
"""

import threading
from typing import Any

import amqp

from services.chassis import logs, metrics, town_id
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.envelope import Envelope, Undecodable, unpack
from services.chassis.bus.parking import CONFIRM, park
from services.chassis.bus.queues import declare, queue_of
from services.chassis.bus.reactions import Reaction
from services.chassis.event_store.store import DatabaseDown, Store, TransactionAborted

TRIES_IN_HAND = 3  # of what the server ended, such as a wait for a lock, before the event is parked
LONGEST_WAIT_SECONDS = 5.0

HEAR = """
SELECT hear(%(event_id)s, %(source)s, %(type)s, %(subject)s, %(position)s, %(body)s) AS verdict
"""

log = logs.get_logger(__name__)


class Listener:
    """Runs until it is stopped. `listening`: it holds its queue, or stands by for another replica that does."""

    def __init__(
        self, store: Store, source: str, reactions: dict[str, Reaction[Any]], stopping: threading.Event
    ) -> None:
        self.name = f"receives-{source}"
        self.listening = False
        self._store = store
        self._source = source
        self._reactions = reactions
        self._stopping = stopping
        self._connection = BrokerConnection(store.settings.amqp_url, on_open=self._opened)
        self._in_hand: amqp.Message | None = None
        self._handling = False

    def run(self) -> None:
        """Returns once it is stopped."""
        while not self._stopping.is_set():
            try:
                self._connection.open()
                self.listening = True
                self._connection.drain(self._connection.patience)
                if self._in_hand is not None:
                    message, self._in_hand = self._in_hand, None
                    self._handling = True
                    self._handle(message)
                    self._handling = False
            except BrokerDown as error:
                self.listening = self._handling = False
                if not self._stopping.is_set():
                    log.warning("listener_waits", source=self._source, error=type(error).__name__, reason=str(error))
                self._stopping.wait(1.0)
        self._connection.end()

    def stop(self) -> None:
        """Ends the wait for a message, once `stopping` is set; one that is in hand is finished."""
        if not self._handling:
            self._connection.end()

    def _opened(self, channel: amqp.Channel) -> None:
        self._in_hand = None
        consumer = self._store.service
        declare(channel, self._store.settings.amqp_url, consumer, self._source, sorted(self._reactions))
        channel.basic_qos(0, 1, False)
        channel.basic_consume(queue_of(consumer, self._source), callback=self._received)

    def _received(self, message: amqp.Message) -> None:
        self._in_hand = message

    def _handle(self, message: amqp.Message) -> None:
        body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
        try:
            envelope = unpack(body)
        except Undecodable as error:
            log.warning("undecodable", source=self._source, reason=str(error))
            metrics.consumed(self._source, "undecodable")
            self._connection.exclusively(lambda: message.channel.basic_reject(message.delivery_tag, requeue=False))
            return
        town_id.learn(envelope.town)
        if self._settle(envelope, body):
            self._connection.exclusively(lambda: message.channel.basic_ack(message.delivery_tag))

    def _settle(self, envelope: Envelope, body: str) -> bool:
        """Whether the event has had its effect or is parked; False when the process stops before."""
        ended, wait = 0, 0.1
        while not self._stopping.is_set():
            try:
                self._apply(envelope, body, patient=ended < TRIES_IN_HAND)
                return True
            except (DatabaseDown, TransactionAborted) as down:
                ended += isinstance(down, TransactionAborted)
                log.warning("waits_in_hand", source=self._source, error=type(down.__cause__).__name__)
                self._connection.drain(wait)  # nothing more comes: one message at a time; the heartbeat goes on
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        return False

    def _apply(self, envelope: Envelope, body: str, *, patient: bool) -> None:
        """One transaction; parks for a failure of the reaction. Raises DatabaseDown, and TransactionAborted where one is still
        patient, or where another delivery of the same event is in the middle of its commit."""
        verdict = ""
        try:
            with self._store.transaction(
                correlation_id=envelope.correlation_id, causation_id=str(envelope.event_id)
            ) as tx:
                message = {**vars(envelope), "body": body}
                verdict = tx.conn.execute(HEAR, message).fetchall()[0]["verdict"]
                if verdict == "known":
                    tx.conn.execute(CONFIRM, message)
                known = self._reactions.get(envelope.type)
                if verdict == "new" and known is not None:
                    known.apply(tx, envelope)
        except Exception as error:
            begun = verdict == "new"
            if isinstance(error, DatabaseDown) or (isinstance(error, TransactionAborted) and (patient or not begun)):
                raise
            park(self._store, envelope, body, error)
            return
        metrics.consumed(self._source, verdict)
