"""Publishing with confirms, a batch at a time, on a connection of its own that cannot hang its owner."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import amqp

from services.chassis.bus.broker_connection import HEARTBEAT_SECONDS, BrokerConnection, BrokerDown
from services.chassis.bus.envelope import CONTENT_TYPE

CONFIRM_SECONDS = 3.0


@dataclass(frozen=True)
class OutgoingMessage:
    """An event on its way; `id` lets a reader that has seen it before leave it. `mandatory`: some queue is to take it."""

    exchange: str
    routing_key: str
    id: str
    body: bytes
    mandatory: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Publisher:
    """One connection with confirms. Not for several threads."""

    def __init__(self, url: str, *, declare: Callable[[amqp.Channel], None]) -> None:
        self._declare = declare
        # Without work it is looked after as seldom as that allows; a broker that stands still is noticed by its confirms.
        self._connection = BrokerConnection(url, on_open=self._opened, heartbeat=HEARTBEAT_SECONDS)
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._openings = 0
        self._sending = 0

    def open(self) -> None:
        """Connects where there is no connection; raises BrokerDown."""
        self._connection.open()

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        """Passes them to the broker, in this order; raises BrokerDown. They are safe once `confirm` has returned."""
        if messages:
            self._connection.open()
        self._sending = self._openings
        if not messages:
            return
        with self._connection.together():
            for message in messages:
                self._connection.publish(
                    message.body,
                    exchange=message.exchange,
                    routing_key=message.routing_key,
                    mandatory=message.mandatory,
                    delivery_mode=2,
                    content_type=CONTENT_TYPE,
                    message_id=message.id,
                    application_headers=dict(message.headers),
                )
                self._sent += 1
                self._unconfirmed.add(self._sent)

    def confirm(self) -> None:
        """Returns once the broker has all that was sent safe; raises BrokerDown when it did not say so in 3 s.

        Also when no queue took what is mandatory: the next connection makes the queues anew before it is sent again.
        """
        self._await_confirms()
        if self._sending != self._openings:
            raise BrokerDown("the connection was lost in the middle of a batch")

    def idle(self) -> None:
        """Looks after the heartbeat; raises BrokerDown when the broker is gone."""
        self._connection.open()
        while self._connection.drain(0):
            pass

    def close(self) -> None:
        self._connection.end()

    def _await_confirms(self) -> None:
        deadline = time.monotonic() + CONFIRM_SECONDS
        while self._unconfirmed:
            left = deadline - time.monotonic()
            if left <= 0:
                self._connection.shut()
                raise BrokerDown(f"{len(self._unconfirmed)} messages were not confirmed in {CONFIRM_SECONDS} s")
            self._connection.drain(min(left, 0.5))

    def _opened(self, channel: amqp.Channel) -> None:
        self._openings += 1
        self._sent = 0
        self._unconfirmed = set()
        channel.events["basic_ack"].add(self._acknowledged)
        channel.events["basic_nack"].add(self._refused)
        channel.events["basic_return"].add(self._returned)
        self._declare(channel)
        channel.confirm_select()

    def _acknowledged(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
        else:
            self._unconfirmed.discard(delivery_tag)

    def _refused(self, delivery_tag: int, multiple: bool) -> None:
        raise BrokerDown(f"the broker refused message {delivery_tag}")

    def _returned(self, error: object, exchange: str, routing_key: str, message: amqp.Message) -> None:
        raise BrokerDown(f"no queue took {routing_key} from {exchange}")
