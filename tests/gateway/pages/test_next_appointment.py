"""The appointment to come is shown wherever its request is: its day in words and its place, before a tab is opened."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from gateway.dates import moment_in_words
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW, NUMBER, town
from tests.support.judge import Client
from tests.support.own_space import dashboard, line
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

IN_TWO_DAYS = NOW + timedelta(days=2)
PLACE = "Bureau 12, premier étage (ascenseur), Hôtel de ville"
SENTENCE = f"Rendez-vous le {moment_in_words(IN_TWO_DAYS)}, {PLACE}"
THERE = {"appointment_at": IN_TWO_DAYS.isoformat(), "appointment_place": PLACE}


def booked(**changes: Any) -> dict[str, Any]:
    return tracking()["appointments"][0] | {
        "starts_at": IN_TWO_DAYS.isoformat(),
        "ends_at": (IN_TWO_DAYS + timedelta(minutes=20)).isoformat(),
        "place": PLACE,
        "status": "booked",
        **changes,
    }


def test_a_request_shows_its_appointment_above_its_tabs(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(appointments=[booked(status="cancelled", place="Ailleurs"), booked()])

    head = follower.page(f"/demande/{NUMBER}").select_one(".page-head")

    assert head is not None
    assert SENTENCE in head.get_text()
    assert head.select_one(f'a[href="/demande/{NUMBER}?onglet=rendez-vous"] time') is not None


def test_an_agents_file_shows_its_appointment_above_its_tabs(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = desk.case() | {"appointments": [booked()]}

    head = agent.page(f"/agent/demandes/{NUMBER}").select_one(".page-head")

    assert head is not None
    assert SENTENCE in head.get_text()


@pytest.mark.parametrize("gone", [{"status": "cancelled"}, {"starts_at": (NOW - timedelta(days=1)).isoformat()}])
def test_a_cancelled_or_past_appointment_is_not_shown_above_the_tabs(
    follower: Client, services: Stubs, gone: dict[str, str]
) -> None:
    services["requests.tracking"] = tracking(appointments=[booked(**gone)])

    assert "Rendez-vous le" not in follower.page(f"/demande/{NUMBER}").get_text()


def marks(page: Any) -> str:
    found = page.select_one("aside")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_the_day_aimed_at_is_shown_as_that_of_the_appointment_where_it_is(follower: Client, services: Stubs) -> None:
    there = IN_TWO_DAYS.date().isoformat()
    services["requests.tracking"] = tracking(appointments=[booked()], due_on=there)
    page = follower.page(f"/demande/{NUMBER}?onglet=rendez-vous")
    assert "Réponse prévue le jeudi 26 novembre 2026 , jour de votre rendez-vous" in marks(page)  # the day is in <time>
    assert "La réponse de la mairie est prévue ce jour-là" in page.select_one("article.appt").get_text()

    alone = {"slug": "scheduled", "label": "Programmée", "closed": False, "meaning": ""}
    services["requests.tracking"] = tracking(appointments=[booked()], due_on=there, status=alone)
    page = follower.page(f"/demande/{NUMBER}?onglet=rendez-vous")
    assert "Réponse prévue" not in marks(page), "the appointment is all that was asked for"
    assert "ce jour-là" not in page.get_text()

    services["requests.tracking"] = tracking(appointments=[booked()])
    page = follower.page(f"/demande/{NUMBER}?onglet=rendez-vous")
    assert marks(page).count("Réponse prévue le mercredi 2 décembre 2026") == 1
    assert "jour de votre rendez-vous" not in page.get_text()
    assert "ce jour-là" not in page.get_text()


def test_no_day_is_aimed_at_while_the_file_waits_for_the_person(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(appointments=[booked()], due_on=None)

    assert "Réponse prévue" not in follower.page(f"/demande/{NUMBER}").get_text()


def test_the_receipt_shows_the_appointment_and_the_day_aimed_at(citizen: Client, services: Stubs) -> None:
    address = f"/demarches/location-salle/prise-en-compte/{NUMBER}"
    services["requests.tracking"] = tracking(appointments=[booked()], due_on=IN_TWO_DAYS.date().isoformat())
    page = citizen.page(address).get_text()
    assert ": votre rendez-vous" in page.replace("\u00a0", " ")
    assert "Réponse prévue" not in page, "the day of the appointment is said already"

    services["requests.tracking"] = tracking(appointments=[booked()])
    assert "Réponse prévue le mercredi" in citizen.page(address).get_text()


def test_an_agents_file_says_that_the_day_aimed_at_is_the_appointments(agent: Client, services: Stubs) -> None:
    there = {"appointments": [booked()], "due_on": IN_TWO_DAYS.date().isoformat()}
    services["requests.tracking"] = desk.case() | there | {"ages": {"days": 1, "overdue": False}}

    assert "après-demain, jour du rendez-vous" in marks(agent.page(f"/agent/demandes/{NUMBER}"))


def test_my_requests_show_the_appointment_in_their_line(citizen: Client, services: Stubs) -> None:
    over = THERE | {"appointment_at": (NOW - timedelta(days=1)).isoformat()}
    mine = [line(NUMBER, "location-salle", "in_review", **THERE), line("B", "location-salle", "in_review", **over)]
    services["requests.mine"] = {"items": mine, "total": 2, "page": 1, "pages": 1}

    first, second = citizen.page("/mes-demandes").select("tbody tr")

    assert SENTENCE in first.get_text()
    assert first.select_one("span p") is None  # no validator takes a paragraph inside a phrase
    assert "Rendez-vous le" not in second.get_text()


def test_mon_accueil_announces_the_appointments_to_come(citizen: Client, services: Stubs) -> None:
    mine = [line(NUMBER, "location-salle", "in_review", **THERE)]
    services["requests.read_dashboard"] = dashboard(mine, unread=[], appointments=mine)
    coming = citizen.page("/mon-accueil").select_one("#rendez-vous")
    assert PLACE in coming.get_text()

    services["requests.read_dashboard"] = dashboard([], unread=[], appointments=[])
    coming = citizen.page("/mon-accueil").select_one("#rendez-vous")
    assert "Aucun rendez-vous à venir." in coming.get_text()


def test_the_work_list_shows_the_appointment_in_its_chosen_columns(agent: Client, services: Stubs) -> None:
    there = desk.line(NUMBER, **THERE)
    services["requests.work_list"] = desk.work_list(there, desk.line("2026-2HXD-58TN"))

    first, second = agent.page("/agent/demandes?colonnes=rendez-vous,lieu").select("tbody tr")

    assert first.select_one("[data-label=Rendez-vous] time")["datetime"].startswith(THERE["appointment_at"][:10])
    assert first.select_one("[data-label='Lieu du rendez-vous']").get_text() == THERE["appointment_place"]
    assert second.select_one("[data-label=Rendez-vous]").get_text() == ""


def test_header_and_pages_read_one_clock(visitor: Client, app: Flask, services: Stubs) -> None:
    """« Réouverture demain »: the same instant in the header and on the page."""
    opening = {"start": (NOW + timedelta(days=1)).isoformat(), "end": (NOW + timedelta(days=1, hours=3)).isoformat()}
    present = town()
    services["procedures.town"] = present | {
        "open_now": present["open_now"] | {"open": False, "until": None, "next": opening}
    }

    assert "Réouverture demain" in visitor.page("/").get_text()
