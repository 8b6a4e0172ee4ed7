"""An address that a procedure asks in the town is in the town, however it is written; elsewhere it is refused at its line."""

from datetime import date

import pytest

from services.procedures.files.definition import resolve, territory
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.requests.forms import rules as answers
from tests.support import published
from tests.support.filled import ADDRESS

BULKY = published.procedure("enlevement-encombrants")
SAID = "Indiquez une adresse dans la commune (Saint-Aubin-sur-Orne, 61990)\u00a0: cette démarche ne concerne qu’elle."


def errors(definition: Procedure = BULKY, **lines: str) -> dict[str, str]:
    """What is said of the place of collection, written with those lines."""
    raw = {"lieu": {**ADDRESS, **lines}}
    _, found = answers.clean(definition, raw, today=date(2026, 11, 25), applicant={}, member=None)
    return {name: said for name, said in found.items() if name.startswith("lieu")}


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ({"postcode": "75001"}, "lieu.postcode"),
        ({"city": "Argentan"}, "lieu.city"),
        ({"postcode": "61200", "city": "Argentan"}, "lieu.postcode"),
        ({"country": "BE"}, "lieu.postcode"),
        ({"city": "Saint-Aubin"}, "lieu.city"),
    ],
    ids=["postcode", "city", "both", "country", "half-of-the-name"],
)
def test_an_address_elsewhere_is_refused_where_it_leads_elsewhere(lines: dict[str, str], at: str) -> None:
    assert errors(**lines) == {at: SAID}


@pytest.mark.parametrize(
    "city", ["SAINT AUBIN SUR ORNE", "St-Aubin-sur-Orne", "saint aubin s/ orne", "Saint-Aubin-sur-Orne Cedex 2"]
)
def test_the_town_is_known_however_its_name_is_written(city: str) -> None:
    assert errors(city=city) == {}


def test_a_town_of_several_postcodes_names_them() -> None:
    wide = {"postcodes": ["61990", "61991"], "cities": ["Saint-Aubin-sur-Orne", "Le Bourg-Neuf"]}
    documents = [published.files()[name] for name in ("town", "service_areas", "procedures", "agendas")]
    documents[0] = {**documents[0], "town": {**documents[0]["town"], "territory": wide}}
    found = next(one for one in resolve(*documents) if one["slug"] == BULKY.slug)

    found = read(Procedure, found)

    assert errors(found, postcode="61991", city="Le Bourg Neuf") == {}
    assert "61990, 61991" in errors(found, postcode="61992")["lieu.postcode"]


def test_an_address_may_be_anywhere_unless_the_field_asks_for_the_town() -> None:
    moving = published.procedure("changement-adresse-postale")
    raw = {"nouvelle_adresse": {**ADDRESS, "postcode": "75001", "city": "Paris"}}

    _, found = answers.clean(moving, raw, today=date(2026, 11, 25), applicant={}, member=None)

    assert not [name for name in found if name.startswith("nouvelle_adresse")]


@pytest.mark.parametrize(
    "slug",
    [
        *("debit-boissons-temporaire", "declaration-prealable-travaux", "enlevement-encombrants"),
        *("occupation-domaine-public", "permis-vegetaliser", "rdv-conseil-urbanisme", "signalement-voirie"),
        "tranquillite-vacances",
    ],
)
def test_a_procedure_about_a_place_requires_a_place_in_the_town(slug: str) -> None:
    asked = published.procedure(slug)

    assert [field.name for field in asked.fields if field.in_town]
    assert published.definition(slug)["territory"] == territory(published.files()["town"]["town"])
