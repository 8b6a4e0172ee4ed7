"""Calls of requests that are not declared yet."""

from gateway.clients.link import Json, Link


class RequestsClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def public_events(self) -> list[Json]:
        """What partners may hear of requests: each event type with its meaning, its schema and an example."""
        return self._link.ask("public_events")
