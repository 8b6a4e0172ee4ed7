"""An agent answers what citizens ask: finds it, takes it in charge, writes, decides; an old page changes nothing."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from services.townhall.french_dates import long_day
from tests.e2e.journeys.keyboard import Keyboard, Mouse
from tests.e2e.journeys.mails import Mails, new_address
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.scenarios.case import shown
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS, day_of_its_month, today
from tests.support.people import Person, eventually, photograph

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"
REPORT = {"type_probleme": "chaussee", "lieu": ADDRESS, "description": "Un pavé manque devant le numéro 7."}
QUESTION = "Pouvez-vous préciser de quel côté de la rue ?"
ANSWER = "Du côté de la boulangerie."


@pytest.fixture
def scripts() -> bool:
    """Whether the browsers of the test run any, unless it says otherwise."""
    return True


in_every_way = pytest.mark.parametrize(
    ("scripts", "hands"),
    [
        pytest.param(False, Mouse, id="no-scripts"),
        pytest.param(True, Keyboard, id="keyboard"),
    ],
)
Hands = type[Mouse] | type[Keyboard]


@pytest.fixture
def agents_page(open_browser: OpenBrowser, portal: Portal, agent: Person, scripts: bool) -> Page:
    return sit_down(open_browser(scripts=scripts), portal, agent)


@pytest.fixture
def visitors_page(open_browser: OpenBrowser, scripts: bool) -> Page:
    return open_browser(scripts=scripts).new_page()


def report(page: Page, person: Person, address: str) -> str:
    """A visitor's report with a photograph, filed elsewhere; the page has followed its tracking link."""
    receipt = person.file_with_photograph(SLUG, photograph(), email=address, **REPORT)
    page.goto(f"/suivi/{receipt['tracking_token']}")
    expect(page.locator("main")).to_contain_text(receipt["number"])
    return receipt["number"]


def kinds(page: Page) -> set[str]:
    """The kinds of the lines of Historique, each recognised by its icon and its words."""
    lines = page.locator(".timeline .event")
    assert lines.locator("svg").count() >= lines.count()
    return set(page.locator(".event__kind").all_inner_texts())


@in_every_way
def test_a_report_is_answered_scheduled_and_closed(
    visitors_page: Page, agents_page: Page, portal: Portal, a_visitor: Person, hands: Hands
) -> None:
    # Given a visitor's report
    mails, page = Mails(portal.mail, new_address()), visitors_page
    number = report(page, a_visitor, mails.address)
    case, desk = f"/agent/demandes/{number}", agents_page.locator("main")
    agents, visitors = hands(agents_page), hands(page)

    # When the agent finds it in the work list and opens the photograph
    agents_page.goto("/agent/demandes?vue=a-affecter")
    agents.type(agents_page.get_by_role("searchbox"), number)
    agents.enter()
    found = agents_page.get_by_role("link", name="Signaler un problème sur la voie publique")
    expect(found).to_have_count(1)  # of all those that the list showed before
    agents.press(found)
    shown(agents_page, f"{case}?onglet=pieces", "pave.jpg")
    agents.press(agents_page.get_by_role("button", name="pave.jpg"))
    photo = agents_page.get_by_role("img", name="Page 1 sur 1 de pave.jpg")
    expect(photo).to_be_visible()
    eventually(lambda: photo.evaluate("image => image.complete && image.naturalWidth > 0"), "the photograph's points")

    # And marks it while a note is being typed
    note = agents_page.get_by_label("Nouvelle note interne")
    agents.type(note, "Photographie nette.")
    agents.press(agents_page.get_by_role("button", name="Conforme", exact=True))
    expect(agents_page.locator(".document .pill")).to_have_text("Conforme")
    expect(note).to_have_value("Photographie nette.")
    agents.press(agents_page.get_by_role("button", name="Ajouter la note"))
    expect(desk).to_contain_text("La note est ajoutée")
    stale = agents_page.context.new_page()
    stale.goto(f"{case}")

    # And takes it in charge and writes
    agents.press(agents_page.get_by_role("button", name="Prendre en charge"))
    expect(desk).to_contain_text("La demande est à vous")
    agents.press(agents_page.get_by_role("link", name="Écrire à la personne"))
    agents.type(agents_page.get_by_label("Votre message"), QUESTION)
    agents.press(agents_page.get_by_role("button", name="Envoyer le message"))
    expect(desk).to_contain_text("Votre message est envoyé")

    # Then the visitor gets a mail without the text, sees the badge, opens the message, answers
    mail = mails.next("message vous attend")
    assert QUESTION not in mail["text"] + mail["html"] + mail["subject"]
    shown(page, f"/demande/{number}", "échange non lu")
    visitors.press(page.get_by_role("link", name="Échanges"))
    expect(page.locator(".msg__state")).to_have_text("Non lu")
    visitors.press(page.get_by_role("button", name="Marquer comme lu"))
    expect(page.locator("main")).to_contain_text(QUESTION)
    expect(page.locator(".msg__state")).to_have_text("Lu")
    visitors.type(page.get_by_label("Votre nouveau message"), ANSWER)
    visitors.press(page.locator("main").get_by_role("button", name="Ajouter"))
    expect(page.locator("main")).to_contain_text("Votre message est ajouté")

    # And the agent reads the answer
    shown(agents_page, case, "échange à lire")
    agents_page.goto(f"{case}?onglet=echanges")
    agents.press(agents_page.get_by_role("button", name="Marquer comme lu"))
    expect(desk).to_contain_text(ANSWER)

    # A decision from a page that is out of date is refused, and what changed is shown
    hands(stale).press(stale.get_by_role("button", name="Prendre en charge"))
    expect(stale.locator("main")).to_contain_text("Demande prise en charge")
    stale.close()

    # « Intervention programmée » waits until every blank is filled
    agents_page.goto(case)
    agents.press(agents_page.get_by_role("link", name="Intervention programmée"))
    expect(desk).to_contain_text("Un blanc à remplir : Date limite")
    agents.press(agents_page.get_by_role("button", name="Envoyer et valider"))
    expect(agents_page.locator("#erreurs")).to_contain_text("Date limite")
    deadline = day_of_its_month(today())
    agents.type_day(agents_page.get_by_label("Date limite"), deadline)
    agents.press(agents_page.get_by_role("button", name="Relire avant d’envoyer"))
    expect(desk).to_contain_text(long_day(deadline))
    agents.press(agents_page.get_by_role("button", name="Envoyer et valider"))
    expect(desk).to_contain_text("La demande est maintenant « Programmée »")
    mails.next("demande", beyond=2)

    # « Intervention réalisée » closes
    shown(agents_page, case, "Intervention réalisée")
    agents.press(agents_page.locator(".reply summary", has_text="Intervention réalisée"))
    agents.press(agents_page.get_by_role("button", name="Envoyer et valider"))
    expect(desk).to_contain_text("La demande est maintenant « Terminée »")

    # And the visitor's Historique shows it all, each line with its kind
    shown(page, f"/demande/{number}", "Terminée")
    assert kinds(page) == {"Opération", "Pièce jointe", "Échange"}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_by_name_is_restored_on_return_and_is_in_no_address(agents_page: Page, scripts: bool) -> None:
    page = agents_page
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


def test_the_browser_asks_before_leaving_an_unsent_message(agents_page: Page, a_visitor: Person) -> None:
    page = agents_page
    number = a_visitor.do("POST", "/requests", a_visitor.prepared(SLUG))["number"]
    shown(page, f"/agent/demandes/{number}?onglet=echanges", "Votre message")
    page.get_by_label("Votre message").press_sequentially(QUESTION)
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Imprimer le dossier").click(no_wait_after=True)

    assert asked == ["beforeunload"]
    expect(page.get_by_label("Votre message")).to_have_value(QUESTION)
