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
APPLICANT, REQUEST = (f"/demarches/{SLUG}/etape/{step}" for step in ("informations", "demande"))
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


def test_for_a_relative_the_details_of_the_applicant_are_prefilled_and_folded(citizen: Client, drafts: Drafts) -> None:
    begin(drafts, ANDREE)
    page = citizen.page(APPLICANT)

    assert page.select_one(".beneficiary").get_text(" ", strip=True) == "Demande faite pour Andrée Témoin"
    assert "Ce changement est pour Andrée Témoin" in page.select_one("#formulaire").get_text()
    assert page.select("#formulaire > details[open]") == []
    assert page.select_one("#formulaire details [name=given_names]")["value"] == "Claude"
    assert citizen.submit(APPLICANT, "#formulaire").location == REQUEST


def test_a_wrong_detail_is_unfolded(citizen: Client, drafts: Drafts) -> None:
    begin(drafts, ANDREE)
    sent = citizen.submit(APPLICANT, "#formulaire", given_names="")
    assert citizen.page(sent.location).select("#formulaire > details[open] [aria-invalid=true]")


@pytest.mark.parametrize(("member", "number"), [(None, "02 61 91 20 31"), (ANDREE, "02 61 91 20 32")])
def test_a_box_names_the_number_that_it_gives_up(
    citizen: Client, drafts: Drafts, member: dict[str, Any] | None, number: str
) -> None:
    begin(drafts, member)
    label = citizen.page(REQUEST).select_one("label[for=supprimer_fixe], .field:has([name=supprimer_fixe]) label")
    assert f"({number})" in label.get_text().replace("\u00a0", " ")


def test_for_oneself_everything_is_shown(citizen: Client, drafts: Drafts) -> None:
    begin(drafts, None)
    page = citizen.page(APPLICANT)
    assert page.select("#formulaire > details") == []
    assert page.select(".beneficiary") == []
