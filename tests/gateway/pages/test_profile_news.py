"""A draft that began before the profile changed: the page says so, and takes the new values over at a press of a button."""

from dataclasses import replace

import pytest

from services.chassis.errors import Unavailable
from services.requests.drafts.rules import Typed
from tests.support import demo_town
from tests.support.demo_town import DRAFT
from tests.support.drafts import Drafts
from tests.support.judge import LOGGED_IN, Client, parsed
from tests.support.stubs import Stubs

SLUG = "location-salle"
STEP = f"/demarches/{SLUG}/etape/informations"
SUMMARY = f"/demarches/{SLUG}/etape/recapitulatif"
BUTTON = "main button[value=reprendre]"


@pytest.fixture
def begun(citizen: Client, services: Stubs, drafts: Drafts) -> Client:
    """Camille, whose draft took over what the profile said then."""
    drafts.open({"procedure": SLUG}, demo_town.CAMILLE)
    who = {"kind": "association", "given_names": "Camille", "usage_name": "Exemple", "birth_name": "Exemple"}
    kept = drafts.kept[SLUG]
    drafts.kept[SLUG] = replace(kept, typed=Typed(applicant=who, known=who))
    services["requests.read_profile_news"] = {"applicant": {"usage_name": "Modèle", "phone": ""}}
    services["requests.take_profile"] = {}
    return citizen


def test_the_page_lists_the_changes_of_the_profile_and_offers_them(begun: Client, services: Stubs) -> None:
    page = begun.page(STEP)

    offered = {line.dt.get_text(): line.dd.get_text() for line in page.select("main .notice .facts div")}
    assert offered == {"Nom": "Modèle", "Téléphone": "Pas de réponse"}
    assert page.select_one(BUTTON).get_text() == "Reprendre mes nouvelles coordonnées"
    assert page.select_one("[name=usage_name]")["value"] == "Exemple", "nothing is written over by itself"


def test_the_button_keeps_what_was_typed_then_takes_the_new_values(begun: Client, services: Stubs) -> None:
    sent = begun.submit(STEP, "#formulaire", action="reprendre", given_names="Camille Ariel")

    assert sent.location == f"{STEP}#formulaire"
    assert services.bodies("requests.take_profile") == [{"draft_id": DRAFT}]
    methods = [asked.method for asked in services.asked]
    assert methods.index("requests.save_step") < methods.index("requests.take_profile")
    assert services.bodies("requests.save_step")[0]["data"]["given_names"] == "Camille Ariel"


def test_the_summary_links_to_the_step_with_the_changes(begun: Client) -> None:
    links = [link["href"] for link in begun.page(SUMMARY).select("main .notice a")]
    assert f"{STEP}?retour-a=recapitulatif" in links


def test_changes_of_a_member_are_offered_under_their_name(begun: Client, services: Stubs, drafts: Drafts) -> None:
    kept = drafts.kept[SLUG]
    andree = {"id": "m1", "given_names": "Andrée", "birth_name": "Témoin"}
    drafts.kept[SLUG] = replace(kept, typed=replace(kept.typed, member=andree))
    changed = {"birth_date": "1928-03-14", "relation": "parent", "address": "", "home_phone": ""}
    services["requests.read_profile_news"] = {"applicant": {}, "member": changed}

    notice = begun.page(STEP).select_one("main .notice:has(button)")

    assert "Coordonnées d’Andrée Témoin" in notice.get_text(" ", strip=True)
    assert [(line.dt.get_text(), line.dd.get_text().replace("\u00a0", " ")) for line in notice.select("dl div")] == [
        ("Date de naissance", "14 mars 1928"),
        ("Lien avec vous", "Parent"),
        ("Adresse", "La vôtre"),
        ("Téléphone fixe", "Pas de réponse"),
    ]
    assert notice.select_one("button").get_text() == "Reprendre les nouvelles coordonnées"


def test_without_news_or_without_an_answer_the_page_is_whole(begun: Client, services: Stubs) -> None:
    for answer in ({"applicant": {}}, Unavailable()):
        services["requests.read_profile_news"] = answer
        assert begun.page(STEP).select_one(BUTTON) is None


def test_no_changes_are_requested_for_a_draft_without_prefill(visitor: Client, services: Stubs, drafts: Drafts) -> None:
    drafts.open({"procedure": SLUG}, demo_town.CAMILLE)
    assert parsed(visitor.get(STEP)).select_one(BUTTON) is None
    assert services.bodies("requests.read_profile_news") == []


def test_a_program_reads_the_changes_of_the_profile(begun: Client, services: Stubs) -> None:
    address = f"/api/v1/drafts/{DRAFT}/profile"
    assert begun.get(address, headers=LOGGED_IN).get_json() == {
        "applicant": {"usage_name": "Modèle", "phone": ""},
        "member": {},
    }
