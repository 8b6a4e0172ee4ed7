"""The dead-letter queue of a service: messages that no code of ours could read. Shown, and sent back, by `parvis`."""

from collections.abc import Iterator
from dataclasses import dataclass

import amqp

from services.chassis.errors import Unavailable
from services.chassis.link import Link, LinkDown
from services.chassis.queues import dead_letters_of, queue_of
from services.chassis.settings import Settings


@dataclass(frozen=True)
class Unread:
    """A message of the queue: its place in it from 1, what it came from, what it claims to be and how it begins."""

    place: int
    source: str
    routing_key: str
    content_type: str
    begins: str


def unread(settings: Settings, service: str) -> list[Unread]:
    """What lies in the queue, in order; nothing is taken out. Raises Unavailable."""
    return [_shown(place, message) for place, message in enumerate(_each(settings, service, send_back=False), start=1)]


def send_back(settings: Settings, service: str) -> int:
    """Puts all of them at the end of the queue that they came from, to be read by newer code; tells how many."""
    return sum(1 for _ in _each(settings, service, send_back=True))


def _each(settings: Settings, service: str, *, send_back: bool) -> Iterator[amqp.Message]:
    link = Link(settings.amqp_url)
    try:
        channel = link.open()
        while True:
            message = channel.basic_get(dead_letters_of(service))
            if message is None:
                return
            if send_back:
                again = amqp.Message(message.body, delivery_mode=2, content_type=_type(message))
                channel.basic_publish(again, exchange="", routing_key=queue_of(service, _source(message)))
                channel.basic_ack(message.delivery_tag)
            yield message
    except (LinkDown, OSError, amqp.AMQPError) as error:
        raise Unavailable("RabbitMQ ne répond pas, ou ce service n’a jamais écouté.") from error
    finally:
        link.shut()  # what was only looked at goes back to its place


def _shown(place: int, message: amqp.Message) -> Unread:
    body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
    return Unread(place, _source(message), message.delivery_info["routing_key"], _type(message), body[:400])


def _source(message: amqp.Message) -> str:
    deaths = (message.headers or {}).get("x-death") or [{}]
    return str(deaths[0].get("exchange", "")).removesuffix(".events")


def _type(message: amqp.Message) -> str:
    return str(message.properties.get("content_type", ""))
