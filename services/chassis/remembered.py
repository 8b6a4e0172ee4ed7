"""The body of a declared command in the form in which it is hashed, to recognise the command when it is sent again. Pure.

The form is that of the JSON body as the schema loaded it, whether the values are mappings or declared classes. Fields are
marked in their declaration (`contracts.marked`): some are left out, some hashed under a second key, and one that came after
its call is left out while it has its default. Two releases therefore hash the same command alike.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import TypeGuard, get_args, get_type_hints

import orjson

from services.chassis.contracts import Json, Remembered, to_json
from services.chassis.structs import Struct


def canonical(content: object) -> bytes:
    """Equal JSON values as equal bytes; declared classes as the objects that they are in JSON."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS
    return orjson.dumps(content, option=options, default=_plain)


def second_key(signing_key: bytes, service: str) -> bytes:
    """The key of `Remembered.KEYED`: of another secret than the key of the hash."""
    return hmac.digest(signing_key, f"parvis {service} commands".encode(), "sha256")


def body_of(declared: type[Struct], body: Mapping[str, object], key: bytes) -> Json:
    """The body as it is hashed; what the declaration does not name stays as it is."""
    marks = {one.name: one for one in fields(declared)}
    return {
        name: _value(declared, marks[name], value, key) if name in marks else value
        for name, value in body.items()
        if name not in marks or not _left_out(marks[name], value)
    }


def _left_out(one: Field[object], value: object) -> bool:
    if one.metadata.get("remembered") is Remembered.LEFT_OUT:
        return True
    return bool(one.metadata.get("later")) and canonical(value) == canonical(_default(one))


def _default(one: Field[object]) -> object:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _value(declared: type[Struct], one: Field[object], value: object, key: bytes) -> object:
    if one.metadata.get("remembered") is Remembered.DEFAULT:
        return _default(one)
    if one.metadata.get("remembered") is Remembered.KEYED:
        return {name: _mac(key, text) for name, text in value.items()} if _is_object(value) else _mac(key, value)
    inner = _class_within(declared, one.name)
    if inner is None:
        return value
    if _are_objects(value):
        return [body_of(inner, part, key) for part in value]
    return body_of(inner, value, key) if _is_object(value) else value


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _are_objects(value: object) -> TypeGuard[Sequence[Mapping[str, object]]]:
    return isinstance(value, list | tuple)


@cache
def _class_within(declared: type[Struct], name: str) -> type[Struct] | None:
    """The declared class of a field's value, or of the values of its list."""
    hints: dict[str, object] = get_type_hints(declared)
    inner: tuple[object, ...] = (hints[name], *get_args(hints[name]))
    return next((one for one in inner if isinstance(one, type) and issubclass(one, Struct)), None)


def _mac(key: bytes, text: object) -> str:
    data = str(text).encode()
    return hmac.digest(key, len(data).to_bytes(4, "big") + data, hashlib.sha256).hex()


def _plain(value: object) -> object:
    return to_json(value) if is_dataclass(value) else str(value)
