"""The marshmallow schema of an entry of a town's file, derived from the class that the entry is read into."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from marshmallow.fields import Field

from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, Whole, YesNo, one_of

_SIMPLE: dict[Any, type[Field[Any]]] = {str: Text, int: Whole, bool: YesNo}
_shapes: dict[Any, type[FrenchSchema]] = {}


def shape(declared: type[Any], /, **own: Any) -> type[FrenchSchema]:
    """Each field as its type says, mandatory where it has no default, under the name that it has in the file.

    `own`: fields whose limits the type does not name, and what the file alone has; None: a field that the file has not.
    Entries within an entry are those of the schema made last for their class.
    """
    hints = get_type_hints(declared)
    members: dict[str, Any] = {}
    for one in fields(declared):
        mandatory = one.default is MISSING and one.default_factory is MISSING
        made = own.pop(one.name) if one.name in own else _of_type(hints[one.name], required=mandatory)
        if made is not None and (key := one.metadata.get("stored_as")):
            made.data_key = key
        members |= {one.name: made} if made is not None else {}
    _shapes[declared] = type(declared.__name__, (FrenchSchema,), members | own)
    return _shapes[declared]


def _of_type(hint: Any, **options: Any) -> Field[Any]:
    if get_origin(hint) in (Union, UnionType):
        [hint] = (one for one in get_args(hint) if one is not NoneType)
    if hint in _shapes:
        return Part(_shapes[hint], **options)
    if get_origin(hint) is tuple:
        return Listed(_of_type(get_args(hint)[0]), **options)
    if get_origin(hint) is Mapping:
        return Named(keys=Text(), values=_of_type(get_args(hint)[1]), **options)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Text(checks=[one_of(tuple(hint))], **options)
    return _SIMPLE[hint](**options)
