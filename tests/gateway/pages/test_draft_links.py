"""A visitor has a link to the draft mailed, and goes on with it where the link is opened."""

from typing import Any

import pytest

from gateway.sessions.identity import digest_of
from services.chassis.errors import Invalid, TooMany
from services.requests.draft_links.rules import DraftLinkExpired, DraftLinkUnknown
from services.requests.schemas.refusals import DraftAlreadyHere
from tests.support.demo_town import DRAFT
from tests.support.drafts import Drafts
from tests.support.filing import ROAD, begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

TITLE = "Signaler un problème sur la voie publique"
SEEN: dict[str, Any] = {
    "procedure": "signalement-voirie",
    "procedure_title": TITLE,
    "expires_at": "2026-12-01T09:00:00+00:00",
    "another_here": False,
}


@pytest.fixture
def linked(services: Stubs) -> Stubs:
    """A link that opens the draft."""
    services["requests.mail_draft_link"] = {}
    services["requests.read_draft_link"] = SEEN
    services["requests.open_draft_link"] = {"draft_id": DRAFT, "procedure": "signalement-voirie"}
    return services


@pytest.mark.parametrize("page", ["/demarches", ROAD, f"{ROAD}?brouillon=garde", f"{ROAD}?brouillon=lien"])
def test_the_draft_of_a_visitor_links_to_the_form(visitor: Client, page: str) -> None:
    begin(visitor)

    assert visitor.page(page).select_one(f"main a[href='{ROAD}/lien']") is not None


def test_the_link_is_mailed_to_the_address_of_the_draft_or_another(visitor: Client, linked: Stubs) -> None:
    begin(visitor)
    visitor.submit(f"{ROAD}/etape/informations", "#formulaire", email="ariel@courriel.example")

    assert visitor.page(f"{ROAD}/lien").select_one("[name=courriel]")["value"] == "ariel@courriel.example"
    sent = visitor.submit(f"{ROAD}/lien", "main form", courriel=" autre@courriel.example ")

    assert linked.bodies("requests.mail_draft_link") == [{"draft_id": DRAFT, "email": "autre@courriel.example"}]
    assert sent.location == f"{ROAD}?brouillon=lien"
    assert "Le lien est parti" in visitor.page(sent.location).select_one(".notice--success").get_text()


@pytest.mark.parametrize(
    "refusal",
    [Invalid(fields={"email": "Indiquez une adresse."}), TooMany("Plusieurs liens viennent d’être envoyés.")],
)
def test_a_refused_email_address_is_marked_and_stays_typed(visitor: Client, linked: Stubs, refusal: Any) -> None:
    begin(visitor)
    linked["requests.mail_draft_link"] = refusal

    answer = visitor.submit(f"{ROAD}/lien", "main form", courriel="ariel@")

    field = parsed(answer).select_one("[name=courriel]")
    assert answer.status_code in (422, 429)
    assert (field["value"], field["aria-invalid"]) == ("ariel@", "true")
    assert (refusal.fields.get("email") or refusal.message) in parsed(answer).select_one("#courriel-erreur").get_text()


def test_without_a_draft_and_in_an_account_there_is_no_form(citizen: Client) -> None:
    begin(citizen)

    assert citizen.get(f"{ROAD}/lien").location == f"{ROAD}?brouillon=aucun"
    for page in ("/demarches", ROAD, f"{ROAD}?brouillon=garde"):
        assert citizen.page(page).select_one(f"main a[href='{ROAD}/lien']") is None


def test_viewing_a_link_opens_no_draft_and_keeps_its_address_secret(visitor: Client, linked: Stubs) -> None:
    shown = visitor.get("/saisie/secret")

    assert TITLE in shown.text
    assert linked.bodies("requests.open_draft_link") == []
    assert linked.bodies("requests.read_draft_link") == [{"digest": digest_of("secret")}]
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("reader", "risk"),
    [("visitor", "pourrait lire ce que vous écrivez"), ("citizen", "rejoindrait votre espace")],
    indirect=["reader"],
)
def test_a_reader_other_than_the_author_is_warned_before_the_button(linked: Stubs, reader: Client, risk: str) -> None:
    form = reader.page("/saisie/secret").select_one("main form").get_text()

    before, _, after = form.partition("Vous n’avez pas commencé cette saisie")
    assert risk in after
    assert "Continuer ma saisie" not in before


def test_an_opened_draft_resumes_at_its_next_step(visitor: Client, linked: Stubs, drafts: Drafts) -> None:
    begin(visitor)
    linked["requests.draft"] = drafts.view("signalement-voirie")

    went = visitor.submit("/saisie/secret", "main form")

    assert went.location == f"{ROAD}/etape/informations"
    assert linked.bodies("requests.open_draft_link") == [{"digest": digest_of("secret"), "replaces": False}]


def test_another_draft_opened_by_a_link_is_not_announced_as_erased(visitor: Client, linked: Stubs) -> None:
    linked["requests.read_draft_link"] = {**SEEN, "another_here": True, "another_stays": True}
    asked = visitor.page("/saisie/secret")
    assert "sur l’appareil où elle a été commencée" in asked.select_one(".notice--warning").get_text()
    assert "ffac" not in asked.select_one("main").get_text()
    assert asked.select_one("main form button").get_text(strip=True) == "Continuer avec celle du lien"

    visitor.submit("/saisie/secret", "main form")
    assert linked.bodies("requests.open_draft_link")[-1]["replaces"] is True


def test_another_draft_here_is_given_up_by_its_own_button(visitor: Client, linked: Stubs) -> None:
    linked["requests.read_draft_link"] = {**SEEN, "another_here": True}
    asked = visitor.page("/saisie/secret")
    assert "l’autre est effacée" in asked.select_one(".notice--warning").get_text()
    assert asked.select_one("main form button").get_text(strip=True) == "Effacer l’autre et continuer"

    visitor.submit("/saisie/secret", "main form")
    assert linked.bodies("requests.open_draft_link")[-1]["replaces"] is True

    linked["requests.open_draft_link"] = DraftAlreadyHere()
    assert visitor.submit("/saisie/secret", "main form").status_code == 409


@pytest.mark.parametrize("refusal", [DraftLinkExpired(), DraftLinkUnknown()])
def test_a_dead_link_says_why(visitor: Client, linked: Stubs, refusal: Any) -> None:
    linked["requests.read_draft_link"] = refusal

    page = parsed(visitor.get("/saisie/secret"))

    assert refusal.message in page.select_one("main").get_text()
    assert "Erreur" not in page.select_one("main").get_text()


@pytest.mark.parametrize("page", ["/demarches/domaine/voirie", "/demarches?toutes", "/recherche?q=acte"])
def test_pages_of_procedures_list_the_drafts_begun_in_this_browser(visitor: Client, page: str) -> None:
    assert visitor.page(page).select_one("#saisies-ici") is None
    begin(visitor)

    assert visitor.page(page).select_one(f"#saisies-ici a[href='{ROAD}/etape/informations']") is not None
