"""One draft in two tabs: the one that saves last shows a warning, keeps what was typed, and offers the choice."""

from typing import Any

from services.chassis.errors import Conflict
from tests.support.drafts import Drafts
from tests.support.filing import ROAD, answer, begin
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

REQUEST = f"{ROAD}/etape/demande"
SLUG = "signalement-voirie"


def form_of(visitor: Client, address: str = REQUEST) -> dict[str, Any]:
    """A tab is opened on that step: what its form holds."""
    found = visitor.page(address).select_one("form#formulaire")
    assert found is not None
    return held_values(found)


def test_the_tab_that_saves_last_is_warned_and_nothing_is_overwritten(visitor: Client, drafts: Drafts) -> None:
    begin(visitor)
    first, second = form_of(visitor), form_of(visitor)
    visitor.post(REQUEST, data={**second, "description": "Un lampadaire éteint.", "type_probleme": "eclairage"})

    page = parsed(visitor.post(REQUEST, data={**first, "description": "Un trou.", "type_probleme": "chaussee"}), 409)

    shown = page.select_one(".notice--warning")
    assert "Cette démarche a été modifiée dans un autre onglet" in shown.get_text()
    assert page.select_one("textarea[name=description]").get_text(strip=True) == "Un trou."
    assert page.select_one("select[name=type_probleme] option[selected]")["value"] == "chaussee"
    assert drafts.kept[SLUG].typed.answers["description"] == "Un lampadaire éteint."
    answers = {line.a.get_text(): line.get_text() for line in shown.select("li")}
    assert "Un lampadaire éteint." in answers["Décrivez le problème"]
    assert "Adresse la plus proche" not in answers


def test_the_person_keeps_the_answers_of_the_page_or_takes_those_of_the_other_tab(
    visitor: Client, drafts: Drafts
) -> None:
    begin(visitor)
    first, second = form_of(visitor), form_of(visitor)
    visitor.post(REQUEST, data={**second, "description": "Un lampadaire éteint."})
    page = parsed(visitor.post(REQUEST, data={**first, "description": "Un trou."}))

    other = visitor.page(page.select_one(".notice--warning a.btn")["href"])
    assert other.select_one("textarea[name=description]").get_text(strip=True) == "Un lampadaire éteint."
    assert page.select_one("form#formulaire").has_attr("data-undecided")
    assert not other.select_one("form#formulaire").has_attr("data-undecided")

    keep = page.select_one(".notice--warning button[form=formulaire]")
    visitor.post(REQUEST, data={**held_values(page.select_one("form#formulaire")), keep["name"]: keep["value"]})
    assert drafts.kept[SLUG].typed.answers["description"] == "Un trou."


def test_going_back_in_one_tab_gives_no_warning(visitor: Client, drafts: Drafts) -> None:
    begin(visitor)
    for words in ("Un trou.", "Un trou profond.", "Un trou très profond."):
        assert visitor.submit(REQUEST, "form#formulaire", description=words).status_code == 303
        assert visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", given_names=words).status_code == 303

    assert drafts.kept[SLUG].typed.answers["description"] == "Un trou très profond."


def test_names_of_the_person_are_compared_as_well(visitor: Client) -> None:
    begin(visitor)
    who = f"{ROAD}/etape/informations"
    first, second = form_of(visitor, who), form_of(visitor, who)
    visitor.post(who, data={**second, "given_names": "Ariel"})

    page = parsed(visitor.post(who, data={**first, "given_names": "Camille"}), 409)

    [shown] = page.select(".notice--warning li")
    assert shown.get_text() == "Prénoms\u00a0: Ariel"


def test_differing_answers_are_marked_at_their_fields_in_the_summarys_words(visitor: Client) -> None:
    who = f"{begin(visitor, '/demarches/acte-naissance')}/etape/informations"
    first, second = form_of(visitor, who), form_of(visitor, who)
    other = {
        "phone": "0612345678",
        "address.line1": "2 quai",
        "address.postcode": "61990",
        "address.city": "Aube",
    }
    visitor.post(who, data={**second, **other, "given_names": "Ariel"})

    page = parsed(visitor.post(who, data={**first, "phone": "06 99 99 99 99", "given_names": "Ariel"}))

    marks = {mark["id"]: mark.get_text(" ", strip=True) for mark in page.select(".field--differs .differs")}
    assert marks == {
        "z-phone-ailleurs": "Dans l’autre onglet\u00a0: 06\u00a012\u00a034\u00a056\u00a078",
        "z-address-ailleurs": "Dans l’autre onglet\u00a0: 2 quai 61990 Aube",
    }
    assert page.select_one("#z-phone")["aria-describedby"].split()[-1] == "z-phone-ailleurs"
    link = page.select_one(".notice--warning li a")["href"]
    assert page.select_one(link) is not None


def test_the_same_number_written_otherwise_is_the_same_answer(visitor: Client) -> None:
    who = f"{begin(visitor, '/demarches/acte-naissance')}/etape/informations"
    first, second = form_of(visitor, who), form_of(visitor, who)
    visitor.post(who, data={**second, "phone": "0612345678", "given_names": "Ariel"})

    page = parsed(visitor.post(who, data={**first, "phone": "06 12 34 56 78", "given_names": "Camille"}))

    assert [mark["id"] for mark in page.select(".differs")] == ["z-given-names-ailleurs"]


def test_an_outdated_summary_is_shown_again_before_it_is_sent(visitor: Client, drafts: Drafts, services: Stubs) -> None:
    answer(visitor)
    services["requests.submit_draft"] = Conflict("Cette démarche a été modifiée dans un autre onglet.")

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "form.form")

    assert services.bodies("requests.submit_draft")[-1]["seen"] == drafts.view(SLUG)["marks"]["summary"]
    page = parsed(sent)
    assert "modifiée dans un autre onglet" in page.select_one(".error-summary").get_text()
    assert page.select_one("form.form button[type=submit]") is not None
