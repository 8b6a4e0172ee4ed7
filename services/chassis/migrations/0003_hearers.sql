-- Who hears the events of this database, written by each migration: the relay makes their queues before it publishes.
CREATE TABLE hearers (
    consumer text NOT NULL,
    type text NOT NULL,
    PRIMARY KEY (consumer, type)
);
