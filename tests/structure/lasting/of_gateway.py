"""What browsers and programs keep of the portal: addresses, operations and their members, cookies, codes of refusals."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from flask import Flask

from gateway.errors import HTTP_CODES
from gateway.http.security import CSRF_FIELD, CSRF_HEADER
from gateway.pages.procedures import saving
from gateway.sessions.cookies import CookieJar, CookieName
from services.chassis import metrics
from services.chassis.errors import Refusal
from services.chassis.settings import Settings
from services.documents.object_store.objects import Objects
from tests.structure.lasting import shapes
from tests.structure.lasting.everything import gateway, refusals
from tests.structure.lasting.record import OPTIONAL, Names

DEEPEST = 4  # members of members; further down it is the town's own data


def names() -> Names:
    """Everything of this module, by kind."""
    app = gateway()
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    problem = app.test_client().get("/api/v1/nothing").get_json()
    return {
        "addresses": dict(_addresses(app)),
        "operations": {
            f"{method.upper()} {path}": operation["operationId"] for path, method, operation in _operations(document)
        },
        "members of operations": {
            f"{operation['operationId']} {name}": shape
            for _, _, operation in _operations(document)
            for name, shape in _members(document, operation)
        },
        "members of problems": dict.fromkeys((*problem, "fields", "details"), ""),
        "types of problems": {
            problem["type"].removesuffix(problem["code"]) + code: "" for code in {*_codes(), *HTTP_CODES.values()}
        },
        "codes of refusals": {code: " | ".join(sorted(kinds)) for code, kinds in _codes().items()},
        "cookies": dict(_cookies()),
        "names in forms and headers": {CSRF_FIELD: "field", CSRF_HEADER: "header"},
        "metrics": {f"{one._name} ({one._type})": ", ".join(one._labelnames) for one in vars(metrics._made()).values()},
        "settings": {setting.name.upper(): shapes.of_fields(Settings)[setting.name] for setting in fields(Settings)},
        "buckets": {
            bucket.replace("PREFIX", "{S3_BUCKET_PREFIX}"): kind
            for store in [Objects(Settings(s3_bucket_prefix="PREFIX"))]
            for kind, bucket in (("quarantine", store.quarantine), ("kept", store.kept))
        },
    }


def _addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Rules of routes; those of the API are among the operations."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not hasattr(app.view_functions[rule.endpoint], "operation"):
                yield f"{method} {rule.rule}", ""


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def _members(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in operation.get("parameters", ()):
        parameter = _resolved(document, one)
        shape = _kind(parameter.get("schema", {})) + ("" if parameter.get("required") else OPTIONAL)
        yield f"takes {parameter['in']} {parameter['name']}", shape
    body = operation.get("requestBody", {}).get("content", {})
    for form, content in body.items():
        yield from _below(document, content.get("schema", {}), f"takes {form} ", DEEPEST, taken=True)
    for status, response in operation["responses"].items():
        for form, content in _resolved(document, response).get("content", {}).items():
            if status < "400":
                yield from _below(document, content.get("schema", {}), f"gives {status} {form} ", DEEPEST, taken=False)


def _below(
    document: dict[str, Any], schema: dict[str, Any], before: str, depth: int, *, taken: bool
) -> Iterator[tuple[str, str]]:
    schema = _resolved(document, schema)
    while schema.get("type") == "array" and "items" in schema:
        schema = _resolved(document, schema["items"])
    for name, inner in schema.get("properties", {}).items():
        known = _resolved(document, inner)
        optional = OPTIONAL if taken and name not in schema.get("required", ()) else ""
        yield f"{before}{name}", _kind(known) + optional
        if depth > 1:
            yield from _below(document, known, f"{before}{name}.", depth - 1, taken=taken)


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for options in ("allOf", "anyOf", "oneOf"):
        if options in node:
            node = next((one for one in node[options] if one.get("type") != "null"), node)
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "anything")
    return " | ".join(kind) if isinstance(kind, list) else kind


def _codes() -> dict[str, set[str]]:
    """The code of each class of refusal that the product defines, with its kinds."""
    found: dict[str, set[str]] = {}
    for cls in {Refusal, *refusals()}:
        found.setdefault(cls.code, set()).add(cls.kind)
    return found


def _cookies() -> Iterator[tuple[str, str]]:
    for jar, when in ((CookieJar(secure=True), "over https"), (CookieJar(secure=False), "over http")):
        for name, member in vars(CookieJar).items():
            if isinstance(member, CookieName):
                yield getattr(jar, name), when
    yield saving.COOKIE, "set by a script"
