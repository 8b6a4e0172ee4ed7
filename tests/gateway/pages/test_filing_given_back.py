"""A form that cannot be kept, or of a draft or a version that is no more: what was typed is given back."""

import pytest

from services.chassis.errors import Unavailable
from services.requests.schemas.refusals import ProcedureWithdrawn
from tests.support.drafts import Drafts
from tests.support.filing import ROAD, answer, begin
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs


def test_a_form_of_another_draft_is_refused_as_outdated_and_given_back(visitor: Client) -> None:
    begin(visitor)

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
def test_the_typed_values_of_a_withdrawn_procedure_are_given_back(
    visitor: Client, services: Stubs, step: str, typed: dict[str, str], given_back: str
) -> None:
    begin(visitor)
    form = visitor.page(f"{ROAD}/etape/{step}").select_one("form#formulaire")
    services["requests.draft_for"] = ProcedureWithdrawn()

    page = parsed(visitor.post(f"{ROAD}/etape/{step}", data=held_values(form) | typed), 409)

    assert page.h1.get_text() == "Cette démarche n’est plus proposée en ligne"
    assert given_back in page.select_one("textarea[readonly]").get_text()
    assert page.select_one("main form[method=post]") is None


def test_the_typed_values_of_a_draft_discarded_elsewhere_are_given_back(visitor: Client, drafts: Drafts) -> None:
    begin(visitor)
    form = visitor.page(f"{ROAD}/etape/demande").select_one("form#formulaire")
    drafts.kept.clear()

    sent = visitor.post(f"{ROAD}/etape/demande", data=held_values(form) | {"description": "Un pavé manque."})

    assert sent.status_code == 409
    assert "Un pavé manque." in parsed(sent).select_one("textarea[readonly]").get_text()


def test_an_outdated_summary_gives_no_text_back(visitor: Client, drafts: Drafts) -> None:
    answer(visitor)

    page = parsed(visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]", draft_id="another"), 409)

    assert page.select_one("textarea") is None


def test_a_form_of_an_older_version_is_kept_and_shown_as_the_procedure_now_is(visitor: Client, services: Stubs) -> None:
    begin(visitor)

    sent = visitor.submit(
        f"{ROAD}/etape/demande", "form#formulaire", version="0", description="Un pavé manque.", gone="no longer asked"
    )

    page = parsed(sent)
    assert page.select_one("textarea[name=description]").get_text(strip=True) == "Un pavé manque."
    assert "La démarche a changé" in page.select_one(".notice--warning").get_text()
    assert page.select_one("textarea[readonly]").get_text() == "no longer asked"
    assert "gone" not in services.bodies("requests.save_step")[-1]["data"]


def test_a_form_of_an_older_version_that_asks_the_same_leads_to_the_present_one(visitor: Client) -> None:
    begin(visitor)

    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", version="0", description="Un pavé manque.")

    page = visitor.page(sent.location)
    assert "La démarche a changé" in page.select_one(".notice--warning").get_text()
    assert page.select_one("textarea[readonly]") is None


def test_the_form_is_given_back_when_a_service_is_away(visitor: Client, services: Stubs) -> None:
    begin(visitor)
    page = visitor.page(f"{ROAD}/etape/demande")
    values = held_values(page.select_one("form#formulaire")) | {"description": "Un trou dans la chaussée."}
    services["requests.save_step"] = Unavailable()

    sent = visitor.post(f"{ROAD}/etape/demande", data=values)

    assert sent.status_code == 503
    again = parsed(sent).select_one("main form[method=post]")
    assert held_values(again)["description"] == "Un trou dans la chaussée."
    assert held_values(again)["command_id"] == values["command_id"]


def test_a_step_whose_draft_is_gone_says_not_to_send_the_request_again(
    visitor: Client,
) -> None:
    notice = visitor.page(visitor.get(f"{ROAD}/etape/demande").location).select_one("main [role=status]")

    assert "la mairie l’a reçue" in notice.get_text()
    assert notice.select_one("a[href='/suivi']") is not None
