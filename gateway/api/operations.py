"""One operation of the API: who may, what comes in, what goes out, what may be refused; declared once, documented from it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from http import HTTPStatus
from typing import Any

import flask_smorest
import orjson
from flask import Response, current_app, request
from marshmallow import RAISE, Schema
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from gateway.api import examples
from gateway.errors import API_TITLES
from gateway.http.rate_limits import READ, WRITE, Limit
from gateway.http.security import current_security
from gateway.permissions import PUBLIC, Permission
from gateway.sessions.identity import IDEMPOTENCY_HEADER, current_identity, require
from gateway.shared.forms import NotUnderstood, load

View = Callable[..., Any]
JSON_BYTES = 256 * 1024
DEEPEST = 10


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What was declared with a route; the structure tests and the OpenAPI document read it."""

    permission: Permission
    returns: type[Schema] | None = None
    status: int = HTTPStatus.OK
    body: type[Schema] | None = None
    form: type[Schema] | None = None
    documented_form: type[Schema] | None = None
    query: type[Schema] | None = None
    command: bool = False
    key_required: bool = False
    refuses: tuple[int, ...] = ()
    limit: Limit | None = None
    max_bytes: int | Callable[[], int] = JSON_BYTES
    media_type: str = "application/json"

    @cached_property
    def body_schema(self) -> Schema | None:
        return self.body(unknown=RAISE) if self.body else None

    @cached_property
    def query_schema(self) -> Schema | None:
        return self.query(unknown=RAISE) if self.query else None

    @cached_property
    def form_schema(self) -> Schema | None:
        return self.form(unknown=RAISE) if self.form else None


class Operations(flask_smorest.Blueprint):
    """Routes of the API under /api/v1; each declares its permission and its schemas."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix="/api/v1", description=description)
        self.tag = name

    def get(self, rule: str, **declared: Any) -> Callable[[View], View]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._open(rule, "GET", Operation(**{"limit": READ, **declared}))

    def post(self, rule: str, **declared: Any) -> Callable[[View], View]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._open(rule, "POST", Operation(**{"limit": WRITE, **declared}))

    def put(self, rule: str, **declared: Any) -> Callable[[View], View]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._open(rule, "PUT", Operation(**{"limit": WRITE, **declared}))

    def delete(self, rule: str, **declared: Any) -> Callable[[View], View]:  # pyright: ignore[reportIncompatibleMethodOverride]
        declared = {"limit": WRITE, "status": HTTPStatus.NO_CONTENT, **declared}
        return self._open(rule, "DELETE", Operation(**declared))

    def _open(self, rule: str, method: str, operation: Operation) -> Callable[[View], View]:
        def declare(view: View) -> View:
            opened = self.doc(**documented(operation, rule, method, view.__name__))(guarded(view, operation, method))
            vars(opened)["operation"] = operation
            self.add_url_rule(rule, view.__name__, opened, methods=[method], tags=[self.tag])
            return view

        return declare


def guarded(view: View, operation: Operation, method: str) -> View:
    """The view behind its door: form of the body, size, who, how often, from where, then what it says."""
    changing = method != "GET"

    @wraps(view)
    def enter(**arguments: Any) -> Response:
        if operation.body:
            _must_be("application/json")
        if operation.form:
            _must_be("multipart/form-data")
        limit = operation.max_bytes
        request.max_content_length = limit if isinstance(limit, int) else limit()
        require(operation.permission)
        if operation.limit is not None:
            current_security().spend(operation.limit)
        if changing and current_identity().by_cookie():
            current_security().check_origin()
        if operation.query_schema:
            arguments["query"] = load(operation.query_schema, request.args.to_dict())
        if operation.body_schema:
            arguments["body"] = load(operation.body_schema, read_json())
        if operation.form_schema:
            arguments["form"] = load(operation.form_schema, request.form.to_dict())
        if operation.command:
            arguments["command_id"] = _command_id(operation.key_required)
        return answered(view(**arguments), operation.status)

    return enter


def answered(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if status == HTTPStatus.NO_CONTENT:
        response = Response(status=status)
        del response.headers["Content-Type"]
        return response
    return Response(orjson.dumps(result), status=status, mimetype="application/json")


def read_json() -> Any:
    """The body as JSON; raises BadRequest when it is none, NotUnderstood when it is nested deeper than services are told of."""
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise BadRequest from None
    if _is_deeper_than(DEEPEST, body):
        raise NotUnderstood("Le corps de la requête a trop de niveaux, l’un dans l’autre.")
    return body


def _is_deeper_than(levels: int, value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deeper_than(levels - 1, part) for part in inner)


def _must_be(mimetype: str) -> None:
    if request.mimetype != mimetype:
        raise UnsupportedMediaType


def _command_id(required: bool) -> uuid.UUID:
    given = request.headers.get(IDEMPOTENCY_HEADER)
    if given is None and not required:
        return current_app.extensions["parvis.new_id"]()
    try:
        if given is None or len(given) != len(str(uuid.NAMESPACE_URL)):
            raise ValueError
        return uuid.UUID(given)
    except ValueError:
        raise NotUnderstood(fields={IDEMPOTENCY_HEADER: "Donnez un UUID."}) from None


# --- what the OpenAPI document says of it


def documented(operation: Operation, rule: str, method: str, name: str) -> dict[str, Any]:
    """The operation as OpenAPI tells it; every status that it may answer is there."""
    doc: dict[str, Any] = {
        "operationId": name,
        "security": _security(operation.permission),
        "parameters": [],
        "responses": {
            **{str(status): f"Problem{status}" for status in _refusals(operation, rule, method)},
            str(int(operation.status)): _success(operation),
        },
    }
    if operation.query:
        doc["parameters"].append({"in": "query", "schema": operation.query})
    if operation.command:
        doc["parameters"].append("IdempotencyKeyRequired" if operation.key_required else "IdempotencyKey")
    for media_type, schema in (
        ("application/json", operation.body),
        ("multipart/form-data", operation.documented_form or operation.form),
    ):
        if schema:
            content = {"schema": schema, "example": examples.BODIES[schema]}
            doc["requestBody"] = {"required": True, "content": {media_type: content}}
    return doc


def _refusals(operation: Operation, rule: str, method: str) -> list[int]:
    statuses = {400, 422, 429, 503, *operation.refuses}
    if operation.permission is not PUBLIC:
        statuses |= {401, 403}
    if method != "GET":
        statuses |= {403, 408}
    if operation.command:
        statuses.add(409)
    if operation.body or operation.form:
        statuses |= {413, 415}
    if "<" in rule:
        statuses |= {403, 404}
    return sorted(statuses)


def _success(operation: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.returns is not None:
        success["content"] = {operation.media_type: {"schema": operation.returns}}
    elif operation.status != HTTPStatus.NO_CONTENT:  # a file, or a calendar
        success["content"] = {operation.media_type: {"schema": {"type": "string", "format": "binary"}}}
    return success


def _security(permission: Permission) -> list[dict[str, list[str]]]:
    match permission.name:
        case "public":
            return [{}, {"session": []}, {"tracking": []}]
        case "follower":
            return [{"session": []}, {"tracking": []}]
        case _:
            return [{"session": []}]


def problem_responses() -> dict[str, dict[str, Any]]:
    """One reusable answer for each status that an operation may refuse with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    retry = {"Retry-After": {"description": "Secondes à attendre.", "schema": {"type": "integer", "minimum": 0}}}
    return {
        f"Problem{status}": {
            "description": title,
            "content": {"application/problem+json": {"schema": schema, "example": examples.refusal(status)}},
            **({"headers": retry} if status in (429, 503) else {}),
        }
        for status, title in API_TITLES.items()
    }
