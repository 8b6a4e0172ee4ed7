"""The record of lasting names: how it is kept in `tests/contract/lasting_names.json`, and what may differ from it. Pure.

`names` maps a kind to its names, and each name to its shape (a type, arguments of a declaration; "" where a name is all).
`retired` lists the names, or the shapes of names, that may leave the product; it is written by hand.
"""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "tests" / "contract" / "lasting_names.json"
OPTIONAL = " ?"
"""At the end of a shape: it need not be given. To ask for less is an addition."""
NONE = " | none"
"""Before that: it may be none, as where it is not given."""

Names = dict[str, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Retired:
    """`until`: the last release that has both the old name and what replaces it; empty where none can hold the old one."""

    kind: str
    name: str
    shape: str
    until: str
    why: str

    def permits(self, kind: str, name: str, shape: str, release: str) -> bool:
        return (self.kind, self.name, self.shape) == (kind, name, shape) and self.is_over(release)

    def is_over(self, release: str) -> bool:
        return not self.until or _numbers(release) > _numbers(self.until)


@dataclass(frozen=True)
class Record:
    names: Names
    retired: tuple[Retired, ...] = ()


@dataclass
class Difference:
    """What the product has and the record has not, and the reverse; each a line to read."""

    added: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.broken)

    def __str__(self) -> str:
        return "\n".join((*self.broken, *self.added))


def read() -> Record:
    """The record as it is kept."""
    if not FILE.exists():
        return Record({})
    kept = json.loads(FILE.read_text("utf-8"))
    return Record(kept["names"], tuple(Retired(**one) for one in kept["retired"]))


def write(record: Record) -> None:
    """One name a line, in order, so that a change of the record reads as a list of names."""
    document = {
        "retired": [asdict(one) for one in record.retired],
        "names": {kind: dict(sorted(names.items())) for kind, names in sorted(record.names.items())},
    }
    FILE.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def release() -> str:
    """The release that this code is, or will be."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def compare(record: Record, made: Names, this_release: str, kinds: Iterable[str] | None = None) -> Difference:
    """How the names that were made of the product differ from the record, in these kinds or in all of either."""
    found = Difference()
    for kind in sorted(set(record.names) | set(made)) if kinds is None else kinds:
        kept, present = record.names.get(kind, {}), made.get(kind, {})
        found.added += [f"new: {kind}: {_shown(name, present[name])}" for name in sorted(set(present) - set(kept))]
        for name, shape in sorted(kept.items()):
            if present.get(name) == shape or any(
                one.permits(kind, name, shape, this_release) for one in record.retired
            ):
                continue
            if name not in present:
                found.broken.append(f"gone: {kind}: {_shown(name, shape)}")
            elif _asks_for_less(shape, present[name]):
                found.added.append(f"asked for less: {kind}: {_shown(name, present[name])}")
            else:
                found.broken.append(f"changed: {kind}: {_shown(name, shape)} is now {present[name] or 'bare'}")
    return found


def _asks_for_less(kept: str, present: str) -> bool:
    needed = kept.removesuffix(OPTIONAL)
    return present in (needed + OPTIONAL, needed + NONE + OPTIONAL)


def _shown(name: str, shape: str) -> str:
    return f"{name} ({shape})" if shape else name


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
