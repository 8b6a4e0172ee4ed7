"""At the counter: an agent files for a person without e-mail address or account, prints, hands over and posts."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.forms import fill
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.servers.portal import Portal
from tests.support import published
from tests.support.filled import today, valid_answers, valid_applicant
from tests.support.people import Person, eventually

pytestmark = pytest.mark.e2e

SLUG = "demande-composteur"
DEPARTMENT = published.definition(SLUG)["department_details"]


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def agents_page(request: pytest.FixtureRequest, open_browser: OpenBrowser, portal: Portal, agent: Person) -> Page:
    return sit_down(open_browser(scripts=request.param), portal, agent)


@pytest.fixture
def persons_page(context: BrowserContext) -> Page:
    """At the person's home: a browser that knows nothing of the request."""
    return context.new_page()


def file_at_counter(page: Page) -> str:
    """The steps of an account-only procedure, by an agent, for a person without e-mail address; gives the number."""
    asked = published.definition(SLUG)
    assert asked["access"] == "account"
    filing = Filing(page, SLUG)
    page.goto("/agent/demandes")
    page.get_by_role("link", name="Déposer pour une personne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Déposer pour une personne")
    filing.begin()
    expect(page.get_by_role("heading", level=2, name="La personne", exact=True)).to_be_visible()
    filing.introduce({name: value for name, value in valid_applicant(asked).items() if name != "email"})
    expect(page.get_by_role("heading", level=2, name="La demande", exact=True)).to_be_visible()
    answers = valid_answers(asked, today())
    fill(page, {"logement": answers.pop("logement")})
    update = page.get_by_role("button", name="Mettre à jour le formulaire")
    if update.first.is_visible():  # without scripts
        update.first.click()
    fill(page, answers)
    filing.onward()
    page.get_by_role("button", name="Valider la demande").click()
    expect(page.locator("#identite-erreur")).to_contain_text("Vérifiez l’identité de la personne")
    page.locator("#identite").check()
    page.get_by_role("button", name="Valider la demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La demande est prise en compte")
    return page.locator(".number").inner_text()


def waiting(page: Page, number: str) -> Locator:
    """The lines of that request in « Courriers », read anew."""
    page.goto("/agent/courriers")
    return page.locator("tbody tr", has_text=number)


def come(page: Page, number: str) -> Locator:
    """The one line of that request, once it is there."""
    eventually(lambda: waiting(page, number).count() == 1, f"a letter of {number}")
    return page.locator("tbody tr", has_text=number)


def print_letter(page: Page) -> None:
    """« Imprimer »: the page that comes is the copy that is kept."""
    page.get_by_role("button", name="Imprimer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Ce courrier est prêt à imprimer")


def test_a_person_without_email_or_account_is_served_at_the_counter(
    agents_page: Page, persons_page: Page, agent: Person
) -> None:
    page = agents_page
    number = file_at_counter(page)
    page.get_by_role("link", name="Imprimer l’accusé de réception").click()
    sheet = page.locator("article.mailing")

    for mention in (
        f"numéro {number}",
        "a été reçue le",
        DEPARTMENT["name"],
        DEPARTMENT["phone"],
        DEPARTMENT["email"],
        "votre demande sera réputée refusée",
        "contester ce refus dans un délai de 2 mois",
        "7 rue du Pont-Neuf",
    ):
        expect(sheet).to_contain_text(mention.replace("\u00a0", " "))
    address = sheet.locator(".mailing__link").inner_text()
    assert re.search(r"/suivi/[\w-]{40,}$", address)
    persons_page.goto(address)
    expect(persons_page.locator("main")).to_contain_text(number)

    expect(page.get_by_role("button", name="Remis à la personne")).to_have_count(0)
    print_letter(page)
    expect(sheet).to_contain_text(address)
    page.get_by_role("button", name="Remis à la personne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courriers et appels à faire")
    expect(waiting(page, number)).to_have_count(0)

    agent.do("POST", f"/agent/requests/{number}/charge", {"version": agent.request(number)["version"]})
    decided = {"version": agent.request(number)["version"], "to": "rejected", "reason": "Il n’y a plus de composteur."}
    agent.do("POST", f"/agent/requests/{number}/status", decided)
    line = come(page, number)
    expect(line).to_contain_text("Changement de statut")
    expect(line).to_contain_text("Ariel Nouveau")
    expect(line.get_by_role("button")).to_have_count(0)
    line.get_by_role("link", name="Imprimer").click()
    expect(page.locator("article.mailing")).to_contain_text("Il n’y a plus de composteur.")
    expect(page.locator("article.mailing")).to_contain_text("tribunal administratif", ignore_case=True)
    print_letter(page)
    page.get_by_role("button", name="Posté").click()

    expect(waiting(page, number)).to_have_count(0)
    page.goto(f"/agent/demandes/{number}?onglet=echanges")
    letters = page.locator("[aria-labelledby=t-mails]")
    letters.locator("summary").click()
    expect(letters).to_contain_text("Remis par")
    expect(letters).to_contain_text("Posté par")
    letters.get_by_role("link", name="Changement de statut").click()
    expect(page.locator("article.mailing")).to_contain_text("Il n’y a plus de composteur.")
    expect(page.get_by_role("button", name="Posté")).to_have_count(0)
