"""One operation of the API: who may, what comes in, what goes out, what may be refused; declared once, documented from it."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields as fields_of, replace
from functools import cache, wraps
from http import HTTPStatus
from typing import TypedDict, TypeVar, Unpack

import flask_smorest
import orjson
from flask import Response, request
from marshmallow import RAISE, Schema
from werkzeug.exceptions import UnsupportedMediaType

from gateway.api import examples
from gateway.api.answers import schema_of
from gateway.api.bodies import call_of
from gateway.api.fields import names_of
from gateway.clients import Json
from gateway.conversation import clients
from gateway.errors import API_TITLES
from gateway.files import uploads
from gateway.http.rate_limits import READ, UPLOAD, WRITE, Limit
from gateway.http.security import current_security
from gateway.permissions import PUBLIC, Permission
from gateway.routes import new_id
from gateway.sessions.identity import IDEMPOTENCY_HEADER, require
from gateway.shared.forms import NotUnderstood, load, load_json
from services.chassis.actors import Actor
from services.chassis.contracts import Command, Done, RemoteCall
from services.chassis.structs import Struct

A = TypeVar("A")
View = Callable[..., object]
JSON_BYTES = 256 * 1024
PATH_PART = re.compile(r"(\w+)>")
"""The name of a variable part of a rule: `<uuid:draft_id>`."""


class Operation(Struct):
    """What was declared with a route; the structure tests and the OpenAPI document read it.

    `returns`: a schema, or the class that a service declares of its answer.
    """

    permission: Permission
    returns: type[object] | None = None
    status: int = HTTPStatus.OK
    body: type[Schema] | None = None
    form: type[Schema] | None = None
    query: type[Schema] | None = None
    command: bool = False
    key_required: bool = False
    refuses: tuple[int, ...] = ()
    limit: Limit | None = None
    max_bytes: int | Callable[[], int] = JSON_BYTES
    media_type: str = "application/json"


class Options(TypedDict, total=False):
    """What may be declared of an operation, as `Operation` says."""

    returns: type[object]
    status: int
    body: type[Schema]
    form: type[Schema]
    query: type[Schema]
    command: bool
    key_required: bool
    refuses: tuple[int, ...]
    limit: Limit
    max_bytes: int | Callable[[], int]
    media_type: str


class Declared(Options):
    permission: Permission


class Operations(flask_smorest.Blueprint):
    """Routes of the API under /api/v1; each declares its permission and its schemas."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix="/api/v1", description=description)
        self.tag = name

    def get(self, rule: str, **declared: Unpack[Declared]) -> "Route":  # pyright: ignore[reportIncompatibleMethodOverride]
        return Route(self, rule, "GET", {"limit": READ, **declared})

    def post(self, rule: str, **declared: Unpack[Declared]) -> "Route":  # pyright: ignore[reportIncompatibleMethodOverride]
        return Route(self, rule, "POST", {"limit": WRITE, **declared})

    def upload(self, rule: str, **declared: Unpack[Declared]) -> "Route":
        """A POST of a form with one file: the view gets it as `upload`, the other parts as `form`."""
        usual: Options = {"status": 201, "command": True, "limit": UPLOAD, "max_bytes": uploads.largest_body}
        return Route(self, rule, "POST", {**usual, **declared})

    def put(self, rule: str, **declared: Unpack[Declared]) -> "Route":  # pyright: ignore[reportIncompatibleMethodOverride]
        return Route(self, rule, "PUT", {"limit": WRITE, **declared})

    def delete(self, rule: str, **declared: Unpack[Declared]) -> "Route":  # pyright: ignore[reportIncompatibleMethodOverride]
        return Route(self, rule, "DELETE", {"limit": WRITE, "status": HTTPStatus.NO_CONTENT, **declared})


@dataclass(frozen=True)
class Route:
    """What an operation declares; it decorates a view, or `sends` a call."""

    operations: Operations
    rule: str
    method: str
    declared: Declared

    def __call__(self, view: View) -> View:
        operation = Operation(**self.declared)
        doc = self.operations.doc(**documented(operation, self.rule, self.method, view.__name__))
        opened = doc(guarded(view, operation, self.method))
        vars(opened)["operation"] = operation
        self.operations.add_url_rule(
            self.rule, view.__name__, opened, methods=[self.method], tags=[self.operations.tag]
        )
        return view

    def sends(
        self,
        call: type[RemoteCall[A]],
        means: str,
        *,
        name: str = "",
        grant: Callable[[str], str] | None = None,
        actor: Actor | None = None,
        shown: Callable[[A], object] = lambda answer: answer,
        fixed: Mapping[str, object] | None = None,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """The operation sends this call, made of the path, the query or the body, and answers what the service answers.

        `means`: what it does, in French; `name`: its id in the document, where it is not the call's. `grant`: of the
        request or draft that the path names first, where the call takes one. `shown`: the service's answer as it is sent.
        `fixed`: what every program sends. `renamed`: the call's own name for a field that programs know by another.
        """
        names = PATH_PART.findall(self.rule)
        owner = names.pop(0) if grant else ""
        always, own_names = fixed or {}, renamed or {}
        sent = {*always, *names, *(["grant"] if grant else [])}
        sent.update(*(names_of(schema) for schema in (self.declared.get("body"), self.declared.get("query")) if schema))
        if unknown := {own_names.get(one, one) for one in sent} - {one.name for one in fields_of(call)}:
            raise TypeError(f"{call.__name__} takes no {', '.join(sorted(unknown))}")

        def view(
            body: Json | None = None, query: Json | None = None, command_id: uuid.UUID | None = None, **path: object
        ) -> object:
            named = {part: str(value) for part, value in path.items()}
            granted = {"grant": grant(named.pop(owner))} if grant else {}
            values: dict[str, object] = {**named, **(body or {}), **(query or {}), **always, **granted}
            asked = call_of(call, {own_names.get(name, name): value for name, value in values.items()})
            return shown(clients().send(asked, actor=actor, command_id=command_id))

        view.__name__ = name or call.method()
        view.__doc__ = means
        derived: Options = {"command": issubclass(call, Command)}
        if call.answer() is Done:
            derived["status"] = HTTPStatus.NO_CONTENT
        elif self.declared.get("status") != HTTPStatus.NO_CONTENT and "media_type" not in self.declared:
            derived["returns"] = call.answer()
        replace(self, declared={**derived, **self.declared})(view)


def guarded(view: View, operation: Operation, method: str) -> View:
    """The view behind its guards, in this order: form of the body, size, permission, rate limit, origin, schemas."""
    changing = method != "GET"

    @wraps(view)
    def enter(**arguments: object) -> Response:
        if operation.body:
            _must_be("application/json")
        if operation.form:
            _must_be("multipart/form-data")
        limit = operation.max_bytes
        request.max_content_length = limit if isinstance(limit, int) else limit()
        require(operation.permission)
        if operation.limit is not None:
            current_security().spend(operation.limit)
        if changing and request.cookies:  # then a browser vouches for who asks: another site could have made it ask
            current_security().check_origin()
        return answered(view(**arguments, **_given(operation)), operation.status)

    return enter


def _given(operation: Operation) -> dict[str, object]:
    """What the program sends, read as the operation declares it; raises NotUnderstood."""
    given: dict[str, object] = {}
    if operation.query:
        given["query"] = load(_strict(operation.query), request.args.to_dict())
    if operation.body:
        given["body"] = load_json(_strict(operation.body))
    if operation.form:
        given["form"] = load(_strict(operation.form, uploads.FILE), request.form.to_dict())
    if operation.command:
        given["command_id"] = _command_id(operation.key_required)
    if operation.form:
        given["upload"] = uploads.required_file()
    return given


@cache
def _strict(schema: type[Schema], *read_apart: str) -> Schema:
    """What refuses a field that the schema does not name."""
    return schema(unknown=RAISE, exclude=read_apart)


def answered(result: object, status: int) -> Response:
    """JSON of what a view returns: declared answers, and mappings and sequences of them."""
    if isinstance(result, Response):
        return result
    if status == HTTPStatus.NO_CONTENT:
        response = Response(status=status)
        del response.headers["Content-Type"]
        return response
    return Response(orjson.dumps(result), status=status, mimetype="application/json")


def _must_be(mimetype: str) -> None:
    if request.mimetype != mimetype:
        raise UnsupportedMediaType


def _command_id(required: bool) -> uuid.UUID:
    given = request.headers.get(IDEMPOTENCY_HEADER)
    if given is None and not required:
        return new_id()
    try:
        if given is None or len(given) != len(str(uuid.NAMESPACE_URL)):
            raise ValueError
        return uuid.UUID(given)
    except ValueError:
        raise NotUnderstood(fields={IDEMPOTENCY_HEADER: "Donnez un UUID."}) from None


# --- the OpenAPI document


def documented(operation: Operation, rule: str, method: str, name: str) -> dict[str, object]:
    """The operation in OpenAPI, with every status that it may answer."""
    parameters: list[object] = []
    if operation.query:
        parameters.append({"in": "query", "schema": operation.query})
    if operation.command:
        parameters.append("IdempotencyKeyRequired" if operation.key_required else "IdempotencyKey")
    doc: dict[str, object] = {
        "operationId": name,
        "security": _security(operation.permission),
        "parameters": parameters,
        "responses": {
            **{str(status): f"Problem{status}" for status in _refusals(operation, rule, method)},
            str(int(operation.status)): _success(operation),
        },
    }
    for media_type, schema in (
        ("application/json", operation.body),
        ("multipart/form-data", operation.form),
    ):
        if schema:
            content: dict[str, object] = {"schema": schema, "example": examples.BODIES[schema]}
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


def _success(operation: Operation) -> dict[str, object]:
    success: dict[str, object] = {"description": HTTPStatus(operation.status).phrase}
    if operation.returns is not None:
        success["content"] = {operation.media_type: {"schema": schema_of(operation.returns)}}
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


PROBLEM_SCHEMA: dict[str, object] = {
    "type": "object",
    "description": "Un refus (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "correlation_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Ce qui se passe et quoi faire, en français."},
        "code": {"type": "string", "description": "Stable, pour les programmes."},
        "correlation_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "details": {"type": "object"},
    },
}


def problem_responses() -> dict[str, dict[str, object]]:
    """One reusable answer for each status that an operation may refuse with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    retry: dict[str, object] = {
        "Retry-After": {"description": "Secondes à attendre.", "schema": {"type": "integer", "minimum": 0}}
    }
    return {
        f"Problem{status}": {
            "description": title,
            "content": {"application/problem+json": {"schema": schema, "example": examples.refusal(status)}},
            **({"headers": retry} if status in (429, 503) else {}),
        }
        for status, title in API_TITLES.items()
    }
