"""The queues in which a service receives the events of others: their names, and how they are made. Relay and listener make the same ones.

A queue has its copies on the nodes that there are when it is made: made while one node of a cluster has started, it would be lost
with that one. So one that is missing is made only while all of them are there; one that is there is used whichever are away. How
many there are, the address of the broker says.
"""

from collections.abc import Mapping
from contextlib import closing

import amqp

from services.chassis.bus.broker_connection import OF_SEVERAL_SECONDS, BrokerConnection, BrokerDown
from services.chassis.hosts import host_of, one_each

DELIVERY_LIMIT = 50  # a message that ends its process so often is a dead letter


def queue_of(consumer: str, source: str) -> str:
    return f"{consumer}.hears.{source}"


def dead_letters_of(consumer: str) -> str:
    return f"{consumer}.dead-letters"


def declare(channel: amqp.Channel, url: str, consumer: str, source: str, types: list[str]) -> None:
    """Makes the queue, bound to every type that it subscribes to, with its dead-letter queue; changes nothing that is there.

    `url` is the address of the broker. Raises BrokerDown as `make`.
    """
    dead = dead_letters_of(consumer)
    channel.exchange_declare(dead, "topic", durable=True, auto_delete=False)
    endless: dict[str, object] = {"x-queue-type": "quorum", "x-delivery-limit": -1}
    make(channel, url, dead, endless)
    channel.queue_bind(dead, dead, routing_key="#")
    channel.exchange_declare(f"{source}.events", "topic", durable=True, auto_delete=False)
    arguments: dict[str, object] = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-dead-letter-exchange": dead,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": DELIVERY_LIMIT,
    }
    make(channel, url, queue_of(consumer, source), arguments)
    for name in types:
        channel.queue_bind(queue_of(consumer, source), f"{source}.events", routing_key=name)


def make(channel: amqp.Channel, url: str, queue: str, arguments: Mapping[str, object]) -> None:
    """Declares a durable queue. Raises BrokerDown where it is missing, is to have copies, and a server of the cluster is away."""
    if len(one_each(url)) > 1 and _has_copies(arguments) and not _is_there(channel, queue):
        expect_all(url, queue)
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)


def replace(channel: amqp.Channel, url: str, queue: str, arguments: Mapping[str, object]) -> None:
    """Deletes the queue with what it holds, and makes it anew. Raises BrokerDown before that, where it may not be made now."""
    if _has_copies(arguments):
        expect_all(url, queue)
    channel.queue_delete(queue)
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)


def _has_copies(arguments: Mapping[str, object]) -> bool:
    return arguments["x-queue-type"] != "classic"


def expect_all(url: str, queue: str) -> None:
    """Returns where every server of a cluster lets us in: a node does not listen before it has joined. Else raises BrokerDown."""
    servers = one_each(url)
    away = [host_of(server) for server in servers if len(servers) > 1 and not _lets_in(server)]
    if away:
        raise BrokerDown(
            f"{queue} is to be made while every server of the cluster is there, and away are: {', '.join(away)}"
        )


def _is_there(channel: amqp.Channel, queue: str) -> bool:
    # Not the channel of the caller: a refusal closes the one that it is an answer to.
    with closing(channel.connection.channel()) as asking:
        try:
            asking.queue_declare(queue, passive=True)
        except amqp.NotFound as error:
            if is_missing(error):
                return False
            raise
    return True


def is_missing(error: amqp.NotFound) -> bool:
    """Whether there is no such queue; else there is one, and its node or its data is not."""
    return "no queue" in str(error)


def _lets_in(server: str) -> bool:
    connection = BrokerConnection(server)
    try:
        connection.open(within=OF_SEVERAL_SECONDS)
    except BrokerDown:
        return False
    finally:
        connection.end()
    return True
