"""Every version that was ever published is read: those of the first release, and any that the files allow today."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.chassis.contracts import Misfit
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Versions, read
from services.procedures.schemas.definitions.towns import Town
from tests.support import published

EXAMPLES = sorted((Path(__file__).parents[2] / "contract" / "definitions").glob("*.json"))
KINDS: dict[str, Any] = {"procedure": Procedure, "agenda": Agenda, "town": Town}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_an_earlier_release_published_is_read(file: Path) -> None:
    stored = orjson.loads(file.read_bytes())

    found = read(KINDS[file.stem.partition(".")[0]], stored)

    assert {one.name for one in fields(found)} >= {"slug"} or isinstance(found, Town)


@pytest.mark.parametrize("slug", published.slugs())
def test_what_the_demo_town_publishes_is_read(slug: str) -> None:
    stored = published.definition(slug)

    found = read(Procedure, orjson.dumps(stored).decode())

    assert [(one.name, one.type) for one in found.fields] == [(one["name"], one["type"]) for one in stored["fields"]]
    assert list(found.statuses) == list(stored["statuses"])
    assert all(type(one.type) is FieldType for one in found.fields)


def test_what_fits_no_version_is_named() -> None:
    with pytest.raises(Misfit) as refused:
        published.procedure(
            "location-salle", title=4, fields=[{"name": "a", "label": "A", "required": True, "type": "z"}]
        )

    assert set(refused.value.paths) == {"title", "fields[0].type"}


def test_a_version_is_read_once_and_the_oldest_is_dropped() -> None:
    asked: list[int] = []

    def stored(version: int) -> tuple[int, dict[str, Any]]:
        asked.append(version)
        return version, published.definition("location-salle", version)

    known = Versions(Procedure, kept=2)
    for version in (1, 1, 2, 3, 1):
        found = known.get("location-salle", version, lambda of=version: stored(of))
        assert found is not None
        assert found.version == version

    assert asked == [1, 2, 3, 1]
    assert known.get("location-salle", 9, lambda: None) is None
