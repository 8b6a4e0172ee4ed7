"""The summary: what is missing and what is wrong."""

from services.chassis.errors import Conflict, Invalid
from services.requests.schemas.refusals import TooManyFilings
from tests.support.filing import ROAD, answer, begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs


def test_an_unfinished_summary_names_what_is_missing_and_leads_there(visitor: Client) -> None:
    begin(visitor)

    page = visitor.page(f"{ROAD}/etape/recapitulatif")

    links = {link.get_text(): str(link["href"]) for link in page.select(".error-summary a")}
    email = next(address for words, address in links.items() if words == "Indiquez votre courriel.")
    assert email == f"{ROAD}/etape/informations?retour-a=recapitulatif&verifier=1#z-email"
    assert f"{ROAD}/etape/demande?retour-a=recapitulatif&verifier=1#z-description" in links.values()
    assert page.select("main form[method=post]") == []
    there = visitor.page(email)
    assert there.select_one("#z-email")["aria-invalid"] == "true"


def test_a_missing_piece_is_named_on_the_summary(visitor: Client) -> None:
    birth = "/demarches/acte-naissance"
    begin(visitor, birth)
    visitor.submit(f"{birth}/etape/demande", "form#formulaire", type_acte="copie_integrale")

    page = visitor.page(f"{birth}/etape/recapitulatif")

    missing = "Ajoutez la pièce «\u00a0Pièce d’identité du demandeur\u00a0»."
    piece = page.select_one(".error-summary a[href$='#piece-piece-identite']")
    assert piece.get_text() == missing
    there = visitor.page(f"{birth}/etape/demande?verifier=1")
    assert missing in there.select_one(".error-summary").get_text()
    assert "Ajoutez la pièce." in there.select_one("#piece-piece-identite .error").get_text()


def test_a_summary_of_a_procedure_that_stops_says_so_and_offers_nothing_else(visitor: Client) -> None:
    birth = "/demarches/acte-naissance"
    begin(visitor, birth)
    visitor.submit(f"{birth}/etape/demande", "form#formulaire", commune_evenement="autre_commune")

    page = visitor.page(f"{birth}/etape/recapitulatif")

    assert "elle seule détient l’acte" in page.select_one(".notice--warning").get_text()
    assert page.select("main form[method=post], .error-summary") == []


def test_an_error_found_only_at_the_filing_is_named_and_linked_too(visitor: Client, services: Stubs) -> None:
    answer(visitor)
    services["requests.submit_draft"] = Invalid(fields={"answers.description": "Répondez en français."})

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    link = parsed(sent).select_one(".error-summary a")
    assert link.get_text() == "Décrivez le problème\u00a0: répondez en français."
    assert link["href"] == f"{ROAD}/etape/demande?retour-a=recapitulatif&verifier=1#z-description"


def test_a_reached_quota_is_not_shown_as_an_answer_to_correct(visitor: Client, services: Stubs) -> None:
    answer(visitor)
    services["requests.submit_draft"] = Conflict("Le nombre d’enlèvements de cette semaine est atteint.")

    page = parsed(visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]"), 409)

    alert = page.select_one("[role=alert]").get_text()
    assert "vos réponses sont gardées" in alert
    assert "cette semaine est atteint" in alert
    assert "corriger" not in alert


def test_a_portal_with_too_many_filings_keeps_the_draft_and_says_when_to_try_again(
    visitor: Client, services: Stubs
) -> None:
    answer(visitor)
    services["requests.submit_draft"] = TooManyFilings()

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    page = parsed(sent, 503)
    assert sent.headers["Retry-After"] == "60"
    assert "renvoyez-la dans une minute" in page.select_one("[role=alert]").get_text()
    assert page.select("main form[method=post]")


def test_the_summary_says_to_whom_the_acknowledgement_goes(agent: Client) -> None:
    answer(agent)

    words = agent.page(f"{ROAD}/etape/recapitulatif").get_text()

    assert "Un accusé de réception est envoyé à la personne par courriel." in words
