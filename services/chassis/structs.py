"""Frozen records: the one way in which calls, answers, commands and states are declared. Pure."""

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from types import FunctionType
from typing import TYPE_CHECKING, ClassVar, Never, TypeVar, cast, dataclass_transform

REQUIRED = cast("Never", MISSING)
"""The default of a field that has none: of no type, so that a call that declares a field is of the type of that field."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Struct:
    """Every subclass is a frozen dataclass, made with keyword arguments; it needs no decorator of its own.

    What `dataclass` would compile for each of hundreds of classes is common to all here, but for `__init__`: compiling those
    functions was a third of what a process did before it was ready. An instance holds its fields and nothing else, and all of them are
    arguments, compared, hashed and printed: TypeError for a class that wants it otherwise.
    """

    if TYPE_CHECKING:  # what `dataclass` gives each subclass
        __dataclass_fields__: ClassVar[dict[str, Field[object]]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__doc__ = cls.__doc__ or cls.__name__  # else `dataclass` writes one of its signature, at some length
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)
        type.__setattr__(cls, "__init__", _init(cls))

    def __setattr__(self, name: str, _: object) -> Never:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> Never:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        values: dict[str, object] = vars(self)
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"


S = TypeVar("S", bound=Struct)


def made_of(kind: type[S], *parts: Struct, **added: object) -> S:
    """One with the values that these have for its fields, and with those added; what else they have is left out."""
    values: dict[str, object] = {}
    for part in parts:
        values |= vars(part)
    return kind(**{one.name: values[one.name] for one in fields(kind) if one.name in values} | added)


def _init(cls: type[Struct]) -> object:
    """What `dataclass` would make, with the same arguments, but that it writes into `__dict__`.

    `object.__setattr__`, by which a frozen dataclass sets each of its fields, takes four times as long, and a page reads
    hundreds of fields.
    """
    declared: tuple[Field[object], ...] = fields(cls)
    if hasattr(cls, "__post_init__") or not all(one.init and one.repr and one.compare for one in declared):
        raise TypeError(f"{cls.__qualname__} has a field apart, or __post_init__")
    scope: dict[str, object] = {"__missing": MISSING}
    arguments: list[str] = []
    lines: list[str] = []
    for one in declared:
        name, default = one.name, f"__default_{one.name}"
        if one.default_factory is not MISSING:
            scope[default] = one.default_factory
            arguments.append(f"{name}=__missing")
            lines.append(f"{name} = {default}() if {name} is __missing else {name}")
        elif one.default is not MISSING:
            scope[default] = one.default
            arguments.append(f"{name}={default}")
        else:
            arguments.append(name)
        # orjson writes what is in `__dict__`; the default is an attribute of the class
        given = f"if {name} != {default}: " if "if_given" in one.metadata else ""
        lines.append(f"{given}__values[{name!r}] = {name}")
    head = f"def __init__(self, *, {', '.join(arguments)}):" if arguments else "def __init__(self):"
    exec("\n    ".join([head, "__values = self.__dict__", *lines]), scope)  # noqa: S102  # nosec B102
    made = scope["__init__"]
    assert isinstance(made, FunctionType)  # noqa: S101
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made
