"""Every version that was ever published is read: those of earlier releases, and any that the files allow today.

`tests/contract/definitions` has some of the first release, and everything of the demo town as of 29 November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.chassis.contracts import Misfit
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Detail, Procedure
from services.procedures.schemas.definitions.published import Versions, read
from services.procedures.schemas.definitions.towns import Town
from tests.support import published

EXAMPLES = sorted((Path(__file__).parents[2] / "contract" / "definitions").glob("*.json"))
UNREAD = """
Agenda.capacity_note Agenda.public_holidays Catalogues.common_replies Contacts.portal Cookies.banner
Identity.academic_zone Identity.insee_code Identity.population Procedure.canned_replies Quota.counts Retention.confidence
Retention.from Retention.note SchoolHoliday.provisional Silence.confidence Silence.source Site.accessible Span.slug
StatusLabel.closed StatusLabel.meaning StepLabel.purpose Town.version
Theme.accent Theme.badge Theme.danger Theme.focus Theme.link Theme.on_accent Theme.on_badge Theme.success Theme.surface
Theme.surface_alt Theme.text Theme.text_muted Theme.warning
"""
"""Keys that no class has: they are kept and answered, and nothing decides by them."""
KINDS: dict[str, Any] = {"procedure": Procedure, "agenda": Agenda, "town": Town}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_definitions_of_an_earlier_release_are_read(file: Path) -> None:
    stored = orjson.loads(file.read_bytes())

    found = read(KINDS[file.stem.partition(".")[0]], stored)

    assert differing(found, stored) == []


def differing(found: Any, stored: Any, path: str = "") -> list[str]:
    """Where what was read is not what is stored, or leaves out a key that was once read."""
    if is_dataclass(found):
        names = {one.metadata.get("stored_as", one.name): one.name for one in fields(found)}
        kept = [key for key in stored if f"{type(found).__name__}.{key}" not in UNREAD.split()]
        parts = [(key, getattr(found, names.get(key, key), None), stored[key]) for key in kept]
    elif isinstance(found, Mapping):
        parts = [(key, found.get(key), value) for key, value in stored.items()]
    elif isinstance(found, tuple):
        parts = [(str(at), part, value) for at, (part, value) in enumerate(zip(found, stored, strict=True))]
    else:
        return [] if str(found) == str(stored) else [path]  # a day or a member of an enum is a text there
    return [one for key, part, value in parts for one in differing(part, value, f"{path}.{key}")]


@pytest.mark.parametrize("slug", published.slugs())
def test_definitions_of_the_demo_town_are_read(slug: str) -> None:
    stored = published.definition(slug)

    found = read(Procedure, orjson.dumps(stored).decode())

    assert differing(found, stored) == []
    assert all(type(one.type) is FieldType for one in found.fields)


def test_an_unreadable_definition_is_named() -> None:
    with pytest.raises(Misfit) as refused:
        published.procedure(
            "location-salle", title=4, fields=[{"name": "a", "label": "A", "required": True, "type": "z"}]
        )

    assert set(refused.value.paths) == {"title", "fields[0].type"}


def test_a_version_without_reasons_asks_what_its_identity_says() -> None:
    full, contact = (
        published.procedure("signalement-voirie", applicant={"kinds": ["person"], "identity": identity}).applicant
        for identity in ("full", "contact")
    )

    assert full.details == tuple(Detail)
    assert full.mandatory("person") == {"given_names", "birth_name", "address", "email"}
    assert full.mandatory("company") == {"given_names", "birth_name", "email"}
    assert full.means() == ("email", "phone", "postal")
    assert contact.details == ("given_names", "usage_name", "email")
    assert contact.mandatory("person") == set(contact.details)
    assert contact.means() == contact.means(at_counter=True) == ("email",)


def test_questions_that_end_a_procedure_are_asked_first_unless_they_are_conditional() -> None:
    first = {slug: published.procedure(slug).asked_first() for slug in published.slugs()}

    assert [(slug, one.name) for slug, asked in first.items() for one in asked] == [
        ("acte-naissance", "commune_evenement")
    ]
    fields = published.definition("acte-naissance")["fields"]
    called_for = [fields[1], {**fields[0], "shown_when": {"field": "type_acte", "equals": "copie_integrale"}}]
    assert published.procedure("acte-naissance", fields=called_for).asked_first() == ()


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
