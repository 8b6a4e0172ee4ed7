"""A parent with a new space enrols a child: the child is added on the way, and nothing that was typed is lost."""

import re
import uuid
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.forms import fill
from tests.e2e.journeys.mails import Mails, activation_link, new_address
from tests.e2e.journeys.people import new_browser, sit_down
from tests.e2e.people import Person, one_page, visitor
from tests.filled import ADDRESS, asked_documents, in_days, today, valid_answers
from tests.portal import Portal

pytestmark = pytest.mark.e2e

PASSWORD = "quatre mots bien choisis"
SCHOOL = "inscription-scolaire"
BORN = date(today().year - 5, 4, 4).isoformat()
CHILD = {"relation": "child", "parental_authority": "joint", "birth_name": "Nouveau"}


@pytest.fixture
def parent(portal: Portal) -> Person:
    """Somebody who has just made a space, and logged in."""
    mails, username = Mails(portal.mail, new_address()), f"ariel.{uuid.uuid4().hex[:8]}"
    person = visitor(portal)
    captcha = person.do("POST", "/captcha")["id"]
    space = {
        "identity": {"birth_name": "Nouveau", "given_names": "Ariel", "birth_date": "1990-04-12"},
        "address": ADDRESS,
        "contact": {"email": mails.address},
        "preferred_contact": "email",
        "credentials": {"username": username, "password": PASSWORD},
        "captcha": {"id": captcha, "answer": read_code(portal, captcha)},
    }
    person.do("POST", "/accounts", space)
    token = activation_link(mails.next("Activez votre espace")).rpartition("/")[2]
    person.do("POST", "/accounts/activation", {"token": token, "password": PASSWORD})
    opened = person.do("POST", "/sessions", {"username": username, "password": PASSWORD})
    person.session.headers["Authorization"] = f"Bearer {opened['session']}"
    return person


def add(page: Page, given_names: str, birth_date: str) -> None:
    page.get_by_role("link", name="Ajouter un membre de ma famille").click()
    fill(page, {**CHILD, "given_names": given_names, "birth_date": birth_date})
    page.get_by_role("button", name="Ajouter", exact=True).click()


def enrol_with_children_added_on_the_way(filing: Filing) -> None:
    """From a space without family up to « Ma demande », for the second child that was added."""
    page = filing.page

    # Nobody yet: a child is added here, and a birth date in the future is told at its field
    page.goto(f"/demarches/{SCHOOL}")
    add(page, "Ada", in_days(2))
    expect(page.locator("#z-birth-date-erreur")).to_contain_text("ne peut pas être dans l’avenir")
    expect(page.locator("main [name=given_names]")).to_have_value("Ada")
    fill(page, {"birth_date": BORN})
    page.get_by_role("button", name="Ajouter", exact=True).click()

    # Back at the step, with the child chosen
    expect(page.get_by_role("heading", level=1)).to_have_text("Inscrire son enfant à l’école")
    expect(page.get_by_role("radio", name="Ada Nouveau")).to_be_checked()
    page.get_by_role("button", name=re.compile("^Commencer la démarche")).click()
    page.get_by_role("button", name="Continuer sans rendez-vous").click()
    expect(page.locator("main .beneficiary")).to_contain_text("Ada Nouveau")
    filing.onward()
    expect(page.locator("main [name=prenoms_enfant]")).to_have_value("Ada")
    fill(page, {"ancienne_ecole": "École des Lilas, Ville-Imaginaire"})
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()

    # It is for another child: added while the draft waits, and what was typed is still there
    add(page, "Noé", BORN)
    expect(page.get_by_role("radio", name="Noé Nouveau")).to_be_checked()
    page.get_by_role("button", name="Reprendre votre saisie").click()
    expect(page.locator("main .beneficiary")).to_contain_text("Noé Nouveau")
    expect(page.locator("main [name=ancienne_ecole]")).to_have_value("École des Lilas, Ville-Imaginaire")
    expect(page.locator("main [name=prenoms_enfant]")).to_have_value("Noé")


def test_a_parent_with_a_new_space_enrols_a_child_without_losing_the_draft(
    browser: Browser, portal: Portal, parent: Person
) -> None:
    context = new_browser(browser, portal)
    page = sit_down(context, portal, parent)
    filing = Filing(page, SCHOOL)
    enrol_with_children_added_on_the_way(filing)

    # The request is filed for that child
    given = valid_answers(filing.definition, today())
    child = {"nom_enfant": "Nouveau", "prenoms_enfant": "Noé", "naissance_enfant": BORN}
    filing.answer({name: value for name, value in given.items() if name not in child})
    for piece in asked_documents(filing.definition, given):
        if piece.required:
            filing.attach(piece.slug, "piece.pdf", one_page())
    filing.onward()
    number = filing.validate()
    assert parent.request(number)["member"] == "Noé Nouveau"

    # Ada is removed, after a question; the request stays as it was filed
    page.goto("/mon-espace/famille")
    page.get_by_role("link", name="Ada Nouveau").click()
    page.get_by_role("link", name="Retirer de mon espace").click()
    page.get_by_role("button", name="Retirer de mon espace").click()
    expect(page.locator("main")).to_contain_text("Cette personne est retirée de votre espace")
    assert [one["full_name"] for one in parent.get("/profile/family")["members"]] == ["Noé Nouveau"]
    context.close()


def test_the_same_without_scripts(browser: Browser, portal: Portal, parent: Person) -> None:
    context = new_browser(browser, portal, scripts=False)
    enrol_with_children_added_on_the_way(Filing(sit_down(context, portal, parent), SCHOOL, scripts=False))
    context.close()
