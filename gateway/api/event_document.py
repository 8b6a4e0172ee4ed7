"""The AsyncAPI document of the events that partners receive, made of what the services declare of their own events."""

import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import orjson

from gateway.clients import Clients
from services.chassis.bus import asyncapi
from services.chassis.errors import Unavailable
from services.requests.schemas.streams import ListPublicEvents

KEPT_SECONDS = 60.0


class EventDocument:
    """The document as JSON, made anew once a minute: a service may be newer than this process.

    Only requests has public events: partners receive a request's facts from its stream alone, in its order.
    """

    def __init__(
        self, clients: Clients, *, version: str, partners_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clients = clients
        self._version = version
        self._broker = urlsplit(partners_url)
        self._clock = clock
        self._made = b""
        self._fresh_until = 0.0

    def json(self) -> bytes:
        """An older one rather than none while requests is away; raises Unavailable when there never was one."""
        if not self._made or self._clock() >= self._fresh_until:
            try:
                self._made = self._make()
            except Unavailable:
                if not self._made:
                    raise
            self._fresh_until = self._clock() + KEPT_SECONDS
        return self._made

    def _make(self) -> bytes:
        document = asyncapi.document(
            self._clients.send(ListPublicEvents()),
            title="Parvis",
            version=self._version,
            server=self._broker.netloc.rpartition("@")[2],
            vhost=unquote(self._broker.path[1:]),
        )
        return orjson.dumps(document)
