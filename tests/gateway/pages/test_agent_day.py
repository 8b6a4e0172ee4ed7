"""The day's list of the counter: who comes, when and where; what another department follows stays hidden."""

import pytest

from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs


def test_an_appointment_leads_to_its_file_unless_it_is_of_another_department(agent: Client) -> None:
    page = agent.page("/agent/rendez-vous")

    row = page.select("tbody tr")[0]
    assert "9\u00a0h" in row.get_text()
    assert "Ariel Nouveau" in row.get_text()
    assert [link["href"] for link in row.select("a")] == [f"/agent/demandes/{NUMBER}"]
    assert "Bureau 12, premier étage" in page.get_text()

    row = page.select("tbody tr")[1]
    assert "Heure prise" in row.get_text()
    assert "Enfance et éducation" in row.get_text()
    assert row.select("a") == []


def test_the_list_and_the_file_show_the_reception_need_of_an_appointment(agent: Client, services: Stubs) -> None:
    services["requests.day_list"] = desk.day_list(desk.appointment("08", reception="Accès en fauteuil roulant"))
    services["requests.tracking"] = desk.case(reception="Accès en fauteuil roulant")

    row = agent.page("/agent/rendez-vous").select_one("tbody tr")
    assert "Accueil\u00a0: Accès en fauteuil roulant" in row.get_text()
    head = agent.page(f"/agent/demandes/{NUMBER}").select_one(".case-head")
    assert "Besoin d’accueil\u00a0: Accès en fauteuil roulant" in head.get_text()


def test_the_days_around_are_one_link_away(agent: Client, services: Stubs) -> None:
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
def test_an_invalid_day_shows_today(agent: Client, services: Stubs, typed: str) -> None:
    agent.page(f"/agent/rendez-vous?jour={typed}")

    assert services.bodies("requests.day_list")[-1] == {}


def test_agendas_without_appointments_stand_after_the_others_by_their_reason(agent: Client, services: Stubs) -> None:
    busy, closed = desk.day_list(desk.appointment("08")), desk.day_list(closed="Jour férié")["agendas"][0]
    free = closed | {"slug": "salles", "title": "Location des salles", "closed_reason": None}
    services["requests.day_list"] = busy | {"agendas": [closed | {"slug": "ferme"}, free, *busy["agendas"]]}

    page = agent.page("/agent/rendez-vous").select_one("main")

    lists = page.select(".day-list")
    assert [one.select_one("h2") is not None for one in lists] == [True, False]
    assert [one.get_text(strip=True) for one in lists[-1].select("p")] == [
        "Jour férié\u00a0: Rendez-vous population et famille.",
        "Aucun rendez-vous\u00a0: Location des salles.",
    ]


def test_an_empty_day_links_to_the_next_day_with_appointments(agent: Client, services: Stubs) -> None:
    services["requests.day_list"] = desk.day_list() | {"next_taken": "2026-12-02"}

    ahead = agent.page("/agent/rendez-vous").select_one("main a[href='/agent/rendez-vous?jour=2026-12-02']")

    assert "mercredi 2\u00a0décembre" in ahead.get_text()
    services["requests.day_list"] = desk.day_list(desk.appointment("08")) | {"next_taken": "2026-12-02"}
    assert agent.page("/agent/rendez-vous").select_one("main a[href$='2026-12-02']") is None


def test_the_date_of_a_day_is_written_once(agent: Client, services: Stubs) -> None:
    for day, today in (("2026-11-25", True), ("2026-11-26", False)):
        services["requests.day_list"] = desk.day_list(day=day)
        page = agent.page("/agent/rendez-vous").select_one("main")
        assert (page.select_one(".day-of time") is not None) is today
        assert ("novembre" in page.select_one("h1").get_text()) is not today


def test_appointments_left_on_a_closed_day_are_marked_to_be_moved(agent: Client, services: Stubs) -> None:
    services["requests.day_list"] = desk.day_list(desk.appointment("08"), closed="Grève")

    assert "à déplacer" in agent.page("/agent/rendez-vous").get_text()


def test_the_api_answers_with_the_same_day_list(agent: Client, services: Stubs) -> None:
    answer = agent.get("/api/v1/agent/appointments?day=2026-11-25")

    assert services.bodies("requests.day_list")[-1] == {"day": "2026-11-25"}
    assert answer.get_json()["agendas"][0]["appointments"][0]["number"] == NUMBER
