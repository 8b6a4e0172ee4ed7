"""The day at the counter: what is pressed changes the list in its place, and a colleague's list follows by itself."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.servers.portal import Portal
from tests.support.people import Person, eventually

pytestmark = pytest.mark.e2e

NAME = "Robin Passant"


def line(page: Page) -> Locator:
    return page.locator("tr", has_text=NAME)


def follows(page: Page, words: str) -> None:
    """The line has come by itself: the page asks every twenty seconds, and whenever it is looked at again."""

    def look() -> bool:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return line(page).filter(has_text=words).count() > 0

    eventually(look, f"« {words} » in the list of the colleague")


def test_a_person_is_added_and_called_and_a_colleague_sees_it(
    open_browser: OpenBrowser, portal: Portal, agent: Person
) -> None:
    here, there = (sit_down(open_browser(), portal, agent) for _ in range(2))
    for page in (here, there):
        page.goto("/agent/rendez-vous")
    added = here.locator("details.day__add").first
    added.locator("summary").click()
    added.get_by_label("Nom, tel que vous l’appellerez").first.fill(NAME)
    added.get_by_role("button", name="Ajouter à la liste").first.press("Enter")

    said = here.locator("[data-day-said]")
    expect(said).to_contain_text(re.compile(rf"Sur la liste\s?: {NAME}"))
    expect(line(here).get_by_role("button", name=re.compile(rf"^Appeler\s?: {NAME}"))).to_be_focused()
    follows(there, "Arrivée à")

    following = here.get_by_role("button", name=re.compile("^Appeler le suivant")).first
    following.press("Enter")
    expect(said).to_contain_text(re.compile(rf"À appeler\s?: {NAME}"))
    expect(following).to_be_focused()
    follows(there, "Appel à")
    expect(there).to_have_url(re.compile(r"/agent/rendez-vous$"))

    line(there).get_by_role("button", name=re.compile("^Annuler l’appel")).press("Enter")
    expect(line(there)).to_contain_text("Arrivée à")
    line(there).get_by_role("button", name=re.compile("^Retirer")).press("Enter")
    expect(line(there)).to_have_count(0)


def test_a_name_stays_in_its_field_while_the_service_does_not_answer(
    open_browser: OpenBrowser, portal: Portal, agent: Person
) -> None:
    page = sit_down(open_browser(), portal, agent)
    page.goto("/agent/rendez-vous")
    page.route("**/sans-rendez-vous", lambda route: route.fulfill(status=503, content_type="text/html", body="<p>"))
    added = page.locator("details.day__add").first
    added.locator("summary").click()
    name = added.get_by_label("Nom, tel que vous l’appellerez").first
    name.fill(NAME)
    button = added.get_by_role("button", name="Ajouter à la liste").first
    button.press("Enter")

    expect(page.locator("[data-day-said]")).to_contain_text("Rien n’est noté")
    expect(name).to_have_value(NAME)
    expect(button).to_be_enabled()
