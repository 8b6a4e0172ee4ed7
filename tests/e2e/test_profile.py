"""The holder of a space changes names, user name, password and e-mail address; the old address has the last word."""

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.forms import fill
from tests.e2e.journeys.mails import Mails, activation_link, new_address
from tests.e2e.journeys.people import new_browser
from tests.e2e.people import eventually, visitor
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

PASSWORD = "quatre mots bien choisis"
OTHER = "cinq hérissons sous la haie"
SLUG = "signalement-voirie"


def new_space(portal: Portal, mails: Mails, username: str) -> None:
    """A space of one's own for this test, made and activated by program."""
    person = visitor(portal)
    captcha = person.do("POST", "/captcha")["id"]
    form = {
        "identity": {"given_names": "Noor", "birth_name": "Inventé", "birth_date": "1990-04-12"},
        "address": ADDRESS,
        "contact": {"email": mails.address},
        "preferred_contact": "email",
        "credentials": {"username": username, "password": PASSWORD},
        "captcha": {"id": captcha, "answer": read_code(portal, captcha)},
    }
    person.do("POST", "/accounts", form)
    token = activation_link(mails.next("Activez votre espace")).rpartition("/")[2]
    person.do("POST", "/accounts/activation", {"token": token, "password": PASSWORD})


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/connexion")
    page.get_by_label("Nom d’utilisateur").fill(username)
    page.get_by_role("textbox", name="Mot de passe").fill(password)
    page.get_by_role("button", name="Connexion").click()
    expect(page.get_by_role("heading", level=1, name="Bonjour")).to_be_visible()


def link_in(mail: dict[str, str], page: str) -> str:
    found = re.search(rf"https?://\S+/courriel/{page}/[^\s>\"]+", mail["text"])
    assert found, mail["text"]
    return found.group()


def test_names_credentials_and_address_are_changed_and_the_old_address_takes_it_back(
    page: Page, browser: Browser, portal: Portal
) -> None:
    old, new = Mails(portal.mail, new_address()), Mails(portal.mail, new_address())
    username = f"noor.{uuid.uuid4().hex[:8]}"
    new_space(portal, old, username)
    log_in(page, username, PASSWORD)
    stolen = new_browser(browser, portal).new_page()
    log_in(stolen, username, PASSWORD)

    # Given a request filed and another begun under the present name
    filed = Filing(page, SLUG).file(old.address)
    draft = Filing(page, SLUG)
    draft.begin()

    # When the name in use is changed
    page.goto("/mon-accueil")
    page.get_by_role("link", name="Modifier mon profil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon profil")
    page.get_by_role("link", name="Modifier mon espace").click()
    expect(page.get_by_label("Prénoms")).to_have_value("Noor")
    fill(page, {"usage_name": "Renommé", "birth_date": "2090-04-12"})
    page.get_by_role("button", name="Enregistrer").click()
    page.locator("#erreurs").get_by_role("link", name=re.compile("dans l’avenir")).click()
    expect(page.get_by_label("Nom d’usage")).to_have_value("Renommé")
    fill(page, {"birth_date": "1990-04-12"})
    page.get_by_role("button", name="Enregistrer").click()

    # Then it is confirmed, the header has it, what was filed keeps the old one, and what was begun is offered the new one
    expect(page.get_by_role("status")).to_contain_text("Vos modifications sont enregistrées")
    expect(page.get_by_role("banner")).to_contain_text("Noor Renommé")
    page.goto(f"/demande/{filed}?onglet=demandeur")
    expect(page.locator("main")).not_to_contain_text("Renommé")
    page.goto(f"/demarches/{SLUG}/etape/informations")
    expect(page.locator("main [name=usage_name]")).to_have_value("Inventé")
    page.get_by_role("button", name="Reprendre mes nouvelles coordonnées").click()
    expect(page.locator("main [name=usage_name]")).to_have_value("Renommé")
    expect(page.get_by_role("button", name="Reprendre mes nouvelles coordonnées")).to_have_count(0)

    # When the password and the address are changed, the present password being asked
    page.goto("/mon-espace")
    page.get_by_role("link", name="Modifier les identifiants de mon espace personnel").click()
    fill(page, {"email": new.address, "password": OTHER, "password_again": OTHER})
    page.get_by_role("textbox", name="Mot de passe actuel").fill("un mauvais mot de passe")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#erreurs")).to_contain_text("n’est pas le vôtre")
    expect(page.get_by_label("Courriel")).to_have_value(new.address)
    fill(page, {"password": OTHER, "password_again": OTHER})
    page.get_by_role("textbox", name="Mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Une nouvelle adresse de courriel reste à confirmer")).to_be_visible()

    # Then the session that somebody else holds is over, and the holder is told by mail
    eventually(lambda: "/connexion" in (stolen.goto("/mon-espace") and stolen.url), "the end of the stolen session")
    old.next("Votre mot de passe a été modifié")
    undo = link_in(old.next("Un changement de courriel est demandé"), "annuler")

    # When the link is followed, then the new address counts
    page.goto(link_in(new.next("Confirmez votre nouvelle adresse"), "confirmer"))
    page.get_by_role("button", name="Confirmer cette adresse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre nouveau courriel est confirmé")
    page.get_by_role("link", name="Voir mon profil").click()
    expect(page.locator("main")).to_contain_text(new.address)
    old.next("Le courriel de votre espace a changé")

    # When the old address takes it back from another device, then it counts again and every session is over
    elsewhere = new_browser(browser, portal, scripts=False).new_page()
    elsewhere.goto(undo)
    elsewhere.get_by_role("button", name="Garder cette adresse").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Le changement de courriel est annulé")
    elsewhere.goto(undo)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Ce lien a déjà servi")
    log_in(elsewhere, username, OTHER)
    elsewhere.goto("/mon-espace")
    expect(elsewhere.locator("main")).to_contain_text(old.address)
