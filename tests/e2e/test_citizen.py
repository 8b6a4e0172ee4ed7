"""A citizen with an account hires a hall: a slot that waits for her, another day, then a change of mind."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import Mails, new_address
from tests.e2e.journeys.people import log_in, new_browser
from tests.e2e.people import one_page
from tests.filled import in_days
from tests.portal import Portal

pytestmark = pytest.mark.e2e

SLUG = "location-salle"
PARIS = ZoneInfo("Europe/Paris")


def offered(page: Page, start: str) -> bool:
    """Whether that slot can be chosen on the calendar that is shown, whatever its week."""
    week = datetime.fromisoformat(start).strftime("%G-W%V")
    page.goto(f"/demarches/{SLUG}/etape/rendez-vous?semaine={week}")
    expect(page.get_by_role("heading", level=2, name="Mon rendez-vous")).to_be_visible()
    return page.locator(f'[name="creneau"][value="{start}"]').count() == 1


def test_a_hall_is_hired_its_visit_moved_and_the_request_withdrawn(
    page: Page, browser: Browser, portal: Portal
) -> None:
    # Given Camille, logged in, and somebody else who looks at the same calendar
    log_in(page, portal, "camille.exemple")
    other = new_browser(browser, portal).new_page()
    log_in(other, portal, "morgan.modele")
    Filing(other, SLUG).begin()
    mails = Mails(portal.mail, new_address())

    # When she chooses a slot, then it is kept for her, with the time left, and nobody else is offered it
    page.goto("/")
    filing = Filing(page, SLUG)
    filing.begin()
    start = filing.choose_slot()
    hold = page.get_by_text("Ce créneau vous est réservé jusqu’à")
    expect(hold).to_contain_text(re.compile(r"encore\s1[45]\smin\s\d\d\ss"))
    assert not offered(other, start)

    # When she files, with the insurance that is asked
    filing.introduce({"email": mails.address})
    filing.answer(
        {
            "salle": "quai",
            "demandeur": "particulier",
            "date_evenement": in_days(200),
            "heure_debut": "14 h",
            "heure_fin": "23 h 30",
            "participants": 60,
            "nature": "famille",
            "reglement": True,
        }
    )
    filing.attach("assurance-rc", "assurance.pdf", one_page())
    filing.onward()
    number = filing.validate()

    # Then her appointment is on the page, and in the mail for her calendar
    expect(page.get_by_role("heading", name="Votre rendez-vous")).to_be_visible()
    mails.next("Accusé de réception")
    page.goto("/mon-accueil")
    expect(page.locator("#dernieres")).to_contain_text(number)

    # When she moves it, the present one being recalled
    page.goto(f"/demande/{number}?onglet=rendez-vous")
    page.get_by_role("link", name="Modifier").click()
    expect(page.get_by_role("heading", name="Liste des rendez-vous disponibles")).to_be_visible()
    expect(page.get_by_role("heading", name="Rendez-vous actuel")).to_be_visible()
    moved = filing.choose_slot(rank=2)
    assert moved != start

    # Then the old one is cancelled beside the new one, and the mail carries the new time
    expect(page.get_by_role("status").first).to_contain_text("Votre rendez-vous est modifié")
    appointments = page.get_by_role("article")
    expect(appointments).to_have_count(2)
    expect(appointments.filter(has_text="Annulé")).to_have_count(1)
    expect(appointments.filter(has_text="Confirmé")).to_have_count(1)
    mail = mails.next("Votre rendez-vous est modifié")
    calendar = mails.attachment(mail)
    assert f"TZID=Europe/Paris:{datetime.fromisoformat(moved).astimezone(PARIS):%Y%m%dT%H%M}" in calendar
    assert offered(other, start)
    assert not offered(other, moved)

    # When she withdraws the request, after a question that she first declines
    page.goto(f"/demande/{number}")
    page.get_by_role("link", name="Annuler ma demande").click()
    page.get_by_role("link", name="Non, garder ma demande").click()
    expect(page.locator("main")).not_to_contain_text("Archivée")
    page.get_by_role("link", name="Annuler ma demande").click()
    page.get_by_role("button", name="Annuler ma demande").click()

    # Then it is archived at once, and the slot can be booked again
    expect(page.get_by_role("status").first).to_contain_text("Votre demande est annulée")
    page.goto("/mes-demandes")
    expect(page.locator("main")).not_to_contain_text(number)
    page.get_by_role("link", name="Voir toutes mes demandes archivées").click()
    expect(page.locator("main")).to_contain_text(number)
    assert offered(other, moved)
    other.context.close()
