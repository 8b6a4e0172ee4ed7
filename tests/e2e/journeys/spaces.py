"""A personal space made for one test, so that what it does there changes nothing for another."""

import uuid
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import send_log_in
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS, today
from tests.support.people import Person, logged_in, visitor

PASSWORD = "quatre mots bien choisis"
IDENTITY = {"civility": "madame", "given_names": "Noor", "birth_name": "Inventé", "birth_date": "1990-04-12"}
SACHA = {
    "relation": "child",
    "given_names": "Sacha",
    "birth_name": "Exemple",
    "birth_date": today().replace(year=today().year - 3, day=1).isoformat(),
    "parental_authority": "joint",
}
"""A member of a family, old enough for school."""


@dataclass(frozen=True)
class Space:
    """An active space, its mailbox, and its holder, logged in to the API."""

    username: str
    mails: Mails
    holder: Person

    def log_in(self, page: Page, password: str = PASSWORD) -> None:
        """« Se connecter », up to Mon accueil."""
        page.goto("/connexion")
        send_log_in(page, self.username, password)
        expect(page.get_by_role("heading", level=1, name="Bonjour")).to_be_visible()


def new_space(portal: Portal, **identity: Any) -> Space:
    """A space of its own, made and activated by program; `identity` says who differs from Noor Inventé in what."""
    mails, username = Mails(portal.mail, new_address()), f"noor.{uuid.uuid4().hex[:8]}"
    person = visitor(portal)
    captcha = person.do("POST", "/captcha")["id"]
    space = {
        "identity": IDENTITY | identity,
        "address": ADDRESS,
        "contact": {"email": mails.address},
        "preferred_contact": "email",
        "credentials": {"username": username, "password": PASSWORD},
        "captcha": {"id": captcha, "answer": read_code(portal, captcha)},
    }
    person.do("POST", "/accounts", space)
    token = link_to(mails.next("Activez votre espace"), "activation").rpartition("/")[2]
    person.do("POST", "/accounts/activation", {"token": token, "password": PASSWORD})
    return Space(username, mails, logged_in(portal, {"username": username, "password": PASSWORD}))
