"""Schemas of bodies and queries, derived from the calls that services declare."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields as fields_of
from datetime import date, datetime
from types import NoneType, UnionType
from typing import TYPE_CHECKING, TypeVar, Union, get_args, get_origin, get_type_hints

from flask import request
from marshmallow import Schema, validate

from gateway.api import fields as shapes
from gateway.conversation import clients
from gateway.sessions.devices import device_of
from gateway.sessions.identity import current_identity
from gateway.shared.forms import WRONG_TYPE, NotUnderstood
from services.chassis.contracts import Misfit, from_json
from services.chassis.french_fields import Identifier, Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")

FROM_THE_CALLER: Mapping[str, Callable[[], str]] = {
    "address_seen": lambda: clients().address(),
    "presented": lambda: current_identity().session_token() or "",
    "browser": lambda: current_identity().voter(),
    "device": lambda: device_of(request.user_agent.string),
}
"""Fields of calls that no program sends: how the HTTP request came."""

_SHAPES: Mapping[object, Callable[..., shapes.SchemaField]] = {
    bool: shapes.Flag,
    int: shapes.Whole,
    date: shapes.day,
    datetime: shapes.instant,
    dict: shapes.JsonObject,
}


def call_of(call: type[C], values: Mapping[str, object]) -> C:
    """The call with these values and the fields of FROM_THE_CALLER that it takes; raises NotUnderstood at a field."""
    known = {one.name for one in fields_of(call)}
    of_the_caller = {name: found() for name, found in FROM_THE_CALLER.items() if name in known}
    try:
        return from_json(call, {**values, **of_the_caller})
    except Misfit as misfit:  # within an object of the procedure's own making
        raise NotUnderstood(fields={where.partition("[")[0]: WRONG_TYPE for where in misfit.paths}) from None


def body(
    call: "type[DataclassInstance]", path: str = "", name: str = "", /, **given: shapes.SchemaField | None
) -> type[Schema]:
    """The schema of what a program sends for this call, but for the names that the `path` gives and those of the caller.

    A field has the shape of its declared type, and is required where it is declared without a default. `given`: the
    fields whose limits are of the API, with their description in French; None: one that programs do not send. `name`: as of
    `answer`.
    """
    hints: dict[str, object] = get_type_hints(call)
    known = {one.name for one in fields_of(call)}
    if unknown := {*path.split(), *given} - known:
        raise TypeError(f"{call.__name__} takes no {', '.join(sorted(unknown))}")
    left_out = {"grant", *path.split(), *FROM_THE_CALLER}
    members: dict[str, shapes.SchemaField | None] = {}
    for one in fields_of(call):
        if one.name not in left_out:
            members[one.name] = given[one.name] if one.name in given else _field(one, hints[one.name])
    return type(name or call.__name__, (Schema,), {name: made for name, made in members.items() if made})


def _field(one: Field[object], hint: object) -> shapes.SchemaField:
    if get_origin(hint) in (Union, UnionType):
        parts: tuple[object, ...] = get_args(hint)
        [hint] = (part for part in parts if part is not NoneType)
    declared: object = one.metadata.get("field")
    required = one.default is MISSING and one.default_factory is MISSING
    if isinstance(declared, Identifier):
        return shapes.uuid(required=required)
    if hint is str and isinstance(declared, Text):
        [longest] = (check.max or 0 for check in declared.validators if isinstance(check, validate.Length))
        return shapes.Text(longest, required=required)
    return _SHAPES[get_origin(hint) or hint](required=required)
