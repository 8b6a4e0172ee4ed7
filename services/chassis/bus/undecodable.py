"""The dead-letter queue of a service: messages that no code of ours could read. Shown, sent back and dismissed by `parvis`."""

import contextlib
import hashlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import amqp

from services.chassis.bus.broker_connection import LOST, BrokerConnection, BrokerUnavailable
from services.chassis.bus.queues import dead_letters_of, queue_of
from services.chassis.bus.subscribers import without_subscribers
from services.chassis.errors import NotFound
from services.chassis.settings import Settings

CONFIRM_SECONDS = 3.0
SHOWN = 400  # characters of its body
ID = re.compile(r"[0-9a-f]{12}")


class NoSuchMessage(NotFound):
    code = "not_found"
    message = "Aucun message en échec ne porte cet identifiant."


@dataclass(frozen=True)
class Unread:
    """A message of the queue. `id` follows from its content, so that it stays the same wherever the message lies."""

    id: str
    source: str
    type: str
    reason: str  # RabbitMQ's own: "rejected" by its reader, or "delivery_limit"
    content_type: str
    begins: str


def unread(settings: Settings, service: str) -> list[Unread]:
    """What lies in the queue, in order; nothing is taken out. Raises BrokerUnavailable."""
    with _channel(settings) as channel:
        return [_shown(service, message) for message in _each(channel, service)]


def find(settings: Settings, service: str, id: str) -> Unread:
    """One of them; raises NoSuchMessage, BrokerUnavailable."""
    for letter in unread(settings, service):
        if letter.id == id:
            return letter
    raise NoSuchMessage


@contextlib.contextmanager
def taken_out(settings: Settings, service: str, id: str) -> Generator[Unread]:
    """One of them, which leaves the queue for good at the end of the block, unless it raises; raises NoSuchMessage, BrokerUnavailable."""
    with _found(settings, service, id) as (_, _, letter):
        yield letter


def send_back(settings: Settings, service: str, id: str) -> None:
    """Puts it at the end of the queue that it came from, to be read by newer code; raises NoSuchMessage, BrokerUnavailable.

    It leaves the dead letters only when the broker has it safe in that queue: it may come twice, it is never lost.
    """
    with _found(settings, service, id) as (channel, message, letter):
        again = amqp.Message(message.body, delivery_mode=2, content_type=letter.content_type, type=letter.type)
        queue = queue_of(service, letter.source)
        channel.basic_publish_confirm(again, "", queue, mandatory=True, confirm_timeout=CONFIRM_SECONDS)


@contextlib.contextmanager
def _found(settings: Settings, service: str, id: str) -> Generator[tuple[amqp.Channel, amqp.Message, Unread]]:
    with _channel(settings) as channel:
        for message in _each(channel, service):
            letter = _shown(service, message)
            if letter.id == id:
                yield channel, message, letter
                channel.basic_ack(message.delivery_tag)
                return
    raise NoSuchMessage


@contextlib.contextmanager
def _channel(settings: Settings) -> Generator[amqp.Channel]:
    """What was got by it and not acknowledged goes back to its place in the end. Raises BrokerUnavailable."""
    connection = BrokerConnection(settings.amqp_url)
    try:
        yield connection.open()
    except LOST as error:
        raise BrokerUnavailable("RabbitMQ ne répond pas, ou n’a pas repris le message.") from error
    finally:
        connection.end()


def _each(channel: amqp.Channel, service: str) -> Iterator[amqp.Message]:
    """Each message of the queue, in order; none where there is no queue yet."""
    if without_subscribers(service):
        return  # to ask for a queue that is not there would be an error in the broker's log
    with contextlib.suppress(amqp.NotFound):
        while (message := channel.basic_get(dead_letters_of(service))) is not None:
            yield message


def _shown(service: str, message: amqp.Message) -> Unread:
    raw = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    death = ((message.headers or {}).get("x-death") or [{}])[0]
    return Unread(
        id=hashlib.sha256(raw).hexdigest()[:12],
        source=str(death.get("queue", "")).removeprefix(queue_of(service, "")),
        # one that was sent back before came by the name of its queue
        type=str(message.properties.get("type") or message.delivery_info["routing_key"]),
        reason=str(death.get("reason", "")),
        content_type=str(message.properties.get("content_type", "")),
        begins=raw[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN],
    )
