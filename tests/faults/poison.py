"""An undecodable message, published as by a service of ours: it is put aside, and what comes behind it is applied."""

from uuid import uuid4

from services.chassis.bus import undecodable
from services.chassis.bus.publisher import OutgoingMessage
from services.chassis.bus.queues import dead_letters_of
from services.chassis.process import operate
from tests.faults.deployment import SERVICES
from tests.faults.watched import Watched
from tests.servers import broker
from tests.servers.look import listeners
from tests.support.people import eventually

SOURCE, KIND = "messaging", "ExchangeAdded"  # which is received all the time
BODIES = ('{"never closed', '{"specversion": "1.0"}')


def publish(deployment: Watched) -> None:
    unreadable = [OutgoingMessage(f"{SOURCE}.events", KIND, str(uuid4()), body.encode()) for body in BODIES]
    broker.publish(deployment.settings.amqp_url, unreadable)


def nothing_else_is_a_dead_letter(deployment: Watched, *, poisoned: bool) -> None:
    """I9: of what was published, each of its consumers has put aside exactly that, and no consumer anything else."""
    for service in SERVICES:
        assert not operate.dead_letters(deployment.settings, service), service
    for consumer in {consumer for consumer, _, _ in listeners()}:
        expected = set(BODIES) if poisoned and consumer in consumers_of_it() else set[str]()
        eventually(
            lambda c=consumer, e=expected: unread(deployment, c) == e, f"{expected or 'nothing'} unread by {consumer}"
        )


def throw_away(deployment: Watched) -> None:
    """As an operator does who has seen it."""
    with broker.channel_to(deployment.settings.amqp_url) as channel:
        for consumer in consumers_of_it():
            channel.queue_purge(dead_letters_of(consumer))


def consumers_of_it() -> set[str]:
    return {consumer for consumer, source, known in listeners() if source == SOURCE and KIND in known}


def unread(deployment: Watched, consumer: str) -> set[str]:
    return {letter.begins for letter in undecodable.unread(deployment.settings, consumer)}
