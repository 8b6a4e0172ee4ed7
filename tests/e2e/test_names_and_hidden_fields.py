"""What a program or an odd machine sends: names of files that would break a line, answers to questions that are hidden."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.people import Person, eventually, photograph

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"
ODD = "..\\../pavé\t\u0007\u202egpj.jpg"
CLEAN = "pavégpj.jpg"
HIDDEN = {"type_probleme": "chaussee", "numero_candelabre": "PN-42"}


@pytest.mark.parametrize(("given", "kept"), [(ODD, CLEAN), ("a" * 400 + ".jpg", "a" * 116 + ".jpg")])
def test_a_file_sent_by_the_api_is_kept_under_a_clean_name(a_visitor: Person, given: str, kept: str) -> None:
    draft = a_visitor.do("POST", "/drafts", {"procedure": SLUG, "anew": True})

    answer = a_visitor.upload(draft["id"], "photo", given, photograph())

    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == kept


def test_a_file_chosen_on_the_page_is_shown_and_downloaded_under_a_clean_name(page: Page) -> None:
    filing = Filing(page, SLUG)
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": new_address()})
    page.locator("#piece-photo input[type=file]").set_input_files(
        {"name": "pav\u202e\u0007é.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    expect(page.locator("#piece-photo [data-file] .file__name")).to_contain_text("pavé.jpg")
    filing.answer({"type_probleme": "chaussee", "lieu": {"line1": "7 rue du Pont-Neuf", "postcode": "61990",
                   "city": "Saint-Aubin-sur-Orne"}, "description": "Un pavé manque."})  # fmt: skip
    filing.onward()
    number = filing.validate()

    def listed() -> str | None:
        page.goto(f"/demande/{number}?onglet=pieces")
        links = page.locator("a[href*='/pieces/']")
        return links.first.get_attribute("href") if links.count() else None

    told = page.request.get(eventually(listed, "the piece on the tracking page"))
    assert told.status == 200
    assert told.headers["content-disposition"].endswith("filename*=UTF-8''pav%C3%A9.jpg")


def test_an_answer_that_ends_the_procedure_says_so_before_the_rest_is_typed(page: Page) -> None:
    filing = Filing(page, "acte-naissance")
    filing.begin()
    page.goto("/demarches/acte-naissance/etape/demande")
    rest, ending = page.get_by_label("Prénoms, dans l’ordre"), page.locator("[data-stop]:visible")
    expect(rest).to_be_visible()
    rest.fill("Ariel Noa")

    page.get_by_role("radio", name="À l’étranger", exact=True).check(force=True)
    expect(ending).to_contain_text("service central d’état civil")
    expect(rest).to_be_hidden()
    expect(page.locator("#pieces")).to_be_hidden()
    expect(page.get_by_role("button", name="Continuer")).to_have_count(0)

    page.get_by_role("radio", name="Saint-Aubin-sur-Orne", exact=True).check(force=True)
    expect(ending).to_have_count(0)
    expect(rest).to_have_value("Ariel Noa")


def test_a_hidden_field_and_an_unknown_one_are_refused_by_name(a_visitor: Person) -> None:
    body = a_visitor.prepared(SLUG)
    body["answers"] |= {**HIDDEN, "couleur": "bleu"}

    problem = a_visitor.refused("POST", "/requests", body)

    assert problem["status"] == 422
    assert set(problem["fields"]) == {"answers.numero_candelabre", "answers.couleur"}


def test_a_draft_refuses_a_hidden_field_by_name_and_keeps_nothing_of_it(a_visitor: Person) -> None:
    draft = a_visitor.do("POST", "/drafts", {"procedure": SLUG, "anew": True})

    problem = a_visitor.refused("PUT", f"/drafts/{draft['id']}/steps/request", {"data": HIDDEN})

    assert problem["status"] == 422
    assert list(problem["fields"]) == ["numero_candelabre"]
    assert a_visitor.get(f"/drafts/{draft['id']}")["answers"] == {}
