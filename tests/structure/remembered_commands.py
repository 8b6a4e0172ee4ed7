"""Examples of commands, each with the hash by which it is recognised when it is sent again within 48 hours.

`python -m tests.structure.remembered_commands` adds those of new commands; what stands there is never changed, for a process of
the release before, or after, compares with it.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import EnumType
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from services.chassis import remembered
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import Command, schema_of
from services.chassis.event_store import commands
from tests.support.stubs import declared_calls

EXAMPLES = Path("tests/contract/commands/remembered.json")
MASTER_KEY, SIGNING_KEY = b"m" * 32, b"s" * 32

ID = "0199f3a2-7c41-7d52-9b0e-000000000001"
SAMPLES: dict[str, Any] = {  # of fields with a form of their own
    "at": "2026-11-01T09:00:00+00:00",
    "digest": "0" * 64,
    "identity": "checked_at_counter",
    "map": "0" * 16,
    "visitor": "0" * 64,
    **dict.fromkeys(
        (
            "absence_id",
            "appointment_id",
            "decision_id",
            "draft_id",
            "exchange_id",
            "file_id",
            "letter_id",
            "list_id",
            "seen",
            "view_id",
            "walk_in_id",
        ),
        ID,
    ),
    "missing": "any",
    "recipient": "camille@courriel.example",
    "side": "town",
    "sort": "due",
    "step": "summary",
    "view": "open",
    "way": "posted",
}

Json = dict[str, Any]


def declared_commands() -> dict[str, type[Any]]:
    """`accounts.end_session` and its class, for every command that a service declares."""
    declared_calls()  # imports them
    return {cls.rpc_name(): cls for cls in _below(Command) if ".schemas" in cls.__module__}


def _below(cls: type[Any]) -> set[type[Any]]:
    return {one for below in cls.__subclasses__() for one in (below, *_below(below))}


def hash_of(name: str, declared: type[Any], body: Json) -> str:
    """The hash of a command as a service keeps it, of the body that it is sent."""
    service = name.partition(".")[0]
    key = remembered.second_key(SIGNING_KEY, service)
    return hash_of_kept(name, remembered.body_of(declared, schema_of(declared).load(body), key), declared)


def hash_of_kept(name: str, body: Json, declared: type[Any] | None = None) -> str:
    """The hash of a command of which that is kept."""
    method = name.partition(".")[2]
    call = Call(method=method, actor=Actor(kind="visitor", id="v"), body=body, declared=declared)
    return commands.hash_of(MASTER_KEY, call).hex()


def least(declared: type[Any]) -> Json:
    """A body with what the command needs and no more."""
    return _filled(declared, only_required=True)


def _filled(declared: type[Any], *, only_required: bool) -> Json:
    hints = get_type_hints(declared)
    return {
        one.name: _named_sample(one.name, hints[one.name]) or _sample(hints[one.name], only_required=only_required)
        for one in fields(declared)
        if not only_required or (one.default is MISSING and one.default_factory is MISSING)
    }


def _named_sample(name: str, hint: Any) -> Any:
    """That of SAMPLES, unless the field is an enum without that value."""
    named = SAMPLES.get(name)
    values = [one.value for one in hint] if isinstance(hint, EnumType) else [named]
    return named if named in values else values[0]


def _sample(hint: Any, *, only_required: bool) -> Any:
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not NoneType)
    if is_dataclass(hint):
        return _filled(hint, only_required=only_required)  # type: ignore[arg-type]
    if get_origin(hint) in (tuple, list):
        return [_sample(get_args(hint)[0], only_required=only_required)]
    if get_origin(hint) is dict:
        return {"name": "given"}
    samples = {int: 1, bool: True, UUID: ID, date: "2026-11-25", datetime: "2026-11-25T09:30:00+00:00"}
    return samples.get(hint, "given")


def main() -> int:
    known = json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else {}
    for name, declared in declared_commands().items():
        _add(known.setdefault(name, []), name, declared, (least(declared), _filled(declared, only_required=False)))
    EXAMPLES.parent.mkdir(parents=True, exist_ok=True)
    EXAMPLES.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    return 0


def _add(examples: list[Json], name: str, declared: type[Any], bodies: Sequence[Json]) -> None:
    for body in bodies:
        if len(examples) < 2 and body not in [one["body"] for one in examples]:
            examples.append({"body": body, "hash": hash_of(name, declared, body)})


if __name__ == "__main__":
    sys.exit(main())
