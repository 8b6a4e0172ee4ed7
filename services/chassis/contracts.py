"""Declared calls: what is asked of a service, and what it answers, as frozen dataclasses (`structs.py`). Pure.

A call is a dataclass that inherits `Query[Answer]`, `RecordedLook[Answer]` or `Command[Answer]`; `ListSessions` is the call
`list_sessions` unless it says another name: `class ListExchanges(Query[Thread], method="exchanges")`. The marshmallow schema
that checks its arguments is derived from its fields. A service and its callers import the same class, from the service's
`schemas`. Fields that the other side does not know yet are ignored, so that two releases understand each other while one
takes the place of the other; a known field that does not fit is refused with its name.
"""

import re
from collections.abc import Callable
from dataclasses import MISSING, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, Union, get_args, get_origin, get_type_hints, overload
from uuid import UUID

from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import make_converter
from marshmallow import EXCLUDE, Schema, fields as marshmallow_fields
from marshmallow.validate import Length

from services.chassis.dotted_names import home_of, snake_case
from services.chassis.french_fields import SIMPLE, FrenchSchema, Identifier, Listed, Named, Part, Text, one_of
from services.chassis.structs import REQUIRED, Struct

A = TypeVar("A")
D = TypeVar("D")
T = TypeVar("T")

Json = dict[str, Any]
"""An answer without a declaration: a document that its service checked when it was published."""

LONGEST_TOKEN = 512
LONGEST_ADDRESS = 64  # an IPv6 address with its zone


class Remembered(Enum):
    """What the hash of a remembered command takes of a field (`remembered.py`)."""

    WHOLE = "whole"
    KEYED = "keyed"
    """A text, or a mapping of texts, under a key of its own: a password is not confirmed by guessing it."""
    LEFT_OUT = "left out"
    """Commands that differ in it alone are the same: the session or the network address with which they are sent."""
    DEFAULT = "default"
    """The same, of a field whose default stands in the hash."""


class RemoteCall(Struct, Generic[A]):
    """What every call has: the service that answers it, its name there, and the type of its answer."""

    _method: ClassVar[str]

    def __init_subclass__(cls, *, method: str = "") -> None:
        super().__init_subclass__()
        cls._method = method or snake_case(cls.__name__)

    @classmethod
    def service(cls) -> str:
        return home_of(cls.__module__)

    @classmethod
    def method(cls) -> str:
        return cls._method

    @classmethod
    def rpc_name(cls) -> str:
        """`service.method`, as it is asked."""
        return f"{cls.service()}.{cls.method()}"

    @classmethod
    def answer(cls) -> type[A]:
        [answer] = [args[0] for base in cls.__orig_bases__ if (args := get_args(base))]  # type: ignore[attr-defined]
        return answer

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> Self:
        """What is asked, of a body that its schema has loaded; raises Misfit."""
        return from_json(cls, body)


class Query(RemoteCall[A]):
    """A call that changes nothing."""


class RecordedLook(RemoteCall[A]):
    """A query that writes down who looked, or that it was asked; each time, and without a command id."""


class Command(RemoteCall[A]):
    """A call that changes something, once for each command id."""


class Done(Struct):
    """The empty answer of a command."""


def text(
    longest: int = 200,
    *,
    required: bool = False,
    checks: tuple[Callable[[str], object], ...] = (),
    remembered: Remembered = Remembered.WHOLE,
    later: bool = False,
) -> str:
    """A field of text: "" where it is not given, unless `required`; what it may be besides is for the rules to say.

    `remembered` and `later` as of `marked`.
    """
    at_most = Length(max=longest, error="Écrivez {max} caractères au plus.")
    options: dict[str, Any] = {"required": True} if required else {"load_default": "", "blank": True}
    made = Text(checks=[at_most, *checks], **options)
    marks = {"field": made, "remembered": remembered, "later": later}
    return field(metadata=marks) if required else field(default="", metadata=marks)


def token() -> str:
    """A field that holds a secret of a link or a session."""
    return text(LONGEST_TOKEN, required=True)


def marked(*, remembered: Remembered = Remembered.WHOLE, later: bool = False, default: T = REQUIRED) -> T:
    """A field of which the hash of a remembered command takes what `remembered` says.

    `later`: the field, which has a default, came after its call. The hash leaves out its default, so that a command sent
    again across the upgrade is the same command.
    """
    return field(default=default, metadata={"remembered": remembered, "later": later})


@overload
def identifier() -> str: ...
@overload
def identifier(*, required: Literal[False]) -> str | None: ...
def identifier(*, required: bool = True) -> str | None:
    """A field of text that holds a UUID; None where it is not given, unless `required`."""
    if required:
        return field(metadata={"field": Identifier(required=True)})
    return field(default=None, metadata={"field": Identifier(load_default=None, allow_none=True)})


def identifiers() -> tuple[str, ...] | None:
    """A field of several UUIDs; None where it is not given."""
    return checked(Listed[Any](Identifier(), load_default=None, allow_none=True), default=None)


@overload
def checked(made: Listed[T], *, default: D = REQUIRED) -> tuple[T, ...] | D: ...
@overload
def checked(made: marshmallow_fields.Field[T], *, default: D = REQUIRED) -> T | D: ...
def checked(made: marshmallow_fields.Field[Any], *, default: Any = REQUIRED) -> Any:
    """A field that this marshmallow field checks; `default`: where it is not given."""
    return field(default=default, metadata={"field": made})


def stored_as(name: str, *, default: T = REQUIRED) -> T:
    """A field that has that name in the JSON, because it is a word of Python there (`from`) or says something else here."""
    return field(default=default, metadata={"stored_as": name})


def if_given(default: T) -> T:
    """A field of an answer that the JSON has only where it is not the default."""
    return field(default=default, metadata={"if_given": True})


def schema_of(declared: type[Any], *, unknown: str = EXCLUDE) -> Schema:
    """The schema by which the arguments of a call are checked, with its messages in French; RAISE as `unknown`: it refuses
    names that it does not know."""
    return _schema_class(declared, unknown)()


@cache
def _schema_class(declared: type[Any], unknown: str) -> type[Schema]:
    hints = get_type_hints(declared)
    members = {one.name: one.metadata.get("field") or _field(one, hints[one.name], unknown) for one in fields(declared)}
    meta = type("Meta", (), {"unknown": unknown})
    return type(f"{declared.__name__}Schema", (FrenchSchema,), {"Meta": meta, **members})


def _field(one: Any, hint: Any, unknown: str) -> marshmallow_fields.Field[Any]:
    if one.default is not MISSING:
        return _of_type(hint, unknown, load_default=one.default)
    if one.default_factory is not MISSING:
        return _of_type(hint, unknown, load_default=lambda: to_json(one.default_factory()))
    return _of_type(hint, unknown, required=True)


def _of_type(hint: Any, unknown: str, **options: Any) -> marshmallow_fields.Field[Any]:
    if get_origin(hint) in (Union, UnionType):
        [hint] = (one for one in get_args(hint) if one is not NoneType)
        options |= {"allow_none": True}
    if hint in (Any, object):
        return marshmallow_fields.Raw(allow_none=True, **options)
    if is_dataclass(hint):
        return Part(_schema_class(hint, unknown), **options)  # type: ignore[arg-type]
    if get_origin(hint) in (tuple, list):
        return Listed(_of_type(get_args(hint)[0], unknown), **options)
    if get_origin(hint) is dict:
        return Named(keys=marshmallow_fields.String(), **options)
    if issubclass(hint, StrEnum):
        return Text(checks=[one_of(tuple(hint))], **options)
    return SIMPLE[hint](**options)


_KEY = re.compile(r"""\[(['"]).*?\1\]""")
"""Of a mapping: it may be a name that a person typed, and paths are logged."""


class Misfit(ValueError):
    """Values that are not of their declared types; `paths`: of the fields at fault, such as `items[0].at`."""

    def __init__(self, declared: Any, paths: tuple[str, ...]) -> None:
        super().__init__(f"{getattr(declared, '__name__', declared)}: {', '.join(paths)}")
        self.paths = paths


def to_json(value: object) -> Json:
    """A declared call or answer as JSON values; what is JSON already is left as it is."""
    return value if isinstance(value, dict) else _values.unstructure(value)


def from_json(declared: type[T], data: Any) -> T:
    """The declared value again; fields that it does not know are left out. Raises Misfit."""
    if get_origin(declared) is dict:
        return data
    # Whatever fails is read again by the converter that names the fields, which takes a fifth longer.
    try:
        return _values.structure(data, declared)
    except Exception:
        return _structured_slowly(declared, data)


def _structured_slowly(declared: type[T], data: Any) -> T:
    try:
        return _naming_fields().structure(data, declared)
    except BaseValidationError as error:
        paths = (_KEY.sub("[…]", line.rpartition("@ $")[2].lstrip(".")) for line in transform_error(error))
        raise Misfit(declared, tuple(paths)) from None
    except ValueError:  # not one of the classes that the answer may have
        raise Misfit(declared, ()) from None


def _of(*kinds: type[Any], made: Callable[[Any], Any] | None = None) -> Callable[[Any, Any], Any]:
    """Takes a value of the first type, or of exactly one of the others, as it is, and makes one from a text where it can; a
    value of any other type is refused."""
    kind = kinds[0]

    def read(value: Any, _: Any) -> Any:
        if type(value) in kinds or (isinstance(value, kind) and kind is not int):
            return value
        if made is None or not isinstance(value, str):
            raise TypeError(kind.__name__)
        return made(value)

    return read


def _has(mark: str) -> Callable[[Any], bool]:
    """Of a dataclass, whether a field of it has that mark."""
    return lambda kind: is_dataclass(kind) and any(mark in one.metadata for one in fields(kind))


def with_objects(converter: Converter) -> Converter:
    """The converter, for which a field of type `object` holds JSON values of any kind."""
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_unstructure_hook_func(lambda kind: kind is object, converter.unstructure)
    return converter


def _converter(*, detailed: bool) -> Converter:
    """`detailed`: its failures name the fields."""
    made = with_objects(make_converter(detailed_validation=detailed))

    def without_defaults(kind: Any) -> Callable[[Any], Any]:
        left_out = {one.name: override(omit_if_default="if_given" in one.metadata) for one in fields(kind)}
        return make_dict_unstructure_fn(kind, made, **left_out)  # type: ignore[arg-type]

    def renamed(kind: Any) -> Callable[[Any, Any], Any]:
        names = {one.name: override(rename=one.metadata.get("stored_as")) for one in fields(kind)}
        return make_dict_structure_fn(kind, made, **names)  # type: ignore[arg-type]

    for kind, read in (
        (str, None),
        (int, None),
        (bool, None),
        (UUID, UUID),
        (date, date.fromisoformat),
        (datetime, datetime.fromisoformat),
    ):
        made.register_structure_hook(kind, _of(kind, made=read))
        made.register_structure_hook(kind | None, _of(kind, NoneType, made=read))
    made.register_structure_hook(StrEnum, lambda value, kind: kind(value))  # which is a text, but one of its own
    made.register_structure_hook_factory(_has("stored_as"), renamed)
    made.register_unstructure_hook_factory(_has("if_given"), without_defaults)
    made.register_unstructure_hook(UUID, str)
    for moment in (date, datetime):
        made.register_unstructure_hook(moment, moment.isoformat)
    return made


_values = _converter(detailed=False)


@cache
def _naming_fields() -> Converter:
    return _converter(detailed=True)
