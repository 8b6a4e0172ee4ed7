"""An agent answers what citizens ask: finds it, looks, takes it in charge, writes, decides, and is not fooled by an old page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import Mails, new_address
from tests.e2e.journeys.people import log_in_as_agent, new_browser, sit_down
from tests.e2e.people import Person, eventually, photograph
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

REPORT = {"type_probleme": "chaussee", "lieu": ADDRESS, "description": "Un pavé manque devant le numéro 7."}
QUESTION = "Pouvez-vous préciser de quel côté de la rue ?"
ANSWER = "Du côté de la boulangerie."


@pytest.fixture
def agents_page(browser: Browser, portal: Portal, agent: Person) -> Iterator[Page]:
    context = new_browser(browser, portal)
    yield sit_down(context, portal, agent)
    context.close()


def report(page: Page, address: str) -> str:
    """A visitor's report with a photograph."""
    filing = Filing(page, "signalement-voirie")
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": address})
    filing.answer(REPORT)
    filing.attach("photo", "pave.jpg", photograph())
    filing.onward()
    return filing.validate()


def shown(page: Page, address: str, words: str) -> None:
    """The page, once what happened elsewhere has arrived."""

    def look() -> bool:
        page.goto(address)
        return words in page.locator("main").inner_text()

    eventually(look, f"« {words} » on {address}")


def kinds(page: Page) -> set[str]:
    """The kinds of the lines of Historique, each told by its icon and its words."""
    lines = page.locator(".timeline .event")
    assert lines.locator("svg").count() >= lines.count()
    return set(page.locator(".event__kind").all_inner_texts())


def test_an_agent_logs_in_with_a_one_time_code(page: Page, portal: Portal) -> None:
    log_in_as_agent(page, portal)

    expect(page.get_by_role("navigation", name="Vues")).to_be_visible()
    assert page.locator(".work tbody tr").count() > 0


def test_a_report_is_answered_scheduled_and_closed(page: Page, agents_page: Page, portal: Portal) -> None:
    # Given a visitor's report
    mails = Mails(portal.mail, new_address())
    number = report(page, mails.address)
    case, desk = f"/agent/demandes/{number}", agents_page.locator("main")

    # When the agent finds it in the work list and opens the photograph
    agents_page.goto("/agent/demandes?vue=a-affecter")
    agents_page.get_by_role("searchbox").fill(number)
    agents_page.get_by_role("searchbox").press("Enter")
    agents_page.get_by_role("link", name="Signaler un problème sur la voie publique").click()
    shown(agents_page, f"{case}?onglet=pieces", "pave.jpg")
    agents_page.get_by_role("link", name="pave.jpg").click()
    photo = agents_page.get_by_role("img", name="Photographie jointe à la demande : pave.jpg")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.complete && image.naturalWidth > 0")
    stale = agents_page.context.new_page()
    stale.goto(f"{case}")

    # And takes it in charge and writes
    agents_page.get_by_role("button", name="Prendre en charge").click()
    expect(desk).to_contain_text("La demande est à vous")
    agents_page.get_by_role("link", name="Écrire à la personne").click()
    agents_page.get_by_label("Votre message").fill(QUESTION)
    agents_page.get_by_role("button", name="Envoyer le message").click()
    expect(desk).to_contain_text("Votre message est envoyé")

    # Then the visitor gets a mail without the text, sees the badge, opens the message, answers
    mail = mails.next("message vous attend")
    assert QUESTION not in mail["text"] + mail["html"] + mail["subject"]
    shown(page, f"/demande/{number}", "échange non lu")
    page.get_by_role("link", name="Échanges").click()
    expect(page.locator(".msg__state")).to_have_text("Non lu")
    page.get_by_role("button", name="Marquer comme lu").click()
    expect(page.locator("main")).to_contain_text(QUESTION)
    expect(page.locator(".msg__state")).to_have_text("Lu")
    page.get_by_label("Votre nouveau message").fill(ANSWER)
    page.locator("main").get_by_role("button", name="Ajouter").click()

    # And the agent reads the answer
    shown(agents_page, case, "échange à lire")
    agents_page.goto(f"{case}?onglet=echanges")
    agents_page.get_by_role("button", name="Marquer comme lu").click()
    expect(desk).to_contain_text(ANSWER)

    # A decision from a page that is out of date is refused, and what changed is told
    stale.get_by_role("button", name="Prendre en charge").click()
    expect(stale.locator("main")).to_contain_text("Demande prise en charge")
    stale.close()

    # « Intervention programmée » waits until every blank is filled
    agents_page.goto(case)
    agents_page.get_by_role("link", name="Intervention programmée").click()
    expect(desk).to_contain_text("Un blanc à remplir : Date limite")
    agents_page.get_by_role("button", name="Envoyer et valider").click()
    expect(agents_page.get_by_role("alert")).to_contain_text("Date limite")
    agents_page.get_by_label("Date limite").fill("2026-12-18")
    agents_page.get_by_role("button", name="Relire le message").click()
    expect(desk).to_contain_text("vendredi 18 décembre 2026")
    agents_page.get_by_role("button", name="Envoyer et valider").click()
    expect(desk).to_contain_text("Votre décision est enregistrée")
    mails.next("demande", beyond=2)

    # « Intervention réalisée » closes
    shown(agents_page, case, "Intervention réalisée")
    agents_page.get_by_role("link", name="Intervention réalisée").click()
    agents_page.get_by_role("button", name="Envoyer et valider").click()
    expect(desk).to_contain_text("Votre décision est enregistrée")

    # And the visitor's Historique tells it all, each line with its kind
    shown(page, f"/demande/{number}", "Terminée")
    assert kinds(page) == {"Opération", "Pièce jointe", "Échange"}


def test_what_is_not_the_towns_is_passed_on_with_a_reason(page: Page, agents_page: Page, portal: Portal) -> None:
    number = report(page, new_address())
    agents_page.goto(f"/agent/demandes/{number}")
    agents_page.get_by_role("button", name="Prendre en charge").click()
    agents_page.get_by_role("link", name="Demande transmise à l’administration compétente").click()
    agents_page.get_by_label("Administration compétente").fill("au Conseil départemental de l’Orne")
    agents_page.get_by_label("Motif").fill("Cette voie est départementale.")
    agents_page.get_by_role("button", name="Envoyer et valider").click()
    expect(agents_page.locator("main")).to_contain_text("Votre décision est enregistrée")

    shown(page, f"/demande/{number}", "Transmise")
    expect(page.locator("main")).to_contain_text("Cette voie est départementale.")


def test_a_decision_worded_on_an_old_page_is_refused_with_what_changed(
    page: Page, agents_page: Page, browser: Browser, portal: Portal, agent: Person
) -> None:
    number = report(page, new_address())
    agents_page.goto(f"/agent/demandes/{number}")
    agents_page.get_by_role("button", name="Prendre en charge").click()
    expect(agents_page.locator("main")).to_contain_text("La demande est à vous")
    old = agents_page.context.new_page()
    old.goto(f"/agent/demandes/{number}/decision?vers=done")
    old.get_by_label("Message à la personne").fill("Le pavé est remis.")

    # Meanwhile the citizen writes
    page.goto(f"/demande/{number}?onglet=echanges")
    page.get_by_label("Votre nouveau message").fill(ANSWER)
    page.locator("main").get_by_role("button", name="Ajouter").click()
    shown(agents_page, f"/agent/demandes/{number}", "échange à lire")

    old.get_by_role("button", name="Envoyer et valider").or_(old.get_by_role("button", name="Terminer")).click()
    expect(old.locator("main")).to_contain_text("Ce que vous avez écrit est gardé")
    expect(old.get_by_label("Message à la personne")).to_have_value("Le pavé est remis.")


def test_the_police_file_is_invisible_to_the_front_desk(agents_page: Page, camille: Person) -> None:
    number = camille.do("POST", "/requests", camille.prepared("tranquillite-vacances"))["number"]

    agents_page.goto(f"/agent/demandes?q={number}")
    expect(agents_page.locator("main")).to_contain_text("Aucune demande")
    answer = agents_page.goto(f"/agent/demandes/{number}")
    assert answer is not None and answer.status == 404


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_by_name_is_come_back_to_and_is_in_no_address(
    browser: Browser, portal: Portal, agent: Person, scripts: bool
) -> None:
    context = new_browser(browser, portal, scripts=scripts)
    page = sit_down(context, portal, agent)
    page.goto("/agent/demandes")
    page.get_by_role("searchbox").fill("Exemple")
    page.get_by_role("searchbox").press("Enter")
    results = page.get_by_role("heading", name="Résultats de la recherche")
    expect(results).to_be_visible()

    page.locator(".work tbody a").first.click()
    expect(page.get_by_role("heading", name="Échéances")).to_be_visible()
    page.go_back()

    expect(results).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("Exemple")
    assert "exemple" not in page.url.lower()
    page.reload()
    expect(results).to_be_visible()
    context.close()
