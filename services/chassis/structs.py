"""Frozen records: the one way in which calls, answers, commands and states are declared. Pure."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Struct:
    """Every subclass is a frozen dataclass, made with keyword arguments; it needs no decorator of its own."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        freeze(cls)


def freeze(cls: type[Any]) -> None:
    """Makes the class a frozen dataclass of keyword arguments.

    Its `__init__` writes into `__dict__`: the one that `dataclass` makes calls `object.__setattr__` for each field, which takes
    four times as long, and a page reads hundreds of fields.
    """
    dataclass(frozen=True, kw_only=True)(cls)
    if fields(cls) and not hasattr(cls, "__post_init__"):
        cls.__init__ = _init(cls)


def _init(cls: type[Any]) -> Callable[..., None]:
    """It takes the arguments of the dataclass's own, in their order and with their defaults."""
    scope: dict[str, Any] = {"__missing": MISSING}
    arguments, lines = [], []
    for one in fields(cls):
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
        lines.append(f"__values[{name!r}] = {name}")
    body = "\n    ".join([f"def __init__(self, *, {', '.join(arguments)}):", "__values = self.__dict__", *lines])
    exec(body, scope)  # noqa: S102 -- of names of fields, as `dataclass` does
    made: Callable[..., None] = scope["__init__"]
    made.__annotations__ = vars(cls)["__init__"].__annotations__
    return made
