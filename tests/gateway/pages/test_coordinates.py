"""A change of coordinates: for whom it is, what is not asked again, and which value a box gives up."""

from dataclasses import replace
from typing import Any

import pytest

from services.requests.drafts import rules as draft
from tests.support import demo_town
from tests.support.demo_town import procedure
from tests.support.drafts import Drafts
from tests.support.filled import known_profile
from tests.support.judge import Client
from tests.support.stubs import Stubs

SLUG = "changement-telephones"
STEPS = ("informations", "demande", "recapitulatif")
APPLICANT, REQUEST, SUMMARY = (f"/demarches/{SLUG}/etape/{step}" for step in STEPS)
PROFILE = known_profile(
    identity={"civility": "monsieur", "given_names": "Claude", "birth_name": "Témoin", "birth_date": "1951-07-05"},
    address=dict.fromkeys(("line1", "city"), "Rue") | {"postcode": "61990", "country": "FR"},
    contact={"email": "claude@courriel.example", "home_phone": "02 61 91 20 31"},
)
ANDREE = {"id": "m1", "given_names": "Andrée", "birth_name": "Témoin", "contact": {"home_phone": "02 61 91 20 32"}}


@pytest.fixture(autouse=True)
def _the_profile_is_as_it_was(services: Stubs) -> None:
    services["requests.read_profile_news"] = {"applicant": {}}


def begin(drafts: Drafts, member: dict[str, Any] | None) -> None:
    drafts.open({"procedure": SLUG}, demo_town.CAMILLE)
    drafts.kept[SLUG] = replace(drafts.kept[SLUG], typed=draft.opened(procedure(SLUG), PROFILE, member))


def test_for_a_relative_the_applicant_is_known_and_only_confirmed(citizen: Client, drafts: Drafts) -> None:
    begin(drafts, ANDREE)
    page = citizen.page(APPLICANT)

    assert page.select_one(".beneficiary").get_text(" ", strip=True) == "Demande faite pour Andrée Témoin"
    assert "Ce changement est pour Andrée Témoin" in page.select_one("#formulaire").get_text()
    assert page.select_one("#fiche h3").get_text() == "Claude Témoin"
    assert page.select("#formulaire [name=given_names]") == []
    assert citizen.submit(APPLICANT, "#formulaire").location == SUMMARY


@pytest.mark.parametrize(("member", "number"), [(None, "02 61 91 20 31"), (ANDREE, "02 61 91 20 32")])
def test_a_box_names_the_number_that_it_gives_up(
    citizen: Client, drafts: Drafts, member: dict[str, Any] | None, number: str
) -> None:
    begin(drafts, member)
    label = citizen.page(REQUEST).select_one("label[for=supprimer_fixe], .field:has([name=supprimer_fixe]) label")
    assert f"({number})" in label.get_text().replace("\u00a0", " ")
