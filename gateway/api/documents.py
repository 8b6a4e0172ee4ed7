"""The documents that describe us: OpenAPI for the API, AsyncAPI for the events, and a page to try the API."""

from typing import Any

import orjson
from flask import Blueprint, Flask, Response, current_app, render_template

from gateway.api.event_document import EventDocument
from gateway.permissions import PUBLIC
from gateway.routes import RouteRules

described = Blueprint("api_documents", __name__)
HOUR = "public, max-age=3600"


def _public(view: Any) -> Any:
    vars(view)["rules"] = RouteRules(PUBLIC)
    return view


def _the_same_for_all(document: bytes) -> Response:
    return Response(document, mimetype="application/json", headers={"Cache-Control": HOUR})


@described.get("/api/v1/openapi.json")
@_public
def openapi() -> Response:
    """OpenAPI 3.1, made of the routes' own schemas."""
    return _the_same_for_all(current_app.extensions["parvis.openapi"])


@described.get("/api/v1/asyncapi.json")
@_public
def asyncapi() -> Response:
    """AsyncAPI 3, made of the events' own types: what partners receive."""
    return _the_same_for_all(current_app.extensions["parvis.events"].json())


@described.get("/api/docs")
@_public
def try_it() -> str:
    """A page that reads the document above and sends requests, with our own script only."""
    return render_template(
        "api/docs.html",
        document=current_app.extensions["parvis.openapi_document"],
        descriptions=current_app.extensions["parvis.api_descriptions"],
    )


def operations_by_tag(paths: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The operations as the page lists them, in the document's order."""
    found: dict[str, list[dict[str, Any]]] = {}
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


def install(app: Flask, openapi_document: dict[str, Any], descriptions: dict[str, str], events: EventDocument) -> None:
    app.jinja_env.filters["operations_by_tag"] = operations_by_tag
    app.extensions["parvis.openapi_document"] = openapi_document
    app.extensions["parvis.api_descriptions"] = descriptions
    app.extensions["parvis.openapi"] = orjson.dumps(openapi_document)
    app.extensions["parvis.events"] = events
    app.register_blueprint(described)
