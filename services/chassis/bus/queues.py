"""The queues in which a service receives the events of others: their names, and how they are made. Relay and listener make the same ones."""

import amqp

DELIVERY_LIMIT = 50  # a message that ends its process so often is a dead letter


def queue_of(consumer: str, source: str) -> str:
    return f"{consumer}.hears.{source}"


def dead_letters_of(consumer: str) -> str:
    return f"{consumer}.dead-letters"


def declare(channel: amqp.Channel, consumer: str, source: str, types: list[str]) -> None:
    """Makes the queue, bound to every type that it subscribes to, with its dead-letter queue; changes nothing that is there."""
    dead = dead_letters_of(consumer)
    channel.exchange_declare(dead, "topic", durable=True, auto_delete=False)
    endless: dict[str, object] = {"x-queue-type": "quorum", "x-delivery-limit": -1}
    channel.queue_declare(dead, durable=True, auto_delete=False, arguments=endless)
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
    channel.queue_declare(queue_of(consumer, source), durable=True, auto_delete=False, arguments=arguments)
    for name in types:
        channel.queue_bind(queue_of(consumer, source), f"{source}.events", routing_key=name)
