"""What tests do at the broker by themselves: look at its queues, publish, read the partners' stream from its beginning."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import amqp

from services.chassis.bus.broker_connection import BrokerConnection
from services.chassis.bus.publisher import OutgoingMessage, Publisher

STREAM = "parvis.events"
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
    moment; where it is never enough, until nothing has come for `seconds`."""
    link = BrokerConnection(url)
    last = time.monotonic()

    def take(message: amqp.Message) -> None:
        nonlocal last
        read(message)
        last = time.monotonic()
        message.channel.basic_ack(message.delivery_tag)

    _consume(link, take)
    while time.monotonic() - last < (MOMENT_SECONDS if enough() else seconds):
        link.drain(MOMENT_SECONDS)
    link.shut()


def _consume(link: BrokerConnection, take: Callable[[amqp.Message], None], seconds: float = 20) -> None:
    """From the first message on. A node that has just come back, or has just been given a replica, refuses until it can serve it."""
    patient_until = time.monotonic() + seconds
    while True:
        try:
            channel = link.open()
            channel.basic_qos(0, 200, False)
            channel.basic_consume(STREAM, callback=take, arguments={"x-stream-offset": "first"})
            return
        except (amqp.InternalError, amqp.PreconditionFailed):
            link.shut()
            if time.monotonic() > patient_until:
                raise
            time.sleep(0.2)
