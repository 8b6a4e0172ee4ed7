"""A password is forgotten: the same answer for all, a mail, a new password by its link, and a stolen session is over."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.mails import Mails, activation_link, new_address
from tests.e2e.people import Person, visitor
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

PASSWORD, ANOTHER = "quatre mots bien choisis", "trois canards au bord du lac"
RESET_LINK = re.compile(r"https?://\S+/nouveau-mot-de-passe/[^\s>\"]+")
ONE_SECOND = 1.0


def a_new_space(portal: Portal, mails: Mails) -> str:
    """The user name of a space of its own, active."""
    someone, username = visitor(portal), f"noor.{uuid.uuid4().hex[:8]}"
    code = someone.do("POST", "/captcha")["id"]
    space: dict[str, Any] = {
        "identity": {"civility": "madame", "given_names": "Noor", "birth_name": "Inventé", "birth_date": "1990-04-12"},
        "address": ADDRESS,
        "contact": {"email": mails.address},
        "preferred_contact": "email",
        "credentials": {"username": username, "password": PASSWORD},
        "captcha": {"id": code, "answer": read_code(portal, code)},
    }
    someone.do("POST", "/accounts", space)
    token = activation_link(mails.next("Activez votre espace")).rpartition("/")[2]
    someone.do("POST", "/accounts/activation", {"token": token, "password": PASSWORD})
    return username


def a_session(portal: Portal, username: str, password: str) -> Person:
    person = visitor(portal)
    opened = person.do("POST", "/sessions", {"username": username, "password": password})
    person.session.headers["Authorization"] = f"Bearer {opened['session']}"
    return person


def ask_for_a_link(page: Page, identifier: str) -> str:
    """What the page answers."""
    page.goto("/connexion")
    page.get_by_role("link", name="J’ai oublié mon mot de passe").click()
    page.get_by_label("Nom d’utilisateur ou adresse de courriel").fill(identifier)
    page.get_by_role("button", name="Recevoir le lien").click()
    expect(page.get_by_role("status")).to_be_visible()
    return page.locator("main").inner_text()


def choose(page: Page, password: str) -> None:
    page.get_by_label("Mot de passe", exact=False).first.fill(password)
    page.get_by_label("Mot de passe, une seconde fois").fill(password)
    page.get_by_role("button", name="Changer mon mot de passe").click()


def test_a_forgotten_password_is_replaced_by_a_mailed_link_and_every_session_ends(page: Page, portal: Portal) -> None:
    mails = Mails(portal.mail, new_address())
    username = a_new_space(portal, mails)
    stolen = a_session(portal, username, PASSWORD)
    assert stolen.get("/profile")["contact"]["email"] == mails.address

    # The same answer for an address that nobody has; one mail for the one that somebody has
    assert ask_for_a_link(page, new_address()) == ask_for_a_link(page, mails.address)
    found = RESET_LINK.search(mails.next("Choisissez un nouveau mot de passe")["text"])
    assert found
    link = found[0]

    # A password that everyone tries is refused at its field, and the link stays good
    page.goto(link)
    expect(page.locator("main")).to_contain_text(username)
    choose(page, "motdepasse2026")
    page.get_by_role("alert").get_by_role("link", name=re.compile("trop facile à deviner")).click()
    expect(page.get_by_label("Mot de passe", exact=False).first).to_be_focused()

    # A good one: every session ends within a second, nobody is logged in, and the holder is told
    choose(page, ANOTHER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre mot de passe est changé")
    changed = time.monotonic()
    while stolen.ask("GET", "/profile").status_code != 401:
        assert time.monotonic() - changed < ONE_SECOND, "a session of before is still open"
    page.goto("/mon-accueil")
    expect(page).to_have_url(re.compile("/connexion"))
    assert ANOTHER not in mails.next("Votre mot de passe a été modifié")["text"]

    # The old one opens nothing, the new one does, and the link has served
    assert visitor(portal).refused("POST", "/sessions", {"username": username, "password": PASSWORD})
    page.get_by_label("Nom d’utilisateur").fill(username)
    page.get_by_label("Mot de passe").fill(ANOTHER)
    page.get_by_role("button", name="Connexion").click()
    expect(page.get_by_role("heading", level=1, name="Bonjour")).to_contain_text("Noor")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien ne sert plus")


def test_a_program_has_the_user_name_mailed_and_chooses_another_password(portal: Portal) -> None:
    mails, someone = Mails(portal.mail, new_address()), visitor(portal)
    username = a_new_space(portal, mails)

    someone.do("POST", "/accounts/username-reminders", {"email": mails.address})
    assert username in mails.next("Votre nom d’utilisateur")["text"]

    someone.do("POST", "/accounts/password-resets", {"identifier": username})
    found = RESET_LINK.search(mails.next("Choisissez un nouveau mot de passe")["text"])
    assert found
    token = found[0].rpartition("/")[2]
    offer = someone.do("POST", "/accounts/password-resets/link", {"token": token})
    assert (offer["username"], offer["second_factor"]) == (username, False)
    someone.do("POST", "/accounts/password-resets/completion", {"token": token, "password": ANOTHER})
    again = someone.refused("POST", "/accounts/password-resets/completion", {"token": token, "password": PASSWORD})
    assert again["code"] == "reset_link_used"
    assert a_session(portal, username, ANOTHER).get("/profile")["contact"]["email"] == mails.address
