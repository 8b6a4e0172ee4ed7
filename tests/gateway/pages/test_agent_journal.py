"""The journal of looks at a request and its pieces: in its file, and by number for who oversees."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.dates import local
from gateway.shared.journal import PAGE, Cursor
from services.chassis.errors import NotFound
from tests.support import agents_desk as desk
from tests.support.agents_desk import HERE
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

LOOKS = [
    "Lecture du journal",
    "Ouverture d’une pièce, effacée depuis",
    "Ouverture de la pièce « Photographie »",
    "Ouverture du dossier",
]


def audit(services: Stubs, *permissions: str) -> None:
    """Who is logged in may read the journal, and what else is said."""
    reader = replace(desk.AGENT, permissions=(*permissions, "read_audit_log"))
    services["accounts.session"] = desk.session_of(reader)


def looks(page: Any) -> list[str]:
    return [" ".join(cell.get_text().split()) for cell in page.select("td[data-label=Quoi]")]


def test_the_journal_of_a_request_and_of_its_pieces_is_one_in_the_order_of_time(agent: Client, services: Stubs) -> None:
    assert "Consultations" not in agent.page(HERE).select_one(".tabs").get_text()

    audit(services, *desk.AGENT.permissions)

    assert looks(agent.page(f"{HERE}?onglet=consultations")) == LOOKS


def test_the_journal_of_another_departments_request_is_read_by_its_number(agent: Client, services: Stubs) -> None:
    audit(services)
    services["requests.tracking"] = NotFound("Nous ne trouvons pas cette demande.")

    agent.page("/agent/consultations")

    assert looks(agent.page(f"/agent/consultations?numero={NUMBER}")) == LOOKS
    assert services.bodies("documents.staff_views") == [{"grant": "journal", "at_most": PAGE + 1}]
    answer = agent.get(f"/api/v1/agent/requests/{NUMBER}/views").get_json()
    assert [look["what"] for look in answer["views"]] == ["audit_trail", "file", "file", "tracking"]
    assert "grant" not in answer


def test_a_long_journal_is_read_page_by_page_from_requests_and_documents(agent: Client, services: Stubs) -> None:
    audit(services)
    looked = [desk.look("tracking", 100 - rank) for rank in range(PAGE + 1)]
    services["requests.audit_trail"] = {"number": NUMBER, "views": looked, "grant": "journal"}

    first = agent.page(f"/agent/consultations?numero={NUMBER}")
    assert len(first.select("td[data-label=Quand] time")) == PAGE
    agent.page(first.select_one("a[rel=next]")["href"])

    last = (NOW + timedelta(minutes=100 - PAGE + 1)).isoformat()
    assert services.bodies("requests.audit_trail")[-1]["before_at"] == last
    assert services.bodies("requests.audit_trail")[-1]["before_id"] == 100 - PAGE + 2
    assert services.bodies("documents.staff_views")[-1]["before_at"] == last
    answer = agent.get(f"/api/v1/agent/requests/{NUMBER}/views").get_json()
    assert f"avant={answer['next']}" in first.select_one("a[rel=next]")["href"]


def test_two_looks_of_one_instant_are_each_listed_once() -> None:
    here = Cursor(NOW, "r", 7)

    assert Cursor.read(str(here)) == here
    assert here.before("r")["before_id"] == 7
    assert here.before("d")["before_id"] > 10**18  # what documents recorded then comes after
    assert Cursor(NOW, "d", 7).before("r")["before_id"] == 0  # what requests recorded then was listed before


def test_an_unknown_number_is_refused_at_its_field_of_the_journal(agent: Client, services: Stubs) -> None:
    audit(services)
    services["requests.audit_trail"] = NotFound("Nous ne trouvons pas cette demande.")

    page = parsed(agent.get("/agent/consultations?numero=2026-0000-0000"), 404)

    field = page.select_one("#numero")
    assert field["value"] == "2026-0000-0000"
    assert field["aria-invalid"] == "true"
    assert page.select_one(".error-summary a")["href"] == "#numero"
    assert field.find_next_sibling(id="numero-erreur") is not None


@pytest.mark.parametrize(
    "address",
    ["/agent/consultations", f"/api/v1/agent/requests/{NUMBER}/views", "/api/v1/agent/views?day=2026-11-25"],
)
def test_an_agent_without_the_right_cannot_read_the_journal(agent: Client, address: str) -> None:
    assert agent.get(address).status_code == 403


def test_consecutive_looks_of_one_person_are_one_line_with_their_times(agent: Client, services: Stubs) -> None:
    audit(services)
    other = {**desk.look("tracking", -30), "agent_id": desk.COLLEAGUE, "agent_name": "Chef d’équipe"}
    mine = [desk.look("tracking", minutes) for minutes in (0, -5, -10)]
    again = [mine[0]] * 2  # within the same minute
    earlier = [desk.look("tracking", -60), desk.look("tracking", -60 * 24)]
    services["requests.audit_trail"] = {"number": NUMBER, "views": [*again, *mine, other, *earlier], "grant": "journal"}
    services["documents.staff_views"] = {"views": []}

    page = agent.page(f"/agent/consultations?numero={NUMBER}")

    assert looks(page) == ["Ouverture du dossier, 5 fois", *["Ouverture du dossier"] * 3]
    assert [time["datetime"] for time in page.select_one("td[data-label=Quand]").select("time")] == [
        local(look["at"]).isoformat(timespec="minutes") for look in mine
    ]


def shown(page: Any) -> list[tuple[str, str]]:
    """What each line says was done, and the numbers that it showed."""
    numbers = [" ".join(cell.get_text().split()) for cell in page.select("td[data-label='Demandes montrées']")]
    return list(zip(looks(page), numbers, strict=True))


def test_the_journal_of_a_day_shows_who_saw_which_requests_for_which_query(agent: Client, services: Stubs) -> None:
    audit(services)

    page = agent.page("/agent/consultations?jour=2026-11-25")

    assert shown(page) == [
        ("Recherche « martin »", f"{NUMBER}, {desk.OTHER_NUMBER}"),
        ("Ouverture de la pièce « Photographie »", NUMBER),
        ("Rendez-vous d’un jour : mardi 1er décembre 2026", "Aucune"),
    ]
    assert services.bodies("documents.looks") == [{"at_most": PAGE + 1, "day": "2026-11-25"}]
    assert services.bodies("requests.looks") == [{"at_most": PAGE + 1, "day": "2026-11-25", "requests": ["r1"]}]
    assert page.select_one("td[data-label=Qui] a")["href"] == f"/agent/consultations?agent={desk.AGENT.id}"
    assert page.select_one("#jour")["value"] == "2026-11-25"


def test_the_journal_of_an_agent_is_read_page_by_page_and_by_program(agent: Client, services: Stubs) -> None:
    audit(services)
    looked = [{**desk.look("work_list", 100 - rank), "numbers": [], "query": {}} for rank in range(PAGE)]
    services["requests.looks"] = {"views": looked, "numbers": {"r1": NUMBER}}

    page = agent.page(f"/agent/consultations?agent={desk.AGENT.id}")
    agent.page(page.select_one("a[rel=next]")["href"])
    answer = agent.get(f"/api/v1/agent/views?agent={desk.AGENT.id}").get_json()

    assert services.bodies("requests.looks")[1]["before_at"] == looked[-1]["at"]
    assert {body["agent"] for body in services.bodies("requests.looks")} == {desk.AGENT.id}
    assert len(answer["views"]) == PAGE
    assert f"avant={answer['next']}" in page.select_one("a[rel=next]")["href"]
    assert all("request_id" not in look and "id" not in look for look in answer["views"])


@pytest.mark.parametrize("typed", ["demain", "0001-01-01", "2026-02-30"])
def test_an_invalid_day_is_refused_at_its_field(agent: Client, services: Stubs, typed: str) -> None:
    audit(services)

    page = parsed(agent.get(f"/agent/consultations?jour={typed}"), 422)

    assert page.select_one(".error-summary a")["href"] == "#jour"
    assert page.select_one("#jour")["aria-invalid"] == "true"
    assert services.bodies("requests.looks") == []
