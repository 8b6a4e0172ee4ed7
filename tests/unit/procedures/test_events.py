"""Every version of an event that was ever published is still read."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.chassis.events import parts, revive, types_of
from services.procedures import publication  # noqa: F401 - registers the events

EXAMPLES = sorted((Path(__file__).parents[2] / "contract" / "events" / "procedures").glob("*.json"))


def test_every_event_and_version_has_its_example() -> None:
    expected = {f"{kind.name}.v{n}" for kind in types_of("procedures") for n in range(1, kind.version + 1)}
    assert {example.stem for example in EXAMPLES} == expected


def test_none_is_told_to_partners() -> None:
    assert [kind.name for kind in types_of("procedures") if kind.public] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_what_was_published_once_is_still_read(example: Path) -> None:
    kept: dict[str, Any] = json.loads(example.read_text(encoding="utf-8"))
    name, version = example.stem.split(".v")
    public, _ = parts(revive("procedures", name, int(version), kept["public"], kept["sealed"]))
    assert json.loads(json.dumps(public)) == kept["public"]
