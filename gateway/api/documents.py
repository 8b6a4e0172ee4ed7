"""The documents that describe us: OpenAPI for the API, AsyncAPI for the events, and a page to try the API."""

import time
from collections.abc import Callable, Mapping
from typing import TypedDict
from urllib.parse import unquote, urlsplit

import orjson
from flask import Flask, Response, current_app, render_template

from gateway.clients import Clients
from gateway.permissions import PUBLIC
from gateway.routes import Pages
from services.chassis.bus import asyncapi as events
from services.chassis.errors import Unavailable
from services.chassis.hosts import host_of, one_each
from services.requests.schemas.streams import ListPublicEvents
from services.townhall.untyped import entry

described = Pages("api_documents", __name__)
HOUR = "public, max-age=3600"
KEPT_SECONDS = 60.0


class DescribedOperation(TypedDict):
    tags: list[str]


class EventDocument:
    """The document as JSON, made anew once a minute: a service may be newer than this process.

    Only requests has public events: partners receive a request's facts from its stream alone, in its order.
    """

    def __init__(
        self, clients: Clients, *, version: str, partners_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clients = clients
        self._version = version
        self._servers = [host_of(server) for server in one_each(partners_url)] if partners_url else []
        self._vhost = unquote(urlsplit(partners_url).path[1:])
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
        document = events.document(
            self._clients.send(ListPublicEvents()),
            title="Parvis",
            version=self._version,
            servers=self._servers,
            vhost=self._vhost,
        )
        return orjson.dumps(document)


def _the_same_for_all(document: bytes) -> Response:
    return Response(document, mimetype="application/json", headers={"Cache-Control": HOUR})


@described.get("/api/v1/openapi.json", permission=PUBLIC)
def openapi() -> Response:
    """OpenAPI 3.1, made of the routes' own schemas."""
    return _the_same_for_all(entry(current_app.extensions, "parvis.openapi", bytes))  # of `install`


@described.get("/api/v1/asyncapi.json", permission=PUBLIC)
def asyncapi() -> Response:
    """AsyncAPI 3, made of the events' own types: what partners receive."""
    return _the_same_for_all(entry(current_app.extensions, "parvis.events", EventDocument).json())  # of `install`


@described.get("/api/docs", permission=PUBLIC)
def try_it() -> str:
    """A page that reads the document above and sends requests, with our own script only."""
    return render_template("api/docs.html", **entry(current_app.extensions, "parvis.api_docs", dict))  # of `install`


def operations_by_tag(
    paths: Mapping[str, Mapping[str, DescribedOperation]],
) -> Mapping[str, list[tuple[str, str, DescribedOperation]]]:
    """The operations as the page lists them, each after its method and path, in the document's order."""
    found: dict[str, list[tuple[str, str, DescribedOperation]]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            if method != "parameters":
                found.setdefault(operation["tags"][0], []).append((method, path, operation))
    return found


def install(app: Flask, document: dict[str, object], descriptions: dict[str, str], of_events: EventDocument) -> None:
    app.add_template_filter(operations_by_tag, "operations_by_tag")
    app.extensions["parvis.api_docs"] = {"document": document, "descriptions": descriptions}
    app.extensions["parvis.openapi"] = orjson.dumps(document)
    app.extensions["parvis.events"] = of_events
    app.register_blueprint(described)
