"""Applies the events of one source to one service: a quorum queue, read on a connection of its own.

A message is acknowledged when its effect is committed, or when it is parked. While the database is down it stays in hand:
nothing is skipped, nothing is counted against the event. What cannot be decoded goes to the dead-letter queue.

Events come one at a time. Once many come, several are applied in one transaction (decision 65): of different subjects, each with a
reaction that names its streams. Where that fails, each of them is applied by itself, as one that has been delivered before always is.
"""

import threading
import time
from collections import deque
from typing import Any

import amqp

from services.chassis import logs, metrics, town_id
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.envelope import Envelope, Undecodable, unpack
from services.chassis.bus.parking import CONFIRM, park
from services.chassis.bus.queues import declare, queue_of
from services.chassis.bus.reactions import Reaction
from services.chassis.event_store.store import DatabaseDown, Store, TransactionAborted
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct

TRIES_IN_HAND = 3  # of what the server ended, such as a wait for a lock, before the event is parked
LONGEST_WAIT_SECONDS = 5.0
MANY = 20  # events a second, above which they are applied together
AT_ONCE = 20  # of them in one transaction, at most
LINGER_SECONDS = 0.1  # after the first, for more to come
WORK_SECONDS = 0.02  # of one transaction: meanwhile its locks are held

HEAR = """
SELECT hear(%(event_id)s, %(source)s, %(type)s, %(subject)s, %(position)s, %(body)s) AS verdict
"""

log = logs.get_logger(__name__)


class Delivered(Struct):
    """An event with the message that brought it. `streams`: what it locks; None where it is applied by itself."""

    message: amqp.Message
    body: str
    envelope: Envelope
    streams: tuple[str, ...] | None


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
        self._in_hand: deque[amqp.Message] = deque()
        self._came: deque[float] = deque(maxlen=MANY)  # when the last ones came
        # Of a process that has just come up: one that its message ends is delivered again, and counted, by itself.
        self._prefetch = 1
        self._together = AT_ONCE
        self._handling = False

    def run(self) -> None:
        """Returns once it is stopped."""
        while not self._stopping.is_set():
            try:
                self._connection.open()
                self.listening = True
                if not self._in_hand:
                    self._connection.drain(self._connection.patience)
                if self._in_hand:
                    self._handling = True
                    self._handle_next()
                    self._handling = False
            except BrokerDown as error:
                self.listening = self._handling = False
                if not self._stopping.is_set():
                    log.warning("listener_waits", source=self._source, error=type(error).__name__, reason=str(error))
                self._stopping.wait(1.0)
        self._connection.end()

    def stop(self) -> None:
        """Ends the wait for a message, once `stopping` is set; what is being applied is finished."""
        if not self._handling:
            self._connection.end()

    def _opened(self, channel: amqp.Channel) -> None:
        self._in_hand.clear()
        consumer = self._store.service
        declare(channel, self._store.settings.amqp_url, consumer, self._source, sorted(self._reactions))
        channel.basic_qos(0, self._prefetch, False)
        channel.basic_consume(queue_of(consumer, self._source), callback=self._received)

    def _received(self, message: amqp.Message) -> None:
        self._in_hand.append(message)
        self._came.append(time.monotonic())

    def _handle_next(self) -> None:
        """Applies what comes next, and what goes with it."""
        many = len(self._came) == MANY and self._came[-1] - self._came[0] < 1.0
        if many and self._prefetch > 1:
            self._gather()
        group = self._next_group(self._together if many else 1)
        if len(group) > 1 and self._apply_together(group):
            self._acknowledge(group[-1])
        else:
            for one in group:
                if not self._settle(one.envelope, one.body):
                    return  # the process stops
                self._acknowledge(one)
        if many and self._prefetch == 1:
            self._prefetch = AT_ONCE
            self._connection.leave()

    def _gather(self) -> None:
        until = time.monotonic() + LINGER_SECONDS
        while len(self._in_hand) < AT_ONCE and (left := until - time.monotonic()) > 0 and not self._stopping.is_set():
            self._connection.drain(left)

    def _next_group(self, at_most: int) -> list[Delivered]:
        """The next ones, in the order in which they came, that are applied together: one at least, unless it cannot be decoded."""
        group: list[Delivered] = []
        subjects: set[str] = set()
        for message in list(self._in_hand)[:at_most]:
            one = self._opened_message(message)
            if one and group and (one.streams is None or one.envelope.subject in subjects):
                break
            self._in_hand.popleft()
            if one is None:
                break
            group.append(one)
            subjects.add(one.envelope.subject)
            if one.streams is None:
                break
        return group

    def _opened_message(self, message: amqp.Message) -> Delivered | None:
        """None where it cannot be decoded; it is then a dead letter."""
        body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
        try:
            envelope = unpack(body)
        except Undecodable as error:
            log.warning("undecodable", source=self._source, reason=str(error))
            metrics.consumed(self._source, "undecodable")
            self._connection.exclusively(lambda: message.channel.basic_reject(message.delivery_tag, requeue=False))
            return None
        town_id.learn(envelope.town)
        known = self._reactions.get(envelope.type)
        streams = known.streams(envelope) if known and not message.delivery_info["redelivered"] else None
        return Delivered(message=message, body=body, envelope=envelope, streams=streams)

    def _acknowledge(self, last: Delivered) -> None:
        """And all before it, which have been dealt with."""
        message = last.message
        self._connection.exclusively(lambda: message.channel.basic_ack(message.delivery_tag, multiple=True))

    def _apply_together(self, group: list[Delivered]) -> bool:
        """Whether each has had its effect, in one transaction; else nothing has changed, or it is not known whether it has."""
        began = time.monotonic()
        try:
            with self._store.transaction() as tx:
                tx.lock(*(stream for one in group for stream in one.streams or ()))
                heard = [tx.conn.execute(HEAR, {**vars(one.envelope), "body": one.body}) for one in group]
                verdicts = [asked.fetchall()[0]["verdict"] for asked in heard]
                for one, verdict in zip(group, verdicts, strict=True):
                    with tx.following(one.envelope.correlation_id, str(one.envelope.event_id)):
                        self._react(tx, one.envelope, verdict)
        except Exception as error:
            log.info("applied_one_by_one", source=self._source, error=type(error).__name__)
            return False
        self._together = min(AT_ONCE, max(2, int(len(group) * WORK_SECONDS / (time.monotonic() - began))))
        for verdict in verdicts:
            metrics.consumed(self._source, verdict)
        return True

    def _react(self, tx: Transaction, envelope: Envelope, verdict: str) -> None:
        if verdict == "known":
            tx.conn.execute(CONFIRM, vars(envelope))
        known = self._reactions.get(envelope.type)
        if verdict == "new" and known is not None:
            known.apply(tx, envelope)

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
                self._connection.drain(wait)  # for the heartbeat; what comes meanwhile waits in hand
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
                self._react(tx, envelope, verdict)
        except Exception as error:
            begun = verdict == "new"
            if isinstance(error, DatabaseDown) or (isinstance(error, TransactionAborted) and (patient or not begun)):
                raise
            park(self._store, envelope, body, error)
            return
        metrics.consumed(self._source, verdict)
