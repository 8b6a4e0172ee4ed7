"""Declared calls: what is asked of a service, and what it answers, as frozen dataclasses. Pure.

A call is a dataclass that inherits `Query[Answer]` or `Command[Answer]`; `ListSessions` is the call `list_sessions`. The
marshmallow schema that checks its arguments is derived from its fields. A service and whoever asks it import the same
class, from the service's `schemas`. What the other side does not know yet is ignored, so that two releases understand
each other while one takes the place of the other.
"""

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import EXCLUDE, Schema
from marshmallow import fields as marshmallow_fields
from marshmallow.validate import Length

from services.chassis.conversion import converter
from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, Whole, YesNo

A = TypeVar("A")
T = TypeVar("T")

LONGEST_TOKEN = 512
LONGEST_ADDRESS = 64  # an IPv6 address with its zone


class Remembered(Enum):
    """What the hash of a remembered command takes of a field (`remembered.py`)."""

    WHOLE = "whole"
    KEYED = "keyed"
    """A text, or a mapping of texts, under a key of its own: a password is not confirmed by guessing it."""
    LEFT_OUT = "left out"
    """Another value makes no other command: the session or the network address with which it is sent."""


class _Asked(Generic[A]):
    """What every call has: a name, and the class of its answer."""

    @classmethod
    def method(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def answer(cls) -> type[A]:
        [answer] = (get_args(base)[0] for base in cls.__orig_bases__)  # type: ignore[attr-defined]
        return answer


@dataclass(frozen=True, kw_only=True)
class Query(_Asked[A]):
    """A call that changes nothing."""


@dataclass(frozen=True, kw_only=True)
class Command(_Asked[A]):
    """A call that changes something, once for each command id."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """The answer of a command that has nothing more to say."""


def text(
    longest: int = 200,
    *,
    required: bool = False,
    checks: tuple[Callable[[str], Any], ...] = (),
    remembered: Remembered = Remembered.WHOLE,
    later: bool = False,
) -> Any:
    """A field of text: "" where it is not given, unless `required`; what it may be besides is for the rules to say.

    `remembered` and `later` as of `marked`.
    """
    at_most = Length(max=longest, error="Écrivez {max} caractères au plus.")
    options: dict[str, Any] = {"required": True} if required else {"load_default": "", "blank": True}
    made = Text(checks=[at_most, *checks], **options)
    marks = {"field": made, "remembered": remembered, "later": later}
    return field(metadata=marks) if required else field(default="", metadata=marks)


def token() -> Any:
    """A field that holds a secret of a link or a session."""
    return text(LONGEST_TOKEN, required=True)


def marked(*, remembered: Remembered = Remembered.WHOLE, later: bool = False, **options: Any) -> Any:
    """A field of which the hash of a remembered command takes what `remembered` says.

    `later`: the field, which has a default, came after its call. The hash leaves out its default, so that a command sent
    again across the upgrade is the same command.
    """
    return field(metadata={"remembered": remembered, "later": later}, **options)


def schema_of(declared: type[Any]) -> Schema:
    """The schema by which the arguments of a call are checked, with its messages in French."""
    return _schema_class(declared)()


@cache
def _schema_class(declared: type[Any]) -> type[Schema]:
    hints = get_type_hints(declared)
    members = {one.name: one.metadata.get("field") or _field(one, hints[one.name]) for one in fields(declared)}
    meta = type("Meta", (), {"unknown": EXCLUDE})
    return type(f"{declared.__name__}Schema", (FrenchSchema,), {"Meta": meta, **members})


def _field(one: Any, hint: Any) -> marshmallow_fields.Field[Any]:
    if one.default is not MISSING:
        return _of_type(hint, load_default=one.default)
    if one.default_factory is not MISSING:
        return _of_type(hint, load_default=one.default_factory)
    return _of_type(hint, required=True)


def _of_type(hint: Any, **options: Any) -> marshmallow_fields.Field[Any]:
    if get_origin(hint) in (Union, UnionType):
        [hint] = (one for one in get_args(hint) if one is not NoneType)
        options |= {"allow_none": True}
    if is_dataclass(hint):
        return Part(_schema_class(hint), **options)  # type: ignore[arg-type]
    if get_origin(hint) in (tuple, list):
        return Listed(_of_type(get_args(hint)[0]), **options)
    if get_origin(hint) is dict:
        return Named(keys=marshmallow_fields.String(), **options)
    return _SIMPLE[hint](**options)


_SIMPLE: dict[Any, Callable[..., marshmallow_fields.Field[Any]]] = {
    str: lambda **options: Text(blank=True, **options),
    int: Whole,
    bool: YesNo,
    UUID: lambda **options: marshmallow_fields.UUID(
        error_messages={"invalid_uuid": "Cet identifiant n’est pas valable."}, **options
    ),
}


def to_json(value: Any) -> dict[str, Any]:
    """A declared call or answer as JSON values."""
    return converter.unstructure(value)


def from_json(declared: type[T], data: Any) -> T:
    """The declared value again; what it does not know is left out."""
    return converter.structure(data, declared)
