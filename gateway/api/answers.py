"""Schemas of answers, derived from the dataclasses that services declare."""

from dataclasses import fields as fields_of
from dataclasses import is_dataclass
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


class Told(Schema):
    """An answer: what it is sure to hold; more may be told without breaking anybody."""

    class Meta:
        unknown = INCLUDE


def maybe(field: fields.Field[Any]) -> fields.Field[Any]:
    """A part of an answer that may be null or absent."""
    field.allow_none = True
    field.required = False
    return field


def answer(declared: type[Any], name: str = "", /, **means: str | fields.Field[Any]) -> type[Schema]:
    """The schema of an answer that is sent as its service declares it: each field is there, or may be null where it may be None.

    `name`: in the OpenAPI document, where it is not that of the class. `means`: of fields, a description in French, or
    the field in the place of the derived one.
    """
    hints = get_type_hints(declared)
    members: dict[str, Any] = {}
    for one in fields_of(declared):
        meant = means.pop(one.name, "")
        members[one.name] = meant if isinstance(meant, fields.Field) else _field(hints[one.name], meant)
    if means:
        raise TypeError(f"{declared.__name__} has no {', '.join(means)}")
    _derived[declared] = type(name or declared.__name__, (Told,), members)
    return _derived[declared]


def _field(hint: Any, meant: str = "") -> fields.Field[Any]:
    options: dict[str, Any] = {"required": True} | ({"metadata": {"description": meant}} if meant else {})
    if get_origin(hint) in (Union, UnionType):
        [hint] = (one for one in get_args(hint) if one is not NoneType)
        return maybe(_field(hint, meant))
    if is_dataclass(hint):
        return fields.Nested(_derived[hint] if hint in _derived else answer(hint), **options)  # type: ignore[arg-type,index]
    if get_origin(hint) is tuple:
        return fields.List(_field(get_args(hint)[0]), **options)
    return _SIMPLE.get(get_origin(hint) or hint, fields.String)(**options)
