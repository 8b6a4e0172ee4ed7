"""The marshmallow schema of an entry of a town's file, derived from the class that the entry is read into. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from marshmallow import ValidationError
from marshmallow.fields import Field, Raw

from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, Whole, YesNo, one_of
from services.procedures.schemas.definitions.values import may_be_blank

Checks = tuple[Callable[[Any], None], ...]


def _is_day(value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise ValidationError("Il faut une date qui existe, de la forme 2026-12-24.") from None


class Free(Raw):
    """A value whose type depends on the field that it is for; `form.py` judges it."""

    default_error_messages = Text.default_error_messages


_SIMPLE: dict[Any, Callable[..., Field[Any]]] = {
    bool: lambda checks, **options: YesNo(**options),
    date: lambda checks, **options: Text(checks=[_is_day], **options),
    float: lambda checks, **options: Free(validate=checks, **options),
    int: Whole,
    str: lambda checks, **options: Text(blank=may_be_blank in checks, checks=checks, **options),
}
_shapes: dict[Any, type[FrenchSchema]] = {}


def shape(declared: type[Any], /, **own: Any) -> type[FrenchSchema]:
    """Each field as its type says, mandatory where it has no default, under the name that it has in the file.

    `own`: what the file alone has, and fields whose check the type does not name; None: a field that the file has not.
    Entries within an entry have the schema made last for their class, else one without `own`.
    """
    hints = get_type_hints(declared, include_extras=True)
    members: dict[str, Any] = {}
    for one in fields(declared):
        mandatory = one.default is MISSING and one.default_factory is MISSING
        made = own.pop(one.name) if one.name in own else of_type(hints[one.name], required=mandatory)
        if made is not None and (key := one.metadata.get("stored_as")):
            made.data_key = key
        members |= {one.name: made} if made is not None else {}
    _shapes[declared] = type(declared.__name__, (FrenchSchema,), members | own)
    return _shapes[declared]


def of_type(hint: Any, checks: Checks = (), **options: Any) -> Field[Any]:
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Annotated:
        return of_type(inner[0], inner[1:], **options)
    if kind in (Union, UnionType):
        present = [one for one in inner if one is not NoneType]
        if len(present) > 1:
            return Free(validate=checks, **options)
        return of_type(present[0], checks, **options, **({"allow_none": True} if options.get("required") else {}))
    if hint is object:
        return Free(**options)
    if is_dataclass(hint):
        return Part(_shapes.get(hint) or shape(hint), **options)  # type: ignore[arg-type]
    if kind is tuple:
        return Listed(of_type(inner[0]), validate=checks, **options)
    if kind is Mapping and isinstance(inner[0], type) and issubclass(inner[0], StrEnum):
        members = {str(name): of_type(inner[1]) for name in inner[0]}
        return Part(FrenchSchema.from_dict(members), **options)
    if kind is Mapping:
        return Named(keys=Text(), values=of_type(inner[1]), **options)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Text(checks=[one_of(tuple(hint))], **options)
    return _SIMPLE[hint](checks=checks, **options)
