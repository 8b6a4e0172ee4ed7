"""Events between services and to partners: relay, queues, reactions, parked events and dead letters, over RabbitMQ."""
