"""« Demander l’enlèvement d’encombrants »: so many places a week, never more, and a withdrawal gives one back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import Mails, new_address
from tests.e2e.people import Person, visitor
from tests.portal import Portal

pytestmark = pytest.mark.e2e

SLUG = "enlevement-encombrants"
FULL = "Le nombre d’enlèvements de cette semaine est atteint"


def take_what_is_left(portal: Portal) -> list[tuple[Person, str]]:
    """Everybody else files by the API until the week is full; who filed what."""
    taken: list[tuple[Person, str]] = []
    while True:
        person = visitor(portal)
        answer = person.ask("POST", "/requests", json=person.prepared(SLUG, email=new_address()))
        if answer.status_code == 409:
            assert answer.json()["detail"].startswith(FULL)
            return taken
        assert answer.status_code == 201, answer.text
        person.session.headers["Parvis-Tracking"] = answer.json()["tracking_token"]
        taken.append((person, answer.json()["number"]))


def give_back(taken: list[tuple[Person, str]]) -> None:
    for person, number in taken:
        person.do("POST", f"/requests/{number}/cancellation", {"version": person.request(number)["version"]})


def test_a_full_week_is_told_and_a_withdrawal_frees_its_place(page: Page, portal: Portal) -> None:
    # Given a visitor who has filed, and one who is about to validate when the week fills up
    mails = Mails(portal.mail, new_address())
    number = Filing(page, SLUG).file(mails.address)
    late = Filing(page, SLUG)
    late.reach_summary(new_address())
    taken = take_what_is_left(portal)
    try:
        # When the second one validates, then it is refused with the town's message, and what was typed is kept
        page.get_by_role("button", name="Valider ma demande").click()
        expect(page.get_by_role("alert")).to_contain_text(FULL)
        expect(page.locator("main")).to_contain_text("7 rue du Pont-Neuf")

        # When the first one withdraws, after a question
        page.goto(f"/demande/{number}")
        page.get_by_role("link", name="Annuler ma demande").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Annuler ma demande")
        page.get_by_role("button", name="Annuler ma demande").click()
        expect(page.get_by_role("status").first).to_contain_text("Votre demande est annulée")
        expect(page.locator("main")).to_contain_text("Archivée")
        mails.next("annul")

        # Then that place is free: the second one's request, kept as it was, is taken
        page.goto(f"/demarches/{SLUG}/etape/recapitulatif")
        late.validate()
    finally:
        give_back(taken)
