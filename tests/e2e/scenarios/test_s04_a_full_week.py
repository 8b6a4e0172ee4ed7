"""S04: all collections of the week are taken; one is given back, and the last place goes to one person alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from services.townhall.french_dates import long_day
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.scenarios.case import shown
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import today
from tests.support.people import Person, visitor

pytestmark = pytest.mark.e2e

SLUG = "enlevement-encombrants"
PAGE = f"/demarches/{SLUG}"
ACTIVE, CLOSED = (f"/agent/demandes?vue={view}&demarche={SLUG}&tri=-submitted" for view in ("toutes", "closes"))
"""The newest first, for all are due on one day."""
FULL = "Le nombre d’enlèvements de cette semaine est atteint"
CANCEL = "Annuler ma demande"
PRESS = "button => button.click()"


@dataclass(frozen=True)
class Place:
    """A collection of this week, and who follows it by its link."""

    person: Person
    number: str
    mails: Mails

    def give_back(self) -> None:
        request = self.person.request(self.number)
        if request["can"]["cancel"]:
            self.person.do("POST", f"/requests/{self.number}/cancellation", {"version": request["version"]})


@pytest.fixture
def week(portal: Portal) -> Iterator[list[Place]]:
    """All places that this week had left, and those that the test adds: given back at its end, for others file here too."""
    taken: list[Place] = []
    while (place := take_place(portal)) is not None:
        taken.append(place)
    yield taken
    for place in taken:
        place.give_back()


def take_place(portal: Portal) -> Place | None:
    """Files a request as a visitor of its own; None when no place is left."""
    person, mails = visitor(portal), Mails(portal.mail, new_address())
    answer = person.ask("POST", "/requests", json=person.prepared(SLUG, mails.address))
    if answer.status_code == 409 and answer.json()["code"] == "quota_reached":
        return None
    assert answer.status_code == 201, answer.text
    return followed(portal, answer.json()["number"], mails, answer.json()["tracking_token"])


def followed(portal: Portal, number: str, mails: Mails, token: str) -> Place:
    person = visitor(portal)
    person.session.headers["Parvis-Tracking"] = token
    return Place(person, number, mails)


def validated(page: Page, portal: Portal, mails: Mails) -> Place:
    """The place of who has just validated on that page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est prise en compte")
    token = link_to(mails.next("Accusé de réception"), "suivi").rpartition("/")[2]
    return followed(portal, page.locator(".number").inner_text(), mails, token)


def test_s04_a_full_week(open_browser: OpenBrowser, portal: Portal, agent: Person, week: list[Place]) -> None:
    contexts = [open_browser() for _ in range(3)]
    first, second, other = (context.new_page() for context in contexts)

    with step("S04", 1, sees="fbf0c5f435bd"):
        first.goto(PAGE)
        main = first.locator("main")
        expect(main.get_by_role("heading", name="Le quota est atteint")).to_be_visible()
        expect(main).to_contain_text(FULL)
        monday = today() + timedelta(days=7 - today().weekday())
        expect(main).to_contain_text(f"Des places seront de nouveau libres le {long_day(monday)}")
        expect(main.get_by_role("button", name="Commencer la démarche")).to_have_count(0)

    with step("S04", 2, sees="5d1a5b91805a"):
        leaving = week[0]
        other.goto(link_to(leaving.mails.next("Accusé de réception"), "suivi"))
        other.get_by_role("link", name=CANCEL).click()
        expect(other.get_by_role("heading", level=1)).to_have_text("Annuler ma demande ?")
        other.get_by_role("link", name="Non, garder ma demande").click()
        expect(other.locator("main")).not_to_contain_text("Annulée")
        other.get_by_role("link", name=CANCEL).click()
        other.get_by_role("button", name=CANCEL).click()
        expect(other.get_by_role("status").first).to_contain_text("Votre demande est annulée")
        expect(other.locator("main")).to_contain_text("Annulée")
        leaving.mails.next("annulée")

    with step("S04", "also_check 1", sees="0f8188798492"):
        expect(other.get_by_role("link", name=CANCEL)).to_have_count(0)
        other.goto(f"/demande/{leaving.number}/annuler")
        expect(other.get_by_role("button", name=CANCEL)).to_have_count(0)

    with step("S04", 3, sees="869aa0c3fd55"):
        mails = Mails(portal.mail, new_address())
        Filing(first, SLUG).file(mails.address)
        week.append(validated(first, portal, mails))

    with step("S04", 4, sees="0f555723bf13"):
        week[1].give_back()
        pages, addresses = (first, second), (new_address(), new_address())
        for page, address in zip(pages, addresses, strict=True):
            Filing(page, SLUG).reach_summary(address)
        for page in pages:
            page.get_by_role("button", name="Valider ma demande").evaluate(PRESS)
        for page in pages:
            expect(
                page.get_by_role("heading", level=1, name="prise en compte").or_(page.get_by_text(FULL))
            ).to_be_visible()
        lucky = [page.get_by_text(FULL).count() == 0 for page in pages]
        assert sorted(lucky) == [False, True]
        for page, address, has_it in zip(pages, addresses, lucky, strict=True):
            if has_it:
                week.append(validated(page, portal, Mails(portal.mail, address)))
            else:
                expect(page.locator("main")).to_contain_text(address)
                expect(page.locator("main")).to_contain_text("rue du Pont-Neuf")

    with step("S04", 5, sees="9ba41f6dfd96"):
        desk = sit_down(contexts[2], portal, agent)
        shown(desk, ACTIVE, week[-1].number)
        shown(desk, ACTIVE, "24 demandes")  # counted a moment after it is listed
        expect(desk.locator(".bulk [role=status]")).to_contain_text("24 demandes")
        shown(desk, CLOSED, leaving.number)
        expect(desk.locator("main tr", has_text=leaving.number)).to_contain_text("Annulée")
