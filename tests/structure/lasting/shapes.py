"""Types as the record writes them: by what is stored or sent, never by the module or class that says it. Pure."""

import dataclasses
import typing
from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, missing

from tests.structure.lasting.record import OPTIONAL

_LOADED = {
    fields.UUID: "uuid",
    fields.DateTime: "datetime",
    fields.Date: "date",
    fields.Time: "time",
    fields.String: "text",
    fields.Integer: "whole number",
    fields.Float: "number",
    fields.Boolean: "yes or no",
    fields.Mapping: "object",
    fields.Raw: "anything",
}
"""Kinds of fields, the narrower before the wider."""
_TYPES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    UUID: "uuid",
    dict: "object",
    Any: "anything",
    object: "anything",
}


def of_type(hint: Any) -> str:
    """A type hint. A dataclass is an object, whose members have names of their own in the record."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return of_type(arguments[0])
    if origin in (typing.Union, UnionType):
        return " | ".join(sorted({of_type(one) for one in arguments}))
    if origin is typing.Literal:
        return " | ".join(repr(one) for one in arguments)
    if origin in (list, tuple, set, frozenset):
        return "list of " + " and ".join(of_type(one) for one in arguments if one is not ...)
    if origin in (dict, Mapping):
        return f"object of {of_type(arguments[1])}"
    if hint in (None, NoneType):
        return "none"
    if hint in _TYPES:
        return _TYPES[hint]
    if dataclasses.is_dataclass(hint):
        return "object"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " | ".join(repr(one.value) for one in hint)
    return getattr(hint, "__name__", str(hint)).lower()


def of_fields(cls: Any, before: str = "", depth: int = 6) -> dict[str, str]:
    """The fields of a dataclass, those of an inner one by a dotted name. One with a default need not have been stored."""
    hints = typing.get_type_hints(cls)
    found: dict[str, str] = {}
    for one in dataclasses.fields(cls):
        has_default = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
        found[before + one.name] = of_type(hints[one.name]) + (OPTIONAL if has_default else "")
        for inner in _dataclasses_in(hints[one.name]) if depth else ():
            found |= of_fields(inner, f"{before}{one.name}.", depth - 1)
    return found


def of_answer(answer: Any) -> dict[str, str]:
    """The fields of an answer; one that is no dataclass, such as a list, is named `answer`, its members by a dotted name."""
    if dataclasses.is_dataclass(answer):
        return of_fields(answer)
    found = {"answer": of_type(answer)}
    for inner in _dataclasses_in(answer):
        found |= of_fields(inner, "answer.")
    return found


def _dataclasses_in(hint: Any) -> list[Any]:
    if dataclasses.is_dataclass(hint):
        return [hint]
    return [found for one in typing.get_args(hint) for found in _dataclasses_in(one)]


def of_schema(schema: Schema, before: str = "") -> dict[str, str]:
    """The arguments that a schema loads, those of an inner one by a dotted name."""
    found: dict[str, str] = {}
    for name, one in schema.fields.items():
        found |= _of_field(before + (one.data_key or name), one, "" if one.required else OPTIONAL)
    return found


def _of_field(name: str, one: Any, optional: str, *, listed: str = "") -> dict[str, str]:
    none = " | none" if one.allow_none and one.load_default is not missing else ""
    if isinstance(one, fields.List):
        return _of_field(name, one.inner, optional, listed=f"{listed}list of ")
    if isinstance(one, fields.Nested):
        return {name: f"{listed}object{none}{optional}", **of_schema(one.schema, f"{name}.")}
    kind = next((shape for cls, shape in _LOADED.items() if isinstance(one, cls)), type(one).__name__.lower())
    return {name: f"{listed}{kind}{none}{optional}"}
