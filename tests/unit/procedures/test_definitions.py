"""Every version that was ever published is read: those of the first release, and any that the files allow today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import orjson
import pytest
from marshmallow import Schema

from services.chassis.contracts import Misfit
from services.chassis.french_fields import Listed, Part
from services.procedures.files import procedures_file, town_files
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.areas import ServiceArea
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Versions, read
from services.procedures.schemas.definitions.towns import Identity, OpeningHours, PortalSettings, SchoolHoliday, Town
from tests.support import published

EXAMPLES = sorted((Path(__file__).parents[2] / "contract" / "definitions").glob("*.json"))
KINDS: dict[str, Any] = {"procedure": Procedure, "agenda": Agenda, "town": Town}
DECLARED: list[tuple[type[Schema], type[Any]]] = [
    (procedures_file.Procedure, Procedure),
    (town_files.Agenda, Agenda),
    (town_files.Identity, Identity),
    (town_files.OpeningHours, OpeningHours),
    (town_files.SchoolHoliday, SchoolHoliday),
    (town_files.PortalSettings, PortalSettings),
    (town_files.ServiceArea, ServiceArea),
]


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


@pytest.mark.parametrize(("schema", "declared"), DECLARED, ids=lambda one: one.__name__)
def test_what_a_file_may_leave_out_has_a_default(schema: type[Schema], declared: type[Any]) -> None:
    assert list(_mandatory_though_left_out(schema(), declared, declared.__name__)) == []


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


def _mandatory_though_left_out(schema: Schema, declared: type[Any], at: str) -> Iterator[str]:
    hints = get_type_hints(declared)
    known = {one.metadata.get("stored_as", one.name): one for one in fields(declared)}
    for name, of_file in schema.fields.items():
        one = known.get(of_file.data_key or name)
        if one is None:
            continue  # a key that nothing reads
        if not of_file.required and one.default is MISSING and one.default_factory is MISSING:
            yield f"{at}.{one.name}"
        inner = of_file.inner if isinstance(of_file, Listed) else of_file
        part = _dataclass_in(hints[one.name])
        if isinstance(inner, Part) and part is not None:
            yield from _mandatory_though_left_out(inner.schema, part, f"{at}.{one.name}")


def _dataclass_in(hint: Any) -> type[Any] | None:
    if is_dataclass(hint):
        return hint  # type: ignore[return-value]
    nested = get_args(hint) if isinstance(hint, UnionType) or get_origin(hint) is tuple else ()
    return next((found for one in nested if (found := _dataclass_in(one))), None)
