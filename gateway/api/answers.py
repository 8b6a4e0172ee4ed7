"""Schemas of answers, derived from the dataclasses that services declare."""

from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of, is_dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from marshmallow import INCLUDE, Schema, fields

from gateway.api.fields import F, SchemaField, described, several

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_SIMPLE: Mapping[object, Callable[..., SchemaField]] = {
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
    dict: fields.Dict,
    Mapping: fields.Dict,
    Any: fields.Raw,
    object: fields.Raw,
}
_derived: dict[type[object], type[Schema]] = {}


class Answer(Schema):
    """What an answer is sure to hold; fields may be added to it without breaking a program."""

    class Meta:
        unknown = INCLUDE


def maybe(field: F, means: str = "") -> F:
    """A part of an answer that may be null or absent. `means`: in French."""
    field.allow_none = True
    field.required = False
    return described(field, means)


def answer(
    declared: "type[DataclassInstance]",
    name: str = "",
    /,
    *,
    without: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    also: Mapping[str, SchemaField] | None = None,
    **means: str | SchemaField,
) -> type[Schema]:
    """The schema of an answer that is sent as its service declares it: each field is there, or may be null where it may be None.

    `name`: in the OpenAPI document, where it is not that of the class. `without`: fields that the API leaves out; `absent`:
    fields that it may leave out; `also`: fields that the gateway adds. `means`: of fields, a description in French, or the
    field in the place of the derived one. What is declared within `declared` is derived before it, or without descriptions.
    """
    hints: dict[str, object] = get_type_hints(declared)
    members = dict(also or {})
    for one in fields_of(declared):
        if one.name not in without:
            meant = means.pop(one.name, "")
            members[one.name] = _field(hints[one.name], meant) if isinstance(meant, str) else meant
    for one in absent:
        members[one].required = False
    if means:
        raise TypeError(f"{declared.__name__} has no {', '.join(means)}")
    if declared in _derived:
        raise TypeError(f"{declared.__name__} is derived already")
    _derived[declared] = type(name or declared.__name__, (Answer,), members)
    return _derived[declared]


def schema_of(declared: type[object]) -> type[Schema]:
    """The schema of an answer that is given as a schema or as the class that a service declares."""
    if declared in _derived:
        return _derived[declared]
    # asked before `issubclass`, which leaves a mark of every other class in all three hundred schemas
    if is_dataclass(declared):
        return answer(declared)
    if issubclass(declared, Schema):
        return declared
    raise TypeError(f"{declared.__name__} is no schema, and no service declares it")


def many(declared: type[object], means: str = "") -> SchemaField:
    """A list of other answers in an answer."""
    return several(fields.Nested(schema_of(declared)), means=means, required=True)


def _field(hint: object, meant: str = "") -> SchemaField:
    parts: tuple[object, ...] = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        [one] = (part for part in parts if part is not NoneType)
        return maybe(_field(one, meant))
    if is_dataclass(hint) and isinstance(hint, type):
        return described(fields.Nested(schema_of(hint), required=True), meant)
    if get_origin(hint) is tuple:
        return several(_field(parts[0]), means=meant, required=True)
    return described(_SIMPLE.get(get_origin(hint) or hint, fields.String)(required=True), meant)
