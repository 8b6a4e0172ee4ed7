"""A request says in plain sentences where it stands, what waits and for whom; when a message was read is said under it."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.dates import moment_in_words
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.tracked_request import CONTESTED, NOT_LINKED, tracking

HERE = f"/demande/{NUMBER}"
RECEIPT = f"/demarches/location-salle/prise-en-compte/{NUMBER}"
REVIEW = "La mairie examine votre demande."
DOCUMENTS = [{"slug": "assurance-rc", "label": "Attestation d’assurance"}, {"slug": "rib", "label": "RIB"}]


def status(slug: str, meaning: str = REVIEW, *, closed: bool = False) -> dict[str, Any]:
    return {"slug": slug, "label": "Statut", "closed": closed, "meaning": meaning}


def silence(effect: str = "rejection", *, reached: bool = False) -> dict[str, Any]:
    return {"effect": effect, "on": "2027-01-18", "reached": reached, "appeal": CONTESTED}


READ = {"appointments": [], "unread": {"citizen": 0, "town": 0}}
AWAITED = {"status": status("awaiting_documents", "Il manque une pièce."), "due_on": None}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, f"{REVIEW} Vous n’avez rien à faire."),
        ({"status": status("submitted", "La mairie a reçu votre demande.")}, "La mairie a reçu votre demande. Vous n’avez rien à faire."),
        ({"status": status("a_towns_own", "La commission se réunit.")}, "La commission se réunit."),
        ({"status": status("done", "L’acte est établi.", closed=True)}, "L’acte est établi."),
        (AWAITED | {"missing": {"documents": DOCUMENTS[:1], "deadline": "2026-12-04"}}, "La mairie attend une pièce de vous avant le vendredi 4 décembre 2026."),
        (AWAITED | {"missing": {"documents": DOCUMENTS, "deadline": None}}, "La mairie attend 2 pièces de vous."),
        (AWAITED | {"missing": {"documents": [], "deadline": "2026-12-04"}}, "La mairie attend une réponse de vous avant le vendredi 4 décembre 2026."),
        ({"unread": {"citizen": 1, "town": 0}}, f"{REVIEW} Un message de la mairie vous attend."),
        ({"unread": {"citizen": 2, "town": 0}}, f"{REVIEW} 2 messages de la mairie vous attendent."),
        ({"implicit_decision": silence(reached=True)}, f"{REVIEW} La mairie n’a pas répondu avant le lundi 18 janvier 2027 : cela vaut refus."),
        ({"implicit_decision": silence("acceptance", reached=True)}, f"{REVIEW} La mairie n’a pas répondu avant le lundi 18 janvier 2027 : cela vaut accord."),
    ],
)  # fmt: skip
def test_a_request_names_who_has_to_do_something(
    follower: Client, services: Stubs, changes: dict[str, Any], sentence: str
) -> None:
    services["requests.tracking"] = tracking(**READ | {"status": status("in_review")} | changes)

    said = follower.page(HERE).select_one(".page-head .stands").get_text()

    assert " ".join(said.split()) == sentence


def test_an_appointment_to_come_is_what_is_left_to_do(follower: Client, services: Stubs) -> None:
    booked = tracking()["appointments"][1] | {"starts_at": (NOW + timedelta(days=2)).isoformat()}
    services["requests.tracking"] = tracking(**READ | {"status": status("in_review"), "appointments": [booked]})

    said = " ".join(follower.page(HERE).select_one(".stands").get_text().split())

    assert said == f"{REVIEW} Il vous reste à venir à votre rendez-vous."


def test_a_message_just_opened_waits_no_longer(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(status=status("in_review"), appointments=[])
    services["messaging.exchanges"] = {"items": [], "unread": 0}

    assert "vous attend" in follower.page(HERE).select_one(".stands").get_text()
    assert "rien à faire" in follower.page(f"{HERE}?onglet=echanges").select_one(".stands").get_text()


def line(title: str, hours: int, exchange: str | None = None) -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours)).isoformat()
    return NOT_LINKED | {
        "at": at, "kind": "exchange" if exchange else "operation", "title": title, "detail": "", "who": "Vous", "exchange": exchange,
    }  # fmt: skip


HISTORY = [
    line("Message de la mairie lu", 1, "e2"),
    line("La mairie a écrit", 2, "e2"),
    line("Message lu par la mairie", 3, "e1"),
    line("Demande prise en charge", 4),
    line("Message envoyé à la mairie", 5, "e1"),
]


@pytest.mark.parametrize(
    ("reader", "here"),
    [("follower", HERE), ("agent", f"{desk.HERE}?onglet=historique")],
    indirect=["reader"],
)
def test_a_reading_mark_stands_under_its_message_and_is_no_line(reader: Client, services: Stubs, here: str) -> None:
    services["requests.tracking"] = (desk.case() if here.startswith(desk.HERE) else tracking()) | {"history": HISTORY}

    page = reader.page(here)

    events = page.select(".timeline .event")
    assert [" ".join(one.select_one("h3").get_text().split()) for one in events] == [
        "La mairie a écrit",
        "Demande prise en charge",
        "Message envoyé à la mairie",
    ]
    assert ["Lu le" in one.get_text() for one in events] == [True, False, True]
    assert page.select_one(".section__head p, #historique summary").get_text().startswith("Trois événements")


def test_a_confirmed_appointment_is_the_first_thing_said(follower: Client, services: Stubs) -> None:
    at = NOW + timedelta(days=2)
    booked = tracking()["appointments"][1] | {"starts_at": at.isoformat(), "place": "Bureau 12, premier étage"}
    there = {
        "status": status("scheduled", "Le rendez-vous est pris."),
        "appointments": [booked],
        "due_on": at.date().isoformat(),
    }
    services["requests.tracking"] = tracking(**there | {"implicit_decision": None})

    page = follower.page(RECEIPT)

    sentence = f"Votre rendez-vous est confirmé : {moment_in_words(at)}".replace("\u00a0", " ")
    assert " ".join(page.h1.get_text().split()) == sentence
    assert sentence in " ".join(page.title.get_text().split())
    assert "Bureau 12, premier étage" in page.select_one(".confirm").get_text()
    assert "Votre demande est prise en compte" in page.select_one(".confirm").get_text()
    assert "Réponse prévue" not in page.select_one("main").get_text()
    assert page.select_one("main a[href$='rendez-vous.ics']") is not None


def test_a_request_with_an_appointment_beside_it_is_first_a_request(follower: Client) -> None:
    assert follower.page(RECEIPT).h1.get_text() == "Votre demande est prise en compte"


def test_the_law_of_a_refusal_by_silence_is_folded_and_whole(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(implicit_decision=silence())
    folded = follower.page(RECEIPT).select_one("details.law")

    assert folded.select_one("summary").get_text() == "Vos recours"
    assert not folded.has_attr("open")
    assert f"votre demande est réputée refusée. {CONTESTED}" in " ".join(folded.get_text().split())
    outside = " ".join(folded.parent.get_text().replace(folded.get_text(), "").split())
    assert outside == "Pas de réponse le lundi 18 janvier 2027 ? Si votre dossier est complet, cela vaut refus."


def test_an_acceptance_by_silence_has_no_appeal_to_speak_of(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(implicit_decision=silence("acceptance") | {"appeal": None})
    folded = follower.page(RECEIPT).select_one("details.law")

    assert folded.select_one("summary").get_text() == "Ce que dit la loi"
    assert "Vous pourrez demander une attestation." in folded.get_text()
