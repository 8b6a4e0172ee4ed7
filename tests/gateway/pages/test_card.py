"""« Mes informations » of a person whose space knows them: a card to confirm, whose fields a button opens."""

from dataclasses import replace

import pytest

from services.accounts.schemas.people import Profile
from services.accounts.schemas.profile import Address
from services.requests.drafts import rules as draft
from tests.support import demo_town
from tests.support.demo_town import procedure
from tests.support.drafts import Drafts
from tests.support.filled import known_profile
from tests.support.judge import Client
from tests.support.stubs import Stubs

SLUG = "occupation-domaine-public"
STEP = f"/demarches/{SLUG}/etape/informations"
NEXT = f"/demarches/{SLUG}/etape/demande"
FORM = "form#formulaire"
PROFILE = known_profile(
    identity={"civility": "madame", "given_names": "Camille", "birth_name": "Exemple", "usage_name": "Modèle"},
    address={"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin"},
    contact={"email": "camille@courriel.example", "mobile_phone": "06 39 98 10 01"},
    preferred_contact="mobile_phone",
)


@pytest.fixture(autouse=True)
def _the_profile_is_as_it_was(services: Stubs) -> None:
    services["requests.read_profile_news"] = {"applicant": {}}


def begin(drafts: Drafts, profile: Profile = PROFILE) -> None:
    drafts.open({"procedure": SLUG}, demo_town.CAMILLE)
    drafts.kept[SLUG] = replace(drafts.kept[SLUG], typed=draft.opened(procedure(SLUG), profile, None))


def test_the_card_says_all_that_is_sent(citizen: Client, drafts: Drafts) -> None:
    begin(drafts)

    card = citizen.page(STEP).select_one("#fiche")

    assert card.select_one("h3").get_text() == "Camille Modèle"
    assert [line.get_text().replace("\u00a0", " ") for line in card.select(".dots span")] == [
        "7 rue du Pont-Neuf, 61990 Saint-Aubin",
        "camille@courriel.example",
        "Moyen de contact préféré : Téléphone",
        "06 39 98 10 01",
    ]


def test_the_details_of_the_card_are_kept_unchanged(citizen: Client, drafts: Drafts) -> None:
    begin(drafts)
    before = drafts.kept[SLUG].typed.applicant

    assert citizen.submit(STEP, FORM).location == NEXT
    assert drafts.kept[SLUG].typed.applicant == before
    assert "applicant" in drafts.kept[SLUG].typed.seen


def test_the_button_opens_the_fields_which_stay_open_while_something_lacks(citizen: Client, drafts: Drafts) -> None:
    begin(drafts)

    opened = citizen.submit(STEP, FORM, action="modifier").location
    assert opened == f"{STEP}?a-modifier=1#formulaire"
    assert citizen.page(opened).select_one("[name=given_names]")["value"] == "Camille"

    sent = citizen.submit(opened, FORM, given_names="")
    assert citizen.page(sent.location).select_one("[name=given_names]")["aria-invalid"] == "true"
    assert citizen.submit(sent.location, FORM, given_names="Ariel").location == NEXT
    assert citizen.page(STEP).select_one("#fiche h3").get_text() == "Ariel Modèle"


def test_the_fields_are_shown_where_something_lacks_and_from_the_summary(citizen: Client, drafts: Drafts) -> None:
    begin(drafts)
    assert citizen.page(f"{STEP}?retour-a=recapitulatif").select_one("[name=given_names]") is not None

    begin(drafts, replace(PROFILE, address=Address()))
    page = citizen.page(STEP)
    assert page.select_one("#fiche") is None
    assert page.select_one("[name=given_names]")["value"] == "Camille"
