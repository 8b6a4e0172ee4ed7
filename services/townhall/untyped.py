"""Values of any type, as they were typed or kept: what is read of them. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)


def parts(value: object) -> Mapping[str, object]:
    """The parts of a value by name; none where it has no names."""
    return value if is_mapping(value) else {}


def items(value: object) -> Sequence[object]:
    """The elements of a list; none of any other value."""
    return value if is_list(value) else ()


def text(value: object) -> str:
    """The value where it is a text, else ""."""
    return value if isinstance(value, str) else ""
