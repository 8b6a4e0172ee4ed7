"""Exchanges: messages about a request between the citizen and the town."""
