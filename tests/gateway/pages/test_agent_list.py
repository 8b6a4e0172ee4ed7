"""The agents' work list: saved views, filters, due dates, empty states."""

from datetime import date

import pytest

from gateway.pages.agent import work_table as agent_list
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

TODAY = date(2026, 11, 25)


def test_the_password_is_followed_by_the_code(visitor: Client, services: Stubs) -> None:
    desk.furnish(services)

    asked = visitor.log_in("/agent/connexion", "agent.accueil")
    entered = visitor.fill(parsed(asked), code="123 456")

    assert services.bodies("accounts.second_factor") == [
        {"challenge": "challenge", "code": "123456", "presented": "", "device": ""}
    ]
    assert entered.location == "/agent/demandes"


def test_the_list_leads_to_filing_and_says_in_words_what_is_late_silent_and_filtered(agent: Client) -> None:
    page = agent.page("/agent/demandes")
    assert page.select_one("main a[href='/demarches']") is not None

    row = page.select("tbody tr")[0]
    assert row.select_one(".late svg") is not None
    assert "en retard de" in row.get_text()

    row = page.select("tbody tr")[1]
    assert "Silence\u00a0: acceptation le 23\u00a0janv.\u00a02027" in row.get_text()

    words = page.select_one(".filters").get_text(" ", strip=True)
    assert "Enregistrée (2)" in words
    assert "Chef d’équipe (1)" in words


def test_an_alert_is_shown_in_its_row_its_file_and_on_paper(agent: Client, services: Stubs) -> None:
    assert agent.page("/agent/demandes").select_one(".pill--danger") is None
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER, alert="Danger signalé"))
    services["requests.tracking"] = desk.case() | {"alert": "Danger signalé"}

    for address in ("/agent/demandes", desk.HERE, f"{desk.HERE}/imprimer"):
        mark = agent.page(address).select_one("main .pill--danger")
        assert mark.get_text(strip=True) == "Danger signalé"
        assert mark.select_one("svg") is not None


def test_a_silence_before_the_day_aimed_at_is_shown_with_icon_and_words(agent: Client, services: Stubs) -> None:
    silent = {"implicit_effect": "acceptance", "due_on": "2026-12-14"}
    services["requests.work_list"] = desk.work_list(
        desk.line(NUMBER, **silent, implicit_on="2026-12-02"),
        desk.line("2026-2HXD-58TN", **silent, implicit_on="2026-12-20"),
    )

    first, later = agent.page("/agent/demandes").select("tbody tr")

    pressing = first.select_one(".work__sub.soon")
    assert pressing.get_text(strip=True) == "Silence d’abord\u00a0: acceptation le 2\u00a0déc."
    assert pressing.select_one("svg") is not None
    assert later.select_one(".work__sub.soon") is None


def test_a_closed_request_shows_its_closing_day(agent: Client, services: Stubs) -> None:
    closed = {
        "status": {"slug": "done", "label": "Terminée", "closed": True, "meaning": ""},
        "closed_at": "2026-11-20T15:00:00+00:00",
    }
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER, **closed))

    heads = agent.page("/agent/demandes?vue=closes").select("thead th")
    everywhere = agent.page(f"/agent/demandes?q={NUMBER}")

    assert [head.get_text(strip=True) for head in heads][3] == "Close le"
    assert "Réponse visée le" in everywhere.select("thead th")[3].get_text()
    assert everywhere.select("tbody td")[2].get_text(" ", strip=True) == "Close le 20\u00a0nov."


def test_one_page_is_counted_without_from_and_to(agent: Client, services: Stubs) -> None:
    assert agent.page("/agent/demandes").select_one(".bulk [role=status]").get_text(strip=True) == "3\u00a0demandes"
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), total=45) | {"page": 3}
    shown = agent.page("/agent/demandes?page=3").select_one(".bulk [role=status]")
    assert shown.get_text(strip=True) == "41 à 41 sur 45\u00a0demandes"


@pytest.mark.parametrize(
    ("total", "address"), [(45, "/agent/demandes?vue=a-moi&page=3"), (7, "/agent/demandes?vue=a-moi")]
)
def test_a_page_past_the_last_one_leads_to_the_last(agent: Client, services: Stubs, total: int, address: str) -> None:
    services["requests.work_list"] = desk.work_list(total=total) | {"page": 9}

    assert agent.get("/agent/demandes?vue=a-moi&page=9").location == address


def test_a_view_and_filters_are_passed_on(agent: Client, services: Stubs) -> None:
    agent.page("/agent/demandes?vue=a-moi&statut=submitted&domaine=voirie&retard=1&tri=-submitted&page=2")

    assert services.bodies("requests.work_list")[-1] == {
        "view": "mine", "status": "submitted", "area": "voirie", "overdue": True, "sort": "-submitted", "page": 2,
    }  # fmt: skip


def test_the_view_of_unassigned_requests_has_its_name_and_its_count(agent: Client, services: Stubs) -> None:
    page = agent.page("/agent/demandes?vue=a-affecter")

    current = page.select_one(".tabs [aria-current]")
    assert current is not None
    assert current.get_text(" ", strip=True) == "À affecter 2 demandes à affecter"
    assert services.bodies("requests.work_list")[-1] == {"view": "unassigned", "page": 1}


def test_only_an_open_request_is_marked_to_be_assigned(agent: Client, services: Stubs) -> None:
    closed = {"slug": "done", "label": "Terminée", "closed": True, "meaning": ""}
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), desk.line("2026-2HXD-58TN", status=closed))

    opened, done = (row.get_text() for row in agent.page("/agent/demandes?vue=echanges").select(".work__state"))

    assert "À affecter" in opened
    assert "À affecter" not in done


def test_a_search_looks_in_closed_requests_too(agent: Client, services: Stubs) -> None:
    agent.page(f"/agent/demandes?q={NUMBER}")

    assert services.bodies("requests.work_list")[-1] == {"q": NUMBER, "page": 1}


@pytest.mark.parametrize("address", ["?vue=retard", "?vue=a-affecter", f"?q={NUMBER}", "?statut=done", ""])
def test_an_empty_list_says_what_will_be_here(agent: Client, services: Stubs, address: str) -> None:
    services["requests.work_list"] = desk.work_list()

    assert agent.page(f"/agent/demandes{address}").select_one(".empty p") is not None


@pytest.mark.parametrize(
    ("day", "met_on", "overdue", "state", "said"),
    [
        ("2026-11-24", "2026-12-14", True, "late", "en retard de 1\u00a0jour"),
        ("2026-11-20", "2026-12-14", True, "late", "en retard de 5\u00a0jours"),
        ("2026-11-25", "2026-12-14", False, "soon", "aujourd’hui"),
        ("2026-11-26", "2026-11-26", False, "soon", "demain, jour du rendez-vous"),
        ("2026-11-27", "2026-12-14", False, "soon", "après-demain"),
        ("2026-11-28", "2026-12-14", False, "", ""),
        ("2026-12-14", "2026-12-14", False, "", "jour du rendez-vous"),
    ],
)
def test_due_dates_are_written_in_words(day: str, met_on: str, overdue: bool, state: str, said: str) -> None:
    due = agent_list.due(day, TODAY, overdue=overdue, appointment_at=f"{met_on}T08:20:00+00:00")

    assert due is not None
    assert (due.state, due.said) == (state, said)
