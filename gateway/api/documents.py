"""The documents that describe us: OpenAPI for the API, AsyncAPI for the events, and a page to try the API."""

from functools import wraps
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, current_app, render_template

from gateway.pages import Door
from gateway.permissions import PUBLIC

described = Blueprint("api_documents", __name__)
HOUR = "public, max-age=3600"


def _public(view: Any) -> Any:
    @wraps(view)
    def enter() -> Response:
        response = view()
        response.headers["Cache-Control"] = HOUR
        return response

    enter.door = Door(PUBLIC)  # pyright: ignore[reportFunctionMemberAccess]
    return enter


@described.get("/api/v1/openapi.json")
@_public
def openapi() -> Response:
    """OpenAPI 3.1, made of the routes' own schemas."""
    return Response(current_app.extensions["parvis.openapi"], mimetype="application/json")


@described.get("/api/docs")
@_public
def try_it() -> Response:
    """A page that reads the document above and sends requests, with our own script only."""
    return Response(render_template("api/docs.html"))


def install(app: Flask, openapi_document: dict[str, Any]) -> None:
    app.extensions["parvis.openapi"] = orjson.dumps(openapi_document)
    app.register_blueprint(described)
