"""The documents that describe us: OpenAPI for the API, AsyncAPI for the events, and a page to try the API."""

import time
from collections.abc import Callable, Mapping
from typing import NotRequired, TypedDict, TypeVar, cast
from urllib.parse import unquote, urlsplit

import orjson
from flask import Blueprint, Flask, Response, current_app, render_template

from gateway.clients import Clients
from gateway.permissions import PUBLIC
from gateway.routes import RouteRules
from services.chassis.bus import asyncapi as events
from services.chassis.errors import Unavailable
from services.requests.schemas.streams import ListPublicEvents

described = Blueprint("api_documents", __name__)
V = TypeVar("V", bound=Callable[[], Response | str])
HOUR = "public, max-age=3600"
KEPT_SECONDS = 60.0


class DescribedOperation(TypedDict):
    operationId: str
    summary: str
    tags: list[str]
    responses: dict[str, object]
    security: list[dict[str, list[str]]]


class Components(TypedDict):
    schemas: dict[str, dict[str, object]]


class OpenApi(TypedDict):
    """What we read of the document. Beside its operations by method, a path may have `parameters`."""

    paths: dict[str, dict[str, DescribedOperation]]
    components: Components
    tags: NotRequired[list[dict[str, str]]]


class OperationLine(TypedDict):
    """An operation on the page; `login`: it cannot be used without a session or a tracking link."""

    id: str
    method: str
    path: str
    summary: str
    statuses: list[str]
    login: bool


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
        document = events.document(
            self._clients.send(ListPublicEvents()),
            title="Parvis",
            version=self._version,
            server=self._broker.netloc.rpartition("@")[2],
            vhost=unquote(self._broker.path[1:]),
        )
        return orjson.dumps(document)


def _public(view: V) -> V:
    vars(view)["rules"] = RouteRules(PUBLIC)
    return view


def _the_same_for_all(document: bytes) -> Response:
    return Response(document, mimetype="application/json", headers={"Cache-Control": HOUR})


@described.get("/api/v1/openapi.json")
@_public
def openapi() -> Response:
    """OpenAPI 3.1, made of the routes' own schemas."""
    return _the_same_for_all(cast("bytes", current_app.extensions["parvis.openapi"]))  # of `install`


@described.get("/api/v1/asyncapi.json")
@_public
def asyncapi() -> Response:
    """AsyncAPI 3, made of the events' own types: what partners receive."""
    return _the_same_for_all(cast("EventDocument", current_app.extensions["parvis.events"]).json())  # of `install`


@described.get("/api/docs")
@_public
def try_it() -> str:
    """A page that reads the document above and sends requests, with our own script only."""
    return render_template(
        "api/docs.html", **cast("dict[str, object]", current_app.extensions["parvis.api_docs"])
    )  # of `install`


def operations_by_tag(paths: Mapping[str, Mapping[str, DescribedOperation]]) -> list[tuple[str, list[OperationLine]]]:
    """The operations as the page lists them, in the document's order."""
    found: dict[str, list[OperationLine]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            found.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "statuses": sorted(operation["responses"]),
                    "login": {} not in operation["security"],
                }
            )
    return list(found.items())


def install(app: Flask, document: OpenApi, descriptions: dict[str, str], of_events: EventDocument) -> None:
    app.add_template_filter(operations_by_tag, "operations_by_tag")
    app.extensions["parvis.api_docs"] = {"document": document, "descriptions": descriptions}
    app.extensions["parvis.openapi"] = orjson.dumps(document)
    app.extensions["parvis.events"] = of_events
    app.register_blueprint(described)
