"""The body of a declared command in the form in which it is hashed, to recognise the command when it is sent again. Pure.

The form is that of the JSON body as the schema loaded it, whether the values are mappings or declared classes. Fields are
marked in their declaration (`contracts.marked`): some are left out, some hashed under a second key, and one that came after
its call is left out while it has its default. Two releases therefore hash the same command alike.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

import orjson

from services.chassis.contracts import Remembered, to_json

Json = dict[str, Any]


def canonical(content: Any) -> bytes:
    """Equal JSON values as equal bytes; declared classes as the objects that they are in JSON."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS
    return orjson.dumps(content, option=options, default=_plain)


def second_key(signing_key: bytes, service: str) -> bytes:
    """The key of `Remembered.KEYED`: of another secret than the key of the hash."""
    return hmac.digest(signing_key, f"parvis {service} commands".encode(), "sha256")


def body_of(declared: type[Any], body: Mapping[str, Any], key: bytes) -> Json:
    """The body as it is hashed; what the declaration does not name stays as it is."""
    marks = {one.name: one for one in fields(declared)}
    return {
        name: _value(declared, marks[name], value, key) if name in marks else value
        for name, value in body.items()
        if name not in marks or not _left_out(marks[name], value)
    }


def _left_out(one: Field[Any], value: Any) -> bool:
    if one.metadata.get("remembered") is Remembered.LEFT_OUT:
        return True
    return bool(one.metadata.get("later")) and canonical(value) == canonical(_default(one))


def _default(one: Field[Any]) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _value(declared: type[Any], one: Field[Any], value: Any, key: bytes) -> Any:
    if one.metadata.get("remembered") is Remembered.DEFAULT:
        return _default(one)
    if one.metadata.get("remembered") is Remembered.KEYED:
        return (
            {name: _mac(key, text) for name, text in value.items()} if isinstance(value, Mapping) else _mac(key, value)
        )
    inner = _class_within(declared, one.name)
    if inner is None:
        return value
    if isinstance(value, list | tuple):
        return [body_of(inner, part, key) for part in value]
    return body_of(inner, value, key) if isinstance(value, Mapping) else value


@cache
def _class_within(declared: type[Any], name: str) -> type[Any] | None:
    """The declared class of a field's value, or of the values of its list."""
    hint = get_type_hints(declared)[name]
    return next((one for one in (hint, *get_args(hint)) if is_dataclass(one)), None)  # type: ignore[return-value]


def _mac(key: bytes, text: str) -> str:
    data = text.encode()
    return hmac.digest(key, len(data).to_bytes(4, "big") + data, hashlib.sha256).hex()


def _plain(value: Any) -> Any:
    return to_json(value) if is_dataclass(value) else str(value)
