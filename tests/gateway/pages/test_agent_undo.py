"""A decision that waits: the strip of the file, its undoing, and why one was not carried out."""

import pytest

from services.requests.refusals import DecisionGone
from tests.support.agents_desk import DECISION, HERE, held_decisions
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

ADDRESS = f"{HERE}/decisions/{DECISION}"
SCHEDULE = f"{HERE}/decision?vers=scheduled&reponse=intervention-programmee"


def test_a_decision_that_waits_leads_to_the_file_where_it_can_be_undone(agent: Client, services: Stubs) -> None:
    services["requests.change_status"] = {"number": NUMBER, "status": "rejected", "told": True, "held": DECISION}
    sent = agent.submit(SCHEDULE, "form.decide__form", deadline="2027-01-04", action="envoyer")
    services["requests.list_held_decisions"] = held_decisions()

    assert sent.location == f"{HERE}?fait=attente#attente"
    strip = agent.page(sent.location).select_one("#attente")
    assert strip["tabindex"] == "-1"
    assert strip.select_one("[role=status] h2").get_text() == "Votre décision part dans 7\u00a0secondes"
    assert strip.select_one("form")["action"] == ADDRESS
    assert agent.page(HERE).select("#attente") == []  # it takes the focus once
    assert agent.page("/agent/demandes").select_one(".held p a")["href"] == HERE


def test_an_undone_decision_comes_back_with_its_words(agent: Client, services: Stubs) -> None:
    services["requests.list_held_decisions"] = held_decisions()
    page = agent.page(HERE)
    services["requests.list_held_decisions"] = {"items": []}
    words = {"to": "rejected", "reason": "Cette voie est privée.", "text": "Bonjour,"}
    services["requests.undo_decision"] = {"number": NUMBER, "words": words}

    form = parsed(agent.fill(page, ".held form"))

    assert services.bodies("requests.undo_decision") == [{"number": NUMBER, "decision_id": DECISION}]
    assert "annulée" in form.select_one("[data-focus]").get_text()
    assert form.select_one("[name=reason]").get_text(strip=True) == "Cette voie est privée."
    assert form.select_one("[name=text]").get_text(strip=True) == "Bonjour,"


def test_an_undoing_that_comes_too_late_says_so(agent: Client, services: Stubs) -> None:
    services["requests.list_held_decisions"] = held_decisions()
    page = agent.page(HERE)
    services["requests.undo_decision"] = DecisionGone()

    late = parsed(agent.fill(page, ".held form"), 409)

    assert "Trop tard" in late.select_one(".notice--warning").get_text()


def test_a_decision_that_could_not_be_carried_out_says_why_until_set_aside(agent: Client, services: Stubs) -> None:
    services["requests.list_held_decisions"] = held_decisions(
        because="Le dossier a changé.", own=False, agent="Chef d’équipe"
    )
    strip = (page := agent.page(HERE)).select_one(".held")
    assert strip.select_one("h2").get_text() == "Une décision de Chef d’équipe n’est pas partie"
    assert "Le dossier a changé." in strip.get_text()
    services["requests.undo_decision"] = {"number": NUMBER, "words": {"to": "rejected"}}

    aside = agent.fill(page, ".held form", action="ecarter")

    assert aside.location == HERE


def test_colleagues_see_that_a_decision_is_about_to_leave(agent: Client, services: Stubs) -> None:
    services["requests.list_held_decisions"] = held_decisions(own=False, agent="Chef d’équipe")
    strip = agent.page(HERE).select_one(".held")
    assert strip.select_one("h2").get_text() == "Une décision de Chef d’équipe part dans quelques secondes"
    assert strip.select("form") == []


@pytest.mark.parametrize("state", ["waiting", "not_done", "done", "undone"])
def test_a_page_that_stays_open_asks_what_became_of_a_decision(agent: Client, services: Stubs, state: str) -> None:
    services["requests.read_held_decision"] = {"number": NUMBER, "state": state}
    assert agent.get(f"{ADDRESS}/etat").text == state
