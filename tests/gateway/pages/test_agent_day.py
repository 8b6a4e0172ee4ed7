"""The day's list of the counter: who comes, when and where; what another department follows stays hidden."""

import pytest

from tests.gateway.judge import JudgingClient
from tests.gateway.pages import agents_desk as desk
from tests.gateway.pages.town_hall import NUMBER
from tests.gateway.stubs import StubServices


def test_each_appointment_leads_to_its_file(agent: JudgingClient) -> None:
    page = agent.page("/agent/rendez-vous")

    row = page.select("tbody tr")[0]
    assert "9\u00a0h" in row.get_text()
    assert "Ariel Nouveau" in row.get_text()
    assert [link["href"] for link in row.select("a")] == [f"/agent/demandes/{NUMBER}"]
    assert "Bureau 12, premier étage" in page.get_text()


def test_an_appointment_of_another_department_is_only_a_time_that_is_taken(agent: JudgingClient) -> None:
    row = agent.page("/agent/rendez-vous").select("tbody tr")[1]

    assert "Heure prise" in row.get_text()
    assert "Enfance et éducation" in row.get_text()
    assert row.select("a") == []


def test_the_days_around_are_one_link_away(agent: JudgingClient, services: StubServices) -> None:
    services["requests.day_list"] = desk.day_list(day="2026-11-26") | {
        "previous": "2026-11-25", "next": "2026-11-27",
    }  # fmt: skip

    links = [link["href"] for link in agent.page("/agent/rendez-vous?jour=2026-11-26").select("nav.pages a")]

    assert services.bodies("requests.day_list")[-1] == {"day": "2026-11-26"}
    assert "jeudi 26\u00a0novembre" in agent.page("/agent/rendez-vous?jour=2026-11-26").select_one("h1").get_text()
    assert links == [
        "/agent/rendez-vous?jour=2026-11-25", "/agent/rendez-vous", "/agent/rendez-vous?jour=2026-11-27",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["demain", "2026-13-01", ""])
def test_what_is_no_day_shows_today(agent: JudgingClient, services: StubServices, typed: str) -> None:
    agent.page(f"/agent/rendez-vous?jour={typed}")

    assert services.bodies("requests.day_list")[-1] == {}


def test_a_day_without_appointment_says_so(agent: JudgingClient, services: StubServices) -> None:
    services["requests.day_list"] = desk.day_list(closed="Jour férié")

    assert "Pas de rendez-vous\xa0: jour férié" in agent.page("/agent/rendez-vous").get_text()


def test_appointments_left_on_a_closed_day_are_told(agent: JudgingClient, services: StubServices) -> None:
    services["requests.day_list"] = desk.day_list(desk.appointment("08"), closed="Grève")

    assert "à déplacer" in agent.page("/agent/rendez-vous").get_text()


def test_a_citizen_is_refused(citizen: JudgingClient) -> None:
    assert citizen.get("/agent/rendez-vous").status_code == 403


def test_the_api_tells_the_same(agent: JudgingClient, services: StubServices) -> None:
    told = agent.get("/api/v1/agent/appointments?day=2026-11-25")

    assert services.bodies("requests.day_list")[-1] == {"day": "2026-11-25"}
    assert told.get_json()["agendas"][0]["appointments"][0]["number"] == NUMBER
