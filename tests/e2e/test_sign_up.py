"""Somebody makes a personal space: the form, the security code, the mail, the activation, and in."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.forms import fill
from tests.e2e.journeys.mails import Mails, activation_link, new_address
from tests.e2e.journeys.people import new_browser
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

PASSWORD = "quatre mots bien choisis"


def log_in(page: Page, username: str) -> None:
    page.get_by_label("Nom d’utilisateur").fill(username)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Connexion").click()


def test_a_space_is_made_activated_by_its_mail_and_logged_in_to(page: Page, browser: Browser, portal: Portal) -> None:
    wrong = new_address()
    mails, username = Mails(portal.mail, new_address()), f"noor.{uuid.uuid4().hex[:8]}"
    secret = {"password": PASSWORD, "password_again": PASSWORD}
    page.goto("/demarches/demande-composteur")
    page.get_by_role("link", name="Créer mon espace").first.click()
    fill(
        page,
        {
            "given_names": "Noor",
            "birth_name": "Inventé",
            "birth_date": "1990-04-12",
            "address": ADDRESS,
            "email": wrong,
            "preferred_contact": "email",
            "username": username,
            "captcha_answer": "FAUX",
            **secret,
        },
    )
    create = page.get_by_role("button", name="Créer mon espace")

    # The name is told to be free as it is typed, the password is shown on demand
    expect(page.locator("[data-username]")).to_have_text("Ce nom d’utilisateur est libre.")
    page.get_by_role("button", name="Afficher : Mot de passe", exact=True).click()
    expect(page.locator("main [name=password]")).to_have_attribute("type", "text")

    # A wrong code: told, all is kept, and the password sealed
    create.click()
    page.get_by_role("alert").get_by_role("link", name=re.compile("^Code de sécurité")).click()
    code = page.get_by_label("Code de sécurité", exact=False).and_(page.locator("input"))
    expect(code).to_be_focused()
    expect(page.locator("main [name=email]")).to_have_value(wrong)
    expect(page.locator("main [name=password]")).to_have_value("")
    assert PASSWORD not in page.content()

    # The right one: a mail with a link, and no way in before it was followed
    captcha = page.locator("main [name=captcha_id]").get_attribute("value") or ""
    fill(page, {"captcha_answer": read_code(portal, captcha)})
    create.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est presque prêt")

    # The address is shown, and corrected
    expect(page.locator(".confirm")).to_contain_text(wrong)
    page.get_by_text("Cette adresse n’est pas la bonne").click()
    page.get_by_label("La bonne adresse de courriel").fill(mails.address)
    page.get_by_role("button", name="Corriger l’adresse").click()
    expect(page.locator("#fait")).to_contain_text(mails.address)
    page.goto("/connexion")
    log_in(page, username)
    expect(page.get_by_role("alert")).to_be_visible()
    link = activation_link(mails.next("Activez votre espace"))

    # On another device, the link asks for the password; then the space is open, and one goes on where one began
    elsewhere = new_browser(browser, portal, scripts=False).new_page()
    elsewhere.goto(link)
    elsewhere.get_by_label("Mot de passe").fill(PASSWORD)
    elsewhere.get_by_role("button", name="Activer mon espace").click()
    expect(elsewhere).to_have_url(re.compile("/demarches/demande-composteur$"))
    elsewhere.goto("/mon-accueil")
    expect(elsewhere.get_by_role("heading", level=1, name="Bonjour")).to_contain_text("Noor")

    # The link has served
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Ce lien a déjà servi")
