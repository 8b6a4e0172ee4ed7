"""A visitor goes through the steps: nothing typed is lost, what is wrong is said where it is."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask

from gateway.rate_limits import HOLD_SLOT, SUBMIT, RateLimits
from services.chassis.actors import Actor
from services.chassis.errors import Conflict, Invalid, Unavailable
from services.chassis.security_code import SecurityCodeRequired
from services.requests.refusals import DraftFiled, ProcedureWithdrawn, TooManyThatDay
from tests.filled import valid_answers
from tests.gateway.judge import JudgingClient, held_values, parsed
from tests.gateway.pages import agents_desk as desk
from tests.gateway.pages.filing import ROAD
from tests.gateway.pages.filing import answer as _answer
from tests.gateway.pages.filing import begin as _begin
from tests.gateway.pages.town_hall import DRAFT, NOW, NUMBER, Drafts, definition
from tests.gateway.stubs import StubServices

SCHOOL = "/demarches/inscription-scolaire"


def test_the_first_step_says_what_the_law_asks(visitor: JudgingClient) -> None:
    words = visitor.page("/demarches/acte-naissance").get_text(" ", strip=True)

    for told in (
        "Durée maximum",
        "Aide à la saisie",
        "Pièce d’identité du demandeur",
        "5\u00a0jours ouvrés",
        "votre demande est réputée refusée",
        "Responsable du traitement",
        "dpo@saint-aubin-sur-orne.example",
        "CNIL",
        "au guichet ou par courrier",
    ):
        assert told in words


def test_what_was_typed_is_kept_and_its_errors_lead_to_their_fields(visitor: JudgingClient, drafts: Drafts) -> None:
    _begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", given_names="Ariel", email="pas une adresse")

    assert sent.location == f"{ROAD}/etape/informations?verifier=1#erreurs"
    page = visitor.page(sent.location.partition("#")[0])
    assert page.select_one("input[name=given_names]")["value"] == "Ariel"
    assert page.select_one("input[name=email]")["value"] == "pas une adresse"
    links = [link["href"] for link in page.select(".error-summary a")]
    assert "#z-email" in links
    assert page.select_one("#z-email")["aria-invalid"] == "true"


def test_only_the_line_of_an_address_that_is_wrong_is_marked(visitor: JudgingClient) -> None:
    _begin(visitor)
    where = {"lieu.line1": "2 quai de l’Orne", "lieu.postcode": "ABC", "lieu.city": "Saint-Aubin-sur-Orne"}

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", **where)

    page = visitor.page(sent.location.partition("#")[0])
    wrong = page.select(".address [aria-invalid]")
    assert [line["name"] for line in wrong] == ["lieu.postcode"]
    assert "cinq chiffres" in page.select_one(f"#{wrong[0]['aria-describedby']}").get_text()
    link = page.select_one(".error-summary a[href='#z-lieu-postcode']")
    assert link.get_text() == "Adresse ou lieu\u00a0: indiquez un code postal à cinq chiffres."


def _help(somebody: JudgingClient, slug: str, field: str) -> str:
    return somebody.page(f"/demarches/{slug}/etape/demande").select_one(f"#z-{field}-aide").get_text()


def test_what_a_date_or_a_number_may_be_is_told_before_one_answers(citizen: JudgingClient) -> None:
    _begin(citizen, "/demarches/location-salle")
    assert re.match(r"Du .+ au .+\.", _help(citizen, "location-salle", "date-evenement"))
    assert _help(citizen, "location-salle", "participants") == "De 1 à 250."


def test_how_many_files_of_which_kind_and_size_are_taken_is_told_before_one_begins(visitor: JudgingClient) -> None:
    pieces = visitor.page("/demarches/acte-naissance").select_one("section[aria-labelledby=t-prepare]").get_text(" ")

    assert "Un ou deux fichiers PDF, JPG ou PNG, 5\u00a0Mo chacun au plus." in pieces


def test_what_an_appointment_is_for_is_told_before_its_week_and_until_when_it_moves_after_it(
    citizen: JudgingClient,
) -> None:
    _begin(citizen, "/demarches/location-salle")

    words = citizen.page("/demarches/location-salle/etape/rendez-vous").select_one("main").get_text(" ")

    told = [
        words.index(part) for part in ("sert à visiter la salle", "Semaine suivante", "Il se modifie en ligne jusqu’à")
    ]
    assert told == sorted(told)


def test_an_appointment_that_need_not_be_is_passed_over_from_above_the_calendar_and_enter_does_not(
    citizen: JudgingClient,
) -> None:
    citizen.submit(SCHOOL, "main form[method=post]", member="sacha")

    buttons = citizen.page(f"{SCHOOL}/etape/rendez-vous").select("main form button")

    assert [button.get("value") for button in buttons[:2]] == ["valider", "passer"]


def test_what_a_box_accepts_can_be_read_before_one_begins_and_beside_the_box(citizen: JudgingClient) -> None:
    hall = "/demarches/location-salle"
    before = citizen.page(hall).select_one("details#texte-reglement-salles")
    _begin(citizen, hall)

    beside = citizen.page(f"{hall}/etape/demande").select_one(".field:has([name=reglement]) details")

    for text in (before, beside):
        assert text.summary.get_text(strip=True) == "Lire «\u00a0Règlement et tarifs des salles municipales\u00a0»"
        assert "Salle du Quai (80 personnes)" in text.get_text()


def test_who_lives_abroad_can_say_so(visitor: JudgingClient) -> None:
    birth = "/demarches/acte-naissance"
    _begin(visitor, birth)
    country = visitor.page(f"{birth}/etape/informations").select_one("select[name='address.country']")
    assert country.select_one("option[selected]").get_text() == country.option.get_text() == "France"
    where = {"line1": "1 rue Haute", "postcode": "1000 AA", "city": "Bruxelles", "country": "BE"}
    who = {"given_names": "Ariel", "birth_name": "Nouveau", "email": "ariel@courriel.example"}

    sent = visitor.submit(
        f"{birth}/etape/informations",
        "form#formulaire",
        **who,
        **{f"address.{part}": typed for part, typed in where.items()},
    )

    assert sent.location == f"{birth}/etape/demande"
    again = visitor.page(f"{birth}/etape/informations")
    assert again.select_one("select[name='address.country'] option[selected]").get_text() == "Belgique"
    assert not again.select_one("[name='address.postcode']").has_attr("inputmode")
    assert "Belgique" in visitor.page(f"{birth}/etape/recapitulatif").select_one("main").get_text()


def _last_line(page: Any) -> tuple[str, str]:
    return tuple(page.select_one(f"[name='lieu.{part}']")["value"] for part in ("postcode", "city"))


def test_an_address_in_the_town_asks_for_no_country_and_knows_its_last_line(visitor: JudgingClient) -> None:
    _begin(visitor)

    page = visitor.page(f"{ROAD}/etape/demande")

    assert page.select_one("select[name='lieu.country']") is None
    assert _last_line(page) == ("61990", "Saint-Aubin-sur-Orne")


def test_the_last_line_of_an_address_stays_as_it_was_typed(visitor: JudgingClient) -> None:
    _begin(visitor)
    where = {"lieu.line1": "2 rue de Rivoli", "lieu.postcode": "", "lieu.city": "Paris"}
    visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", **where)

    assert _last_line(visitor.page(f"{ROAD}/etape/demande")) == ("", "Paris")


def test_how_much_is_to_be_written_is_told_before_one_writes(visitor: JudgingClient) -> None:
    _begin(visitor)

    description = visitor.page(f"{ROAD}/etape/demande").select_one("[data-count=z-description]")

    assert description.get_text() == "De 10 à 1\u202f000 caractères."


def test_a_step_without_error_leads_to_the_next(visitor: JudgingClient) -> None:
    _begin(visitor)

    sent = visitor.submit(
        f"{ROAD}/etape/informations",
        "form#formulaire",
        given_names="Ariel",
        usage_name="Nouveau",
        email="ariel@courriel.example",
    )

    assert sent.location == f"{ROAD}/etape/demande"


def test_a_hidden_question_is_in_the_page_but_disabled(visitor: JudgingClient) -> None:
    _begin(visitor)

    lamp = visitor.page(f"{ROAD}/etape/demande").select_one("fieldset[data-when]:has([name=numero_candelabre])")

    assert lamp.has_attr("hidden")
    assert lamp.has_attr("disabled")


def test_without_scripts_a_button_asks_the_questions_that_an_answer_calls_for(visitor: JudgingClient) -> None:
    _begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", type_probleme="eclairage", action="actualiser")

    page = visitor.page(sent.location.partition("#")[0])
    lamp = page.select_one("fieldset[data-when]:has([name=numero_candelabre])")
    assert not lamp.has_attr("hidden")
    assert page.select_one(".error-summary") is None


def test_without_scripts_no_button_speaks_of_a_question_that_is_not_asked(visitor: JudgingClient) -> None:
    _begin(visitor, "/demarches/acte-naissance")

    page = visitor.page("/demarches/acte-naissance/etape/demande")

    hidden = [question.select_one("label, legend").get_text() for question in page.select("fieldset[hidden]")]
    buttons = " ".join(button.get_text() for button in page.select("button[value=actualiser]"))
    assert any("Vous êtes" in label for label in hidden)
    assert "Vous êtes" not in buttons


def test_an_answer_that_ends_the_procedure_is_explained(visitor: JudgingClient) -> None:
    _begin(visitor, "/demarches/acte-naissance")

    sent = visitor.submit(
        "/demarches/acte-naissance/etape/demande", "form#formulaire", commune_evenement="autre_commune"
    )

    assert "elle seule détient l’acte" in visitor.page(sent.location.partition("#")[0]).get_text()


def test_a_form_of_another_draft_is_told_to_be_outdated_and_given_back(visitor: JudgingClient) -> None:
    _begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", draft_id="another", description="Un pavé manque.")

    assert sent.status_code == 409
    assert "Reprendre ma saisie" in sent.text
    assert "Décrivez le problème\nUn pavé manque." in parsed(sent).select_one("textarea[readonly]").get_text()


@pytest.mark.parametrize(
    ("step", "typed", "given_back"),
    [
        ("informations", {"given_names": "Ariel", "email": "pas une adresse"}, "Prénoms\nAriel\n\nCourriel\npas une adresse"),
        ("demande", {"description": "Un pavé <manque>.", "passage": ""}, "Décrivez le problème\nUn pavé <manque>."),
    ],
)  # fmt: skip
def test_what_is_typed_while_a_procedure_is_withdrawn_is_given_back(
    visitor: JudgingClient, services: StubServices, step: str, typed: dict[str, str], given_back: str
) -> None:
    _begin(visitor)
    form = visitor.page(f"{ROAD}/etape/{step}").select_one("form#formulaire")
    services["requests.draft_for"] = ProcedureWithdrawn()

    sent = visitor.post(f"{ROAD}/etape/{step}", data=held_values(form) | typed)

    page = parsed(sent)
    assert sent.status_code == 409
    assert page.h1.get_text() == "Cette démarche n’est plus proposée en ligne"
    assert given_back in page.select_one("textarea[readonly]").get_text()
    assert page.select_one("main form[method=post]") is None


def test_what_is_typed_while_the_draft_is_given_up_elsewhere_is_given_back(
    visitor: JudgingClient, drafts: Drafts
) -> None:
    _begin(visitor)
    form = visitor.page(f"{ROAD}/etape/demande").select_one("form#formulaire")
    drafts.kept.clear()

    sent = visitor.post(f"{ROAD}/etape/demande", data=held_values(form) | {"description": "Un pavé manque."})

    assert sent.status_code == 409
    assert "Un pavé manque." in parsed(sent).select_one("textarea[readonly]").get_text()


def test_a_page_that_kept_nothing_gives_nothing_back(visitor: JudgingClient, drafts: Drafts) -> None:
    _answer(visitor)

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]", draft_id="another")

    assert sent.status_code == 409
    assert parsed(sent).select_one("textarea") is None


def test_a_form_of_an_older_version_is_kept_and_shown_as_the_procedure_now_is(
    visitor: JudgingClient, services: StubServices
) -> None:
    _begin(visitor)

    sent = visitor.submit(
        f"{ROAD}/etape/demande", "form#formulaire", version="0", description="Un pavé manque.", gone="no longer asked"
    )

    page = parsed(sent)
    assert page.select_one("textarea[name=description]").get_text(strip=True) == "Un pavé manque."
    assert "La démarche a changé" in page.select_one(".notice--warning").get_text()
    assert page.select_one("textarea[readonly]").get_text() == "no longer asked"
    assert "gone" not in services.bodies("requests.save_step")[-1]["data"]


def test_a_form_of_an_older_version_that_asks_the_same_leads_to_the_present_one(visitor: JudgingClient) -> None:
    _begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", version="0", description="Un pavé manque.")

    page = visitor.page(sent.location)
    assert "La démarche a changé" in page.select_one(".notice--warning").get_text()
    assert page.select_one("textarea[readonly]") is None


def test_a_chosen_slot_is_held_and_the_next_step_shows_it(citizen: JudgingClient) -> None:
    address = "/demarches/location-salle"
    _begin(citizen, address)
    start = citizen.page(f"{address}/etape/rendez-vous").select_one("input[name=creneau]")["value"]

    sent = citizen.submit(f"{address}/etape/rendez-vous", "main form", creneau=start, action="valider")

    assert sent.location == f"{address}/etape/informations"
    page = citizen.page(sent.location)
    assert page.select_one("[data-hold]") is not None
    assert "Mon rendez-vous (étape terminée)" in page.select_one(".steps").get_text()


def test_a_slot_taken_by_someone_else_is_told_on_the_calendar(citizen: JudgingClient, services: StubServices) -> None:
    address = "/demarches/location-salle"
    _begin(citizen, address)
    services["requests.hold_slot"] = Conflict("Ce créneau vient d’être pris. Choisissez-en un autre.")

    sent = citizen.submit(f"{address}/etape/rendez-vous", "main form", creneau="2026-11-30T13:00:00+00:00")

    assert sent.status_code == 409
    told = parsed(sent).select_one("[role=alert]").get_text()
    assert "Aucun créneau ne vous est réservé" in told
    assert "vient d’être pris" in told


def test_whoever_holds_a_slot_and_is_refused_another_is_told_that_the_first_stays(
    citizen: JudgingClient, services: StubServices
) -> None:
    address = "/demarches/location-salle"
    _begin(citizen, address)
    starts = [one["value"] for one in citizen.page(f"{address}/etape/rendez-vous").select("input[name=creneau]")]
    citizen.submit(f"{address}/etape/rendez-vous", "main form", creneau=starts[0], action="valider")
    services["requests.hold_slot"] = TooManyThatDay()

    sent = citizen.submit(f"{address}/etape/rendez-vous", "main form", creneau=starts[1], action="valider")

    told = parsed(sent).select_one("[role=alert]").get_text()
    assert "Votre créneau reste celui que vous aviez choisi" in told
    assert "Choisissez un autre jour" in told


def _told_of_steps(page: Any) -> dict[str, str]:
    """What the list of steps says of each that is not the present one."""
    links = {link["href"].rpartition("/")[2]: link for link in page.select(".steps li > a")}
    return {
        step: "done" if "terminée" in link.get_text() else "to complete" if "À compléter" in link.get_text() else ""
        for step, link in links.items()
    }


def test_a_step_that_was_seen_and_is_not_right_is_to_be_completed(visitor: JudgingClient) -> None:
    _begin(visitor)
    visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", given_names="Ariel", email="pas une adresse")

    page = visitor.page(f"{ROAD}/etape/demande")

    assert _told_of_steps(page) == {"signalement-voirie": "done", "informations": "to complete", "recapitulatif": ""}
    assert page.select_one(".steps li.is-to-complete .steps__state .icon") is not None


def test_a_step_that_lacks_a_piece_is_to_be_completed(
    visitor: JudgingClient, services: StubServices, drafts: Drafts
) -> None:
    birth = "/demarches/acte-naissance"
    _begin(visitor, birth)
    visitor.submit(
        f"{birth}/etape/demande", "form#formulaire", **valid_answers(definition("acte-naissance"), NOW.date())
    )

    seen = _told_of_steps(visitor.page(f"{birth}/etape/informations"))
    services["documents.draft_documents"] = Unavailable()
    unknown = _told_of_steps(visitor.page(birth))
    piece = {
        "piece": "piece-identite",
        "files": [{"id": DRAFT, "name": "cni.pdf", "size": 1, "type": "application/pdf"}],
    }
    services["documents.draft_documents"] = {"documents": [piece]}
    complete = _told_of_steps(visitor.page(f"{birth}/etape/informations"))

    assert (seen["demande"], unknown["demande"], complete["demande"]) == ("to complete", "done", "done")


def test_a_slot_that_was_given_up_leaves_its_step_to_be_completed(citizen: JudgingClient, drafts: Drafts) -> None:
    address = "/demarches/location-salle"
    _begin(citizen, address)
    start = citizen.page(f"{address}/etape/rendez-vous").select_one("input[name=creneau]")["value"]
    citizen.submit(f"{address}/etape/rendez-vous", "main form", creneau=start, action="valider")
    kept = drafts.kept["location-salle"]
    drafts.kept["location-salle"] = replace(kept, held=replace(kept.held, until=NOW - timedelta(minutes=1)))

    assert _told_of_steps(citizen.page(f"{address}/etape/informations"))["rendez-vous"] == "to complete"


def test_an_unfinished_summary_names_what_is_missing_and_leads_there(visitor: JudgingClient) -> None:
    _begin(visitor)

    page = visitor.page(f"{ROAD}/etape/recapitulatif")

    links = {link.get_text(): str(link["href"]) for link in page.select(".error-summary a")}
    email = next(address for words, address in links.items() if words == "Indiquez votre courriel.")
    assert email == f"{ROAD}/etape/informations?retour-a=recapitulatif&verifier=1#z-email"
    assert f"{ROAD}/etape/demande?retour-a=recapitulatif&verifier=1#z-description" in links.values()
    assert page.select("main form[method=post]") == []
    there = visitor.page(email.partition("#")[0])
    assert there.select_one("#z-email")["aria-invalid"] == "true"


def test_a_missing_piece_is_named_on_the_summary(visitor: JudgingClient) -> None:
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


def test_a_summary_of_a_procedure_that_stops_says_so_and_offers_nothing_else(visitor: JudgingClient) -> None:
    birth = "/demarches/acte-naissance"
    _begin(visitor, birth)
    visitor.submit(f"{birth}/etape/demande", "form#formulaire", commune_evenement="autre_commune")

    page = visitor.page(f"{birth}/etape/recapitulatif")

    assert "elle seule détient l’acte" in page.select_one(".notice--warning").get_text()
    assert page.select("main form[method=post], .error-summary") == []


def test_what_only_the_validation_finds_wrong_is_named_and_linked_too(
    visitor: JudgingClient, services: StubServices
) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = Invalid(fields={"answers.description": "Répondez en français."})

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    link = parsed(sent).select_one(".error-summary a")
    assert link.get_text() == "Décrivez le problème\u00a0: répondez en français."
    assert link["href"] == f"{ROAD}/etape/demande?retour-a=recapitulatif&verifier=1#z-description"


def test_a_place_that_is_gone_is_nothing_to_correct(visitor: JudgingClient, services: StubServices) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = Conflict("Le nombre d’enlèvements de cette semaine est atteint.")

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    told = parsed(sent).select_one("[role=alert]").get_text()
    assert sent.status_code == 409
    assert "vos réponses sont gardées" in told
    assert "cette semaine est atteint" in told
    assert "corriger" not in told


SUMMARY = f"{ROAD}/etape/recapitulatif"


def asks_a_code(body: dict[str, Any], _: Actor) -> dict[str, Any]:
    if not body.get("code_given"):
        raise SecurityCodeRequired
    return {"number": NUMBER, "tracking_token": "token"}


def test_above_a_third_of_a_connection_the_summary_comes_back_whole_with_a_code_to_copy(
    visitor: JudgingClient, services: StubServices
) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = asks_a_code
    services["accounts.spend_captcha"] = {}
    assert visitor.page(SUMMARY).select_one("[name=captcha_answer]") is None

    sent = visitor.submit(SUMMARY, "main form[method=post]")

    page = parsed(sent)
    assert sent.status_code == 422
    assert "vos réponses sont gardées" in page.select_one("[role=alert]").get_text()
    assert [link["href"] for link in page.select(".error-summary a")] == ["#captcha-answer"]
    assert "Un trou dans la chaussée." in page.select_one("main").get_text()
    assert services.bodies("accounts.spend_captcha") == []

    again = {**held_values(page.select_one("main form[method=post]")), "captcha_answer": "7KXM2"}
    filed = visitor.post(SUMMARY, data=again)
    assert filed.location == f"{ROAD}/prise-en-compte/{NUMBER}"
    assert services.bodies("accounts.spend_captcha")[0]["captcha"]["answer"] == "7KXM2"
    assert [body.get("code_given") for body in services.bodies("requests.submit_draft")] == [None, None, True]


def test_a_wrong_code_files_nothing_and_the_summary_shows_another(
    visitor: JudgingClient, services: StubServices
) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = asks_a_code
    services["accounts.spend_captcha"] = Invalid(fields={"captcha.answer": "Ce code ne correspond pas."})

    sent = visitor.submit(SUMMARY, "main form[method=post]", captcha_id=DRAFT, captcha_answer="AAAAA")

    page = parsed(sent)
    assert sent.status_code == 422
    assert "Ce code ne correspond pas." in page.select_one("#captcha-erreur").get_text()
    assert page.select_one("button[data-once]") is not None


def test_another_code_on_the_summary_files_nothing(visitor: JudgingClient, services: StubServices) -> None:
    _answer(visitor)

    page = parsed(visitor.submit(SUMMARY, "main form[method=post]", action="autre-code"))

    assert page.select_one("[name=captcha_answer]") is not None
    assert services.bodies("requests.submit_draft") == []


def test_a_procedure_with_a_quota_says_before_that_a_code_may_be_asked(visitor: JudgingClient) -> None:
    told = visitor.page("/demarches/enlevement-encombrants").select_one("main").get_text()
    assert "un code de sécurité est à recopier" in told


def test_the_form_is_given_back_when_a_service_is_away(visitor: JudgingClient, services: StubServices) -> None:
    _begin(visitor)
    page = visitor.page(f"{ROAD}/etape/demande")
    values = held_values(page.select_one("form#formulaire")) | {"description": "Un trou dans la chaussée."}
    services["requests.save_step"] = Unavailable()

    sent = visitor.post(f"{ROAD}/etape/demande", data=values)

    assert sent.status_code == 503
    again = parsed(sent).select_one("main form[method=post]")
    assert held_values(again)["description"] == "Un trou dans la chaussée."
    assert held_values(again)["command_id"] == values["command_id"]


def test_validating_leads_to_the_number_and_gives_the_browser_its_tracking_link(
    visitor: JudgingClient, services: StubServices
) -> None:
    _answer(visitor)

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    assert sent.location == f"{ROAD}/prise-en-compte/{NUMBER}"
    assert visitor.get_cookie("parvis-tracking").value == "token"
    assert services.bodies("requests.submit_draft")[0]["draft_id"] == DRAFT
    assert NUMBER in visitor.page(sent.location).get_text()


def test_an_agent_whose_department_does_not_follow_what_was_filed_reads_its_number_all_the_same(
    agent: JudgingClient, services: StubServices
) -> None:
    services["accounts.session"] = desk.session_of(replace(desk.AGENT, departments=("urbanisme",)))
    _answer(agent)

    sent = agent.submit(f"{ROAD}/etape/recapitulatif", "form:has(button[data-once])")

    page = parsed(sent).select_one("main")
    assert sent.status_code == 200
    assert page.select_one(".number").get_text() == NUMBER
    assert "un autre service que les vôtres" in page.get_text()
    assert not {link["href"] for link in page.select("a")} & {f"/agent/demandes/{NUMBER}", f"/demande/{NUMBER}"}


def test_the_summary_says_to_whom_the_acknowledgement_goes(agent: JudgingClient) -> None:
    _answer(agent)

    words = agent.page(f"{ROAD}/etape/recapitulatif").get_text()

    assert "Un accusé de réception est envoyé à la personne par courriel." in words


def test_the_same_form_sent_twice_is_one_request(visitor: JudgingClient, drafts: Drafts) -> None:
    _answer(visitor)
    page = visitor.page(f"{ROAD}/etape/recapitulatif")
    values = held_values(page.select_one("main form[method=post]"))
    first = visitor.post(f"{ROAD}/etape/recapitulatif", data=values)
    drafts.kept.clear()

    second = visitor.post(f"{ROAD}/etape/recapitulatif", data=values)

    assert second.location == first.location


def test_who_files_more_than_a_person_does_is_told_to_wait_and_can_send_it_then(
    citizen: JudgingClient, app: Flask, services: StubServices
) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)
    _answer(citizen)
    summary = f"{ROAD}/etape/recapitulatif"
    values = held_values(citizen.page(summary).select_one("main form[method=post]"))
    for _ in range(SUBMIT.times):
        assert citizen.post(summary, data=values).status_code == 303

    told = citizen.post(summary, data=values)

    assert (told.status_code, told.headers["Retry-After"]) == (429, "120")
    assert len(services.bodies("requests.submit_draft")) == SUBMIT.times
    assert held_values(parsed(told).select_one("main form[method=post]"))["draft_id"] == DRAFT
    assert citizen.submit(f"{ROAD}/etape/demande", "form#formulaire").status_code == 303, "a step is still kept"


def test_an_old_form_whose_link_opens_nothing_any_more_tells_the_number_and_gives_the_browser_no_link(
    visitor: JudgingClient, services: StubServices
) -> None:
    _answer(visitor)
    services["requests.submit_draft"] = {"number": NUMBER, "tracking_token": None}

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    page = parsed(sent)
    assert sent.status_code == 200
    assert NUMBER in page.select_one("[role=status]").get_text()
    assert page.select_one("form[action='/suivi'] input[name=numero]")["value"] == NUMBER
    assert visitor.get_cookie("parvis-tracking") is None


def test_slots_are_held_less_often_than_answers_are_written(app: Flask, citizen: JudgingClient) -> None:
    address = "/demarches/location-salle"
    _begin(citizen, address)
    app.extensions["parvis.security"].limits = RateLimits(1 / HOLD_SLOT.times, clock=lambda: 0)  # one hold, and no more
    page = citizen.page(f"{address}/etape/rendez-vous")
    values = held_values(page.select_one("main form")) | {"creneau": page.select_one("input[name=creneau]")["value"]}

    assert citizen.post(f"{address}/etape/rendez-vous", data=values).status_code == 303
    assert citizen.post(f"{address}/etape/rendez-vous", data=values).status_code == 429


def test_an_account_only_procedure_leads_to_log_in_and_back(visitor: JudgingClient) -> None:
    page = visitor.page("/demarches/demande-composteur")

    assert page.select_one("main a[href='/connexion?suite=/demarches/demande-composteur']") is not None


def test_the_counter_can_be_found_while_nothing_can_be_filed_online(
    visitor: JudgingClient, services: StubServices
) -> None:
    services["requests.draft_for"] = Unavailable()

    away = visitor.get(ROAD)

    page = parsed(away)
    assert away.status_code == 503
    assert "momentanément indisponible" in page.select_one(".notice--warning").get_text()
    assert page.select_one("[aria-labelledby=t-counter] a[href^='tel:']") is not None
    assert page.select("main form[method=post]") == []


def test_an_optional_appointment_is_not_the_first_thing_asked_for(citizen: JudgingClient) -> None:
    buttons = citizen.page("/demarches/inscription-scolaire").select("main form[method=post] button[type=submit]")

    assert [button.get_text(strip=True) for button in buttons] == ["Commencer la démarche"]


def test_a_full_quota_is_told_before_one_begins(visitor: JudgingClient, drafts: Drafts) -> None:
    drafts.quota = {
        "reached": True,
        "message": "Toutes les places de la semaine sont prises.",
        "reopens_at": "2026-11-29T23:00:00+00:00",
    }

    page = visitor.page("/demarches/enlevement-encombrants")

    words = page.select_one("main").get_text(" ", strip=True)
    assert "Toutes les places de la semaine sont prises." in words
    assert "lundi 30\u00a0novembre\u00a02026" in words
    assert page.select("main form[method=post]") == []


def test_the_form_of_a_draft_that_was_filed_leads_to_its_request_and_not_to_a_blank_one(
    visitor: JudgingClient, services: StubServices, drafts: Drafts
) -> None:
    _answer(visitor)
    form = visitor.page(f"{ROAD}/etape/demande").select_one("form#formulaire")
    visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")
    drafts.kept.clear()
    services["requests.draft"] = DraftFiled(details={"number": NUMBER})

    sent = visitor.post(f"{ROAD}/etape/demande", data=held_values(form) | {"description": "Deux trous."})

    page = parsed(sent)
    assert (sent.status_code, page.h1.get_text()) == (409, "Cette demande est déjà envoyée")
    assert NUMBER in page.select_one("main").get_text()
    assert page.select_one(f"main a.btn[href='/demande/{NUMBER}']") is not None
    assert "Deux trous." in page.select_one("textarea[readonly]").get_text()
    assert "La mairie ne l’a pas reçu" not in page.get_text()
    assert page.select_one(f"main a[href='{ROAD}']") is None


def test_going_back_to_a_step_whose_draft_is_gone_says_that_what_was_sent_is_not_to_be_sent_again(
    visitor: JudgingClient,
) -> None:
    told = visitor.page(visitor.get(f"{ROAD}/etape/demande").location).select_one("main [role=status]")

    assert "la mairie l’a reçue" in told.get_text()
    assert told.select_one("a[href='/suivi']") is not None


def test_who_stops_with_a_slot_is_told_that_it_is_not_kept_as_long_as_the_answers(citizen: JudgingClient) -> None:
    address = "/demarches/location-salle"
    _begin(citizen, address)
    start = citizen.page(f"{address}/etape/rendez-vous").select_one("input[name=creneau]")["value"]
    citizen.submit(f"{address}/etape/rendez-vous", "main form", creneau=start, action="valider")

    later = citizen.submit(f"{address}/etape/informations", "form#formulaire", action="plus-tard")

    for page in (later.location, address, "/mon-accueil"):
        words = citizen.page(page).get_text(" ", strip=True)
        assert words.count("n’est gardé que jusqu’à 10 h 35") == 1, page


def test_only_whom_the_procedure_can_be_about_is_offered(citizen: JudgingClient) -> None:
    offered = [one["value"] for one in citizen.page(SCHOOL).select("input[name=member]")]

    assert offered == ["sacha", "lou"]


def test_for_whom_the_request_is_made_can_be_changed_when_it_is_taken_up_again(
    citizen: JudgingClient, services: StubServices
) -> None:
    citizen.submit(SCHOOL, "main form[method=post]", member="sacha")

    taken_up = citizen.submit(SCHOOL, "main form[method=post]", action="reprendre", member="sacha")

    assert taken_up.status_code == 303
    saved = services.bodies("requests.save_step")[-1]
    assert (saved["step"], saved["data"]) == ("procedure", {"member": "sacha"})


def test_beginning_anew_says_first_what_goes_with_it_and_asks_for_whom(
    citizen: JudgingClient, services: StubServices
) -> None:
    citizen.submit(SCHOOL, "main form[method=post]", member="sacha")
    way = str(citizen.page(SCHOOL).find("a", string=re.compile("recommencer"))["href"])

    asked = citizen.page(way)
    assert "vos réponses et vos fichiers sont effacés" in asked.select_one("main").get_text()
    assert [one["value"] for one in asked.select("input[name=member]")] == ["sacha", "lou"]
    assert asked.select_one("input[name=member][checked]")["value"] == "sacha"
    citizen.submit(way, "main form", member="lou", action="recommencer")

    opened = services.bodies("requests.open_draft")
    assert [(one["member"], one.get("anew")) for one in opened] == [("sacha", None), ("lou", True)]


def test_there_is_nothing_to_begin_anew_where_nothing_was_begun(visitor: JudgingClient) -> None:
    assert visitor.get(f"{ROAD}/recommencer").location == ROAD


def test_a_page_waits_for_what_was_just_saved(visitor: JudgingClient, services: StubServices, drafts: Drafts) -> None:
    _begin(visitor)
    saving = "0d6f1e5a-0000-4000-8000-00000000abcd"
    visitor.set_cookie("parvis-saisie", saving, path="/demarches/")

    visitor.page(f"{ROAD}/etape/demande")

    assert {"procedure": "signalement-voirie", "after": saving} in services.bodies("requests.draft_for")


def test_a_save_that_never_comes_holds_nobody_up(
    visitor: JudgingClient, services: StubServices, drafts: Drafts
) -> None:
    class NotYet(Unavailable):
        code = "save_not_heard_yet"

    def find(body: dict[str, str], actor: Any) -> Any:
        if "after" in body:
            raise NotYet
        return drafts.find(body, actor)

    _begin(visitor)
    services["requests.draft_for"] = find
    visitor.set_cookie("parvis-saisie", "0d6f1e5a-0000-4000-8000-00000000abcd", path="/demarches/")

    assert visitor.get(f"{ROAD}/etape/demande").status_code == 200


def test_a_step_that_the_procedure_has_not_is_not_found(visitor: JudgingClient, drafts: Drafts) -> None:
    _begin(visitor)
    form = held_values(visitor.page(f"{ROAD}/etape/informations").select_one("form#formulaire"))
    none = f"{ROAD}/etape/rendez-vous"

    for action in ({}, {"action": "passer"}, {"action": "voir"}, {"creneau": "2026-11-30T13:00:00+00:00"}):
        assert visitor.post(none, data=form | action).status_code == 404
    assert visitor.get(none).status_code == 404


@pytest.mark.parametrize("typed", ["\nX: y", "\r\n", "é", "1&x=2#3", "%0A", "\0"])
def test_what_was_typed_stands_escaped_in_the_address_that_it_leads_to(citizen: JudgingClient, typed: str) -> None:
    hall = "/demarches/location-salle"
    _begin(citizen, hall)
    start = citizen.page(f"{hall}/etape/rendez-vous").select_one("input[name=creneau]")["value"]

    week = citizen.submit(f"{hall}/etape/rendez-vous", "main form", creneau=start, action="voir", semaine=typed)
    piece = citizen.submit(f"{hall}/etape/demande", "form#formulaire", action=f"piece:{typed}")

    assert week.location == f"{hall}/etape/rendez-vous?semaine={quote_plus(typed)}#choix"
    assert piece.location == f"{hall}/etape/demande#piece-{quote(typed)}"
