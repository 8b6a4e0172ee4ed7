"""The summary: what is missing and what is wrong, and the security code that it may ask."""

from typing import Any

from services.chassis.actors import Actor
from services.chassis.errors import Conflict, Invalid
from services.townhall.security_code import SecurityCodeRequired
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.drafts import RECEIPT
from tests.support.filing import ROAD, answer as _answer, begin as _begin
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs


def test_an_unfinished_summary_names_what_is_missing_and_leads_there(visitor: Client) -> None:
    _begin(visitor)

    page = visitor.page(f"{ROAD}/etape/recapitulatif")

    links = {link.get_text(): str(link["href"]) for link in page.select(".error-summary a")}
    email = next(address for words, address in links.items() if words == "Indiquez votre courriel.")
    assert email == f"{ROAD}/etape/informations?retour-a=recapitulatif&verifier=1#z-email"
    assert f"{ROAD}/etape/demande?retour-a=recapitulatif&verifier=1#z-description" in links.values()
    assert page.select("main form[method=post]") == []
    there = visitor.page(email.partition("#")[0])
    assert there.select_one("#z-email")["aria-invalid"] == "true"


def test_a_missing_piece_is_named_on_the_summary(visitor: Client) -> None:
    birth = "/demarches/acte-naissance"
    _begin(visitor, birth)
    visitor.submit(f"{birth}/etape/demande", "form#formulaire", type_acte="copie_integrale")

    page = visitor.page(f"{birth}/etape/recapitulatif")

    missing = "Ajoutez la pièce «\u00a0Pièce d’identité du demandeur\u00a0»."
    piece = page.select_one(".error-summary a[href$='#piece-piece-identite']")
    assert piece.get_text() == missing
    there = visitor.page(f"{birth}/etape/demande?verifier=1")
    assert missing in there.select_one(".error-summary").get_text()
    assert missing in there.select_one("#piece-piece-identite .error").get_text()


def test_a_summary_of_a_procedure_that_stops_says_so_and_offers_nothing_else(visitor: Client) -> None:
    birth = "/demarches/acte-naissance"
    _begin(visitor, birth)
    visitor.submit(f"{birth}/etape/demande", "form#formulaire", commune_evenement="autre_commune")

    page = visitor.page(f"{birth}/etape/recapitulatif")

    assert "elle seule détient l’acte" in page.select_one(".notice--warning").get_text()
    assert page.select("main form[method=post], .error-summary") == []


def test_what_only_the_validation_finds_wrong_is_named_and_linked_too(visitor: Client, services: Stubs) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = Invalid(fields={"answers.description": "Répondez en français."})

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    link = parsed(sent).select_one(".error-summary a")
    assert link.get_text() == "Décrivez le problème\u00a0: répondez en français."
    assert link["href"] == f"{ROAD}/etape/demande?retour-a=recapitulatif&verifier=1#z-description"


def test_a_place_that_is_gone_is_nothing_to_correct(visitor: Client, services: Stubs) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = Conflict("Le nombre d’enlèvements de cette semaine est atteint.")

    page = parsed(visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]"), 409)

    told = page.select_one("[role=alert]").get_text()
    assert "vos réponses sont gardées" in told
    assert "cette semaine est atteint" in told
    assert "corriger" not in told


SUMMARY = f"{ROAD}/etape/recapitulatif"


def asks_a_code(body: dict[str, Any], _: Actor) -> dict[str, Any]:
    if not body.get("code_given"):
        raise SecurityCodeRequired
    return RECEIPT


def test_above_the_share_of_an_address_the_summary_comes_back_with_a_security_code(
    visitor: Client, services: Stubs
) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = asks_a_code
    services["accounts.spend_captcha"] = {}
    assert visitor.page(SUMMARY).select_one("[name=captcha_answer]") is None

    page = parsed(visitor.submit(SUMMARY, "main form[method=post]"), 422)

    assert "vos réponses sont gardées" in page.select_one("[role=alert]").get_text()
    assert [link["href"] for link in page.select(".error-summary a")] == ["#captcha-answer"]
    assert "Un trou dans la chaussée." in page.select_one("main").get_text()
    assert services.bodies("accounts.spend_captcha") == []

    again = {**held_values(page.select_one("main form[method=post]")), "captcha_answer": "7KXM2"}
    filed = visitor.post(SUMMARY, data=again)
    assert filed.location == f"{ROAD}/prise-en-compte/{NUMBER}"
    assert services.bodies("accounts.spend_captcha")[0]["captcha"]["answer"] == "7KXM2"
    assert [body.get("code_given") for body in services.bodies("requests.submit_draft")] == [False, False, True]


def test_a_wrong_code_files_nothing_and_the_summary_shows_another(visitor: Client, services: Stubs) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = asks_a_code
    services["accounts.spend_captcha"] = Invalid(fields={"captcha.answer": "Ce code ne correspond pas."})

    page = parsed(visitor.submit(SUMMARY, "main form[method=post]", captcha_id=DRAFT, captcha_answer="AAAAA"), 422)

    assert "Ce code ne correspond pas." in page.select_one("#captcha-erreur").get_text()
    assert page.select_one("button[data-once]") is not None


def test_another_code_on_the_summary_files_nothing(visitor: Client, services: Stubs) -> None:
    _answer(visitor)

    page = parsed(visitor.submit(SUMMARY, "main form[method=post]", action="autre-code"))

    assert page.select_one("[name=captcha_answer]") is not None
    assert services.bodies("requests.submit_draft") == []


def test_the_summary_says_to_whom_the_acknowledgement_goes(agent: Client) -> None:
    _answer(agent)

    words = agent.page(f"{ROAD}/etape/recapitulatif").get_text()

    assert "Un accusé de réception est envoyé à la personne par courriel." in words
