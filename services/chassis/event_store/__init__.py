"""Events, streams, keys, locks, transactions, projections and remembered commands in the PostgreSQL database of a service."""
