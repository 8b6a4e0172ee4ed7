"""Whoever writes for longer than a session lasts loses no word: logs in, and finds the form as it was."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Portal
from tests.e2e.journeys.people import new_browser, pass_agents_door, sit_down
from tests.support.people import Person, log_in

pytestmark = pytest.mark.e2e

WORDS = "Bonjour, nous passons mardi : « merci » & à bientôt."


def write_too_late(page: Page, address: str, button: str, end: Callable[[], object]) -> None:
    """A message on an open page, sent when the session is gone."""
    page.goto(address)
    page.locator("#message").fill(WORDS)
    end()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("main")).to_contain_text("Votre session a pris fin")
    assert "mardi" not in page.url


def finds_it_again(page: Page, button: str) -> None:
    expect(page.locator("#message")).to_have_value(WORDS)
    expect(page.locator("main")).to_contain_text("Votre saisie est gardée")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".thread")).to_contain_text(WORDS)


@pytest.fixture
def desk(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    context = new_browser(browser, portal)
    yield context
    context.close()


def test_an_agents_message_waits_behind_password_and_code(
    desk: BrowserContext, portal: Portal, agent: Person, a_visitor: Person
) -> None:
    number = a_visitor.file("signalement-voirie")["number"]
    page = sit_down(desk, portal, agent)

    write_too_late(
        page,
        f"/agent/demandes/{number}?onglet=echanges",
        "Envoyer le message",
        end=lambda: desk.clear_cookies(name="parvis"),
    )
    pass_agents_door(page, portal)

    finds_it_again(page, "Envoyer le message")


def test_a_citizens_message_waits_behind_the_password(desk: BrowserContext, portal: Portal) -> None:
    camille = log_in(portal, "citizen", "camille.exemple")
    number = camille.file("signalement-voirie")["number"]
    page = sit_down(desk, portal, camille)
    login = portal.login("citizen", "camille.exemple")

    write_too_late(
        page,
        f"/demande/{number}?onglet=echanges",
        "Ajouter",
        end=lambda: camille.do("DELETE", "/sessions/current"),
    )
    page.get_by_label("Nom d’utilisateur").fill(login["username"])
    page.get_by_role("textbox", name="Mot de passe").fill(login["password"])
    page.get_by_role("button", name="Connexion").click()

    finds_it_again(page, "Ajouter")
