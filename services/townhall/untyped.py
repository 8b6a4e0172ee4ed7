"""Values of any type, as they were typed or kept: what is read of them. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard, TypeVar

T = TypeVar("T")


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)


def entry(values: Mapping[str, object], name: str, kind: type[T]) -> T:
    """What has that name, which is of that type; TypeError where it is not, KeyError where there is none."""
    value = values[name]
    if not isinstance(value, kind):
        raise TypeError(f"{name}: {type(value).__name__} in place of {kind.__name__}")
    return value


def parts(value: object) -> Mapping[str, object]:
    """The parts of a value by name; none where it has no names."""
    return value if is_mapping(value) else {}


def items(value: object) -> Sequence[object]:
    """The elements of a list; none of any other value."""
    return value if is_list(value) else ()


def text(value: object) -> str:
    """The value where it is a text, else ""."""
    return value if isinstance(value, str) else ""
