"""What tests do at the broker by themselves: look at its queues, publish, read the partners' stream from its beginning."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import amqp

from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.publisher import OutgoingMessage, Publisher

STREAM = "parvis.events"
OFFSET = "x-stream-offset"
MOMENT_SECONDS = 0.3  # for one message too many


@contextmanager
def channel_to(url: str) -> Generator[amqp.Channel]:
    """The channel of a connection that ends with the block."""
    link = BrokerConnection(url)
    try:
        yield link.open()
    finally:
        link.end()


def publish(url: str, messages: Sequence[OutgoingMessage]) -> None:
    """Returns once the broker has confirmed them."""
    publisher = Publisher(url, declare=lambda _: None)
    publisher.send(messages)
    publisher.confirm()
    publisher.close()


def read_stream(
    url: str, read: Callable[[amqp.Message], object], enough: Callable[[], bool], *, seconds: float = 60
) -> None:
    """Gives `read` each message of the partners' stream, from the first on, until that is enough and no more comes for a
    moment; where it is never enough, until nothing has come for `seconds`.

    As partners are asked to, it connects again and goes on where it was: a node that has just been given a replica, or has just come
    back, refuses to be read, or ends what it had begun. Raises BrokerDown where it is refused for `seconds`.
    """
    last, place = time.monotonic(), "first"

    def subscribe(channel: amqp.Channel) -> None:
        channel.basic_qos(0, 200, False)
        channel.basic_consume(STREAM, callback=take, arguments={OFFSET: place})

    def take(message: amqp.Message) -> None:
        nonlocal last, place
        read(message)
        last, place = time.monotonic(), message.headers[OFFSET] + 1
        message.channel.basic_ack(message.delivery_tag)

    link = BrokerConnection(url, on_open=subscribe)
    while (silent := time.monotonic() - last) < (MOMENT_SECONDS if enough() else seconds):
        try:
            link.open()
            link.drain(MOMENT_SECONDS)
        except BrokerDown:
            if silent + MOMENT_SECONDS >= seconds:
                raise
            time.sleep(MOMENT_SECONDS)
    link.shut()
