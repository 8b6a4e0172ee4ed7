"""Schemas of answers, derived from the dataclasses that services declare."""

from collections.abc import Mapping
from dataclasses import fields as fields_of, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from marshmallow import INCLUDE, Schema, fields

_SIMPLE: dict[Any, type[fields.Field[Any]]] = {
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
    dict: fields.Dict,
    Any: fields.Raw,
}
_derived: dict[type[Any], type[Schema]] = {}


class Answer(Schema):
    """What an answer is sure to hold; fields may be added to it without breaking a program."""

    class Meta:
        unknown = INCLUDE


def maybe(field: fields.Field[Any], means: str = "") -> fields.Field[Any]:
    """A part of an answer that may be null or absent. `means`: in French."""
    field.allow_none = True
    field.required = False
    return described(field, means)


def described(field: fields.Field[Any], means: str) -> fields.Field[Any]:
    """The field with that description in French, if any."""
    if means:
        field.metadata = {**field.metadata, "description": means}
    return field


def answer(
    declared: type[Any],
    name: str = "",
    /,
    *,
    without: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    also: Mapping[str, fields.Field[Any]] | None = None,
    **means: str | fields.Field[Any],
) -> type[Schema]:
    """The schema of an answer that is sent as its service declares it: each field is there, or may be null where it may be None.

    `name`: in the OpenAPI document, where it is not that of the class. `without`: fields that the API leaves out; `absent`:
    fields that it may leave out; `also`: fields that the gateway adds. `means`: of fields, a description in French, or the
    field in the place of the derived one. What is declared within `declared` is derived before it, or without descriptions.
    """
    hints = get_type_hints(declared)
    members: dict[str, Any] = dict(also or {})
    for one in fields_of(declared):
        if one.name not in without:
            meant = means.pop(one.name, "")
            members[one.name] = meant if isinstance(meant, fields.Field) else _field(hints[one.name], meant)
    for one in absent:
        members[one].required = False
    if means:
        raise TypeError(f"{declared.__name__} has no {', '.join(means)}")
    if declared in _derived:
        raise TypeError(f"{declared.__name__} is derived already")
    _derived[declared] = type(name or declared.__name__, (Answer,), members)
    return _derived[declared]


def schema_of(declared: type[Any]) -> type[Schema]:
    """The schema of an answer that is given as a schema or as the class that a service declares."""
    if issubclass(declared, Schema):
        return declared
    return _derived[declared] if declared in _derived else answer(declared)


def nested(declared: type[Any], means: str = "") -> fields.Field[Any]:
    """A part of an answer that is another one."""
    return described(fields.Nested(schema_of(declared), required=True), means)


def many(declared: type[Any], means: str = "") -> fields.Field[Any]:
    """A list in an answer, of texts or of other answers."""
    inner = fields.String() if declared is str else fields.Nested(schema_of(declared))
    return described(fields.List(inner, required=True), means)


def _field(hint: Any, meant: str = "") -> fields.Field[Any]:
    if get_origin(hint) in (Union, UnionType):
        [hint] = (one for one in get_args(hint) if one is not NoneType)
        return maybe(_field(hint, meant))
    if is_dataclass(hint):
        return nested(hint, meant)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return described(fields.List(_field(get_args(hint)[0]), required=True), meant)
    return described(_SIMPLE.get(get_origin(hint) or hint, fields.String)(required=True), meant)
