"""The agents' work list: saved views, filters, due dates, empty states."""

from datetime import date
from typing import Any

import pytest

from gateway.pages.agent import work_table as agent_list
from gateway.pages.agent.work_filters import grouped
from services.requests.refusals import CursorUnknown
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
    page = agent.page("/agent/demandes?colonnes=reponse,silence")
    assert page.select_one("main a[href='/demarches']") is not None

    row = page.select("tbody tr")[0]
    assert row.select_one(".late svg") is not None
    assert row.select_one(".due b").get_text() == "J+4"
    assert "en retard de" in row.get_text()

    row = page.select("tbody tr")[1]
    assert row.select_one("[data-label=Silence]").get_text() == "acceptation le 23\u00a0janv.\u00a02027"

    words = page.select_one(".filters").get_text(" ", strip=True)
    assert "Enregistrée (2)" in words
    assert "Chef d’équipe (1)" in words


def test_each_request_is_one_line_of_the_chosen_columns(agent: Client, services: Stubs) -> None:
    usual = agent.page("/agent/demandes")
    assert heads(usual) == ["Démarche", "Numéro", "Demandeur", "Reçue le", "Réponse visée le", "Statut", "Suivie par"]
    assert {len(row.select("th, td:not(.work__pick)")) for row in usual.select("tbody tr")} == {7}

    answer = agent.get("/agent/demandes?vue=a-moi&col=&col=service&col=numero&suite=place")
    assert answer.location == "/agent/demandes?vue=a-moi&suite=place&colonnes=service%2Cnumero"
    chosen = agent.page(answer.location)
    assert heads(chosen) == ["Démarche", "Numéro", "Service"]
    assert chosen.select_one("[data-label=Service]").get_text() == "Services techniques et cadre de vie"
    assert [box["value"] for box in chosen.select(".columns input[checked]")] == ["numero", "service"]


def heads(page: Any) -> list[str]:
    return [head.get_text(strip=True) for head in page.select(".work thead th:not(.work__pick)")]


def test_a_removed_column_is_named_in_a_sentence(agent: Client) -> None:
    page = agent.page("/agent/demandes?colonnes=numero,couleur")

    assert heads(page) == ["Démarche", "Numéro"]
    assert "La colonne «\u00a0couleur\u00a0» n’existe plus" in page.select_one(".worklist .notice").get_text()


@pytest.mark.parametrize(
    ("column", "sort", "asked", "said"),
    [
        ("Démarche", "due", "procedure", None),
        ("Numéro", "number", "-number", "ascending"),
        ("Numéro", "-number", "number", "descending"),
        ("Reçue le", "due", "-submitted", None),
        ("Réponse visée le", "due", "-due", "ascending"),
        ("Statut", "-status", "status", "descending"),
        ("Suivie par", "due", "assignee", None),
    ],
)
def test_the_head_of_a_column_sorts_by_it(
    agent: Client, services: Stubs, column: str, sort: str, asked: str, said: str | None
) -> None:
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER)) | {"sort": sort}

    page = agent.page("/agent/demandes?vue=a-moi&suite=place")
    [head] = [one for one in page.select(".work thead th") if one.get_text(strip=True) == column]

    assert head.get("aria-sort") == said
    assert head.select_one("a")["href"] == f"/agent/demandes?vue=a-moi&tri={asked}"


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
        desk.line(NUMBER, **silent, implicit_on="2026-11-26"),
        desk.line("2026-2HXD-58TN", **silent, implicit_on="2026-12-20"),
    )

    first, later = agent.page("/agent/demandes").select("tbody tr .work__reponse")

    words = first.get_text(" ", strip=True)
    assert words == "26\u00a0nov. J-2 , après-demain silence avant la réponse visée\u00a0: acceptation"
    assert first.select_one(".soon svg") is not None
    assert later.get_text(" ", strip=True) == "14\u00a0déc. J-20 , dans 20\u00a0jours"


def test_a_closed_request_shows_its_closing_day(agent: Client, services: Stubs) -> None:
    closed = {
        "status": {"slug": "done", "label": "Terminée", "closed": True, "meaning": ""},
        "closed_at": "2026-11-20T15:00:00+00:00",
    }
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER, **closed))

    assert "Close le" in heads(agent.page("/agent/demandes?vue=closes"))
    everywhere = agent.page(f"/agent/demandes?q={NUMBER}")
    assert "Réponse visée le" in heads(everywhere)
    assert everywhere.select_one("tbody .work__reponse").get_text(" ", strip=True) == "Close le 20\u00a0nov."


def test_one_page_is_counted_without_from_and_to(agent: Client, services: Stubs) -> None:
    assert counted(agent.page("/agent/demandes")) == "3\u00a0demandes"
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), total=45) | {"first": 41, "previous": "before"}
    assert counted(agent.page("/agent/demandes?suite=place")) == "41 à 41 sur 45\u00a0demandes"
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), total=10_000) | {"next": "after", "more": True}
    assert counted(agent.page("/agent/demandes")) == "1 à 1 sur plus de 10\u202f000\u00a0demandes"


def counted(page: Any) -> str:
    return page.select_one(".bulk [role=status]").get_text(strip=True)


def test_pages_are_turned_from_a_place_of_the_list_to_the_next(agent: Client, services: Stubs) -> None:
    between = {"first": 51, "next": "after", "previous": "before"}
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), total=900) | between

    page = agent.page("/agent/demandes?vue=a-moi&tri=number&suite=place")

    assert services.bodies("requests.work_list")[-1]["cursor"] == "place"
    mine = "/agent/demandes?vue=a-moi&tri=number"
    assert [link["href"] for link in page.select(".worklist__found .pages a")] == [
        mine, f"{mine}&suite=before", f"{mine}&suite=after", f"{mine}&suite=end",
    ]  # fmt: skip


def test_a_forged_or_empty_cursor_leads_to_the_first_page(agent: Client, services: Stubs) -> None:
    services["requests.work_list"] = desk.work_list()
    assert agent.get("/agent/demandes?vue=a-moi&suite=place").location == "/agent/demandes?vue=a-moi"

    services["requests.work_list"] = CursorUnknown(fields={"cursor": CursorUnknown.message})
    assert agent.get("/agent/demandes?vue=a-moi&suite=forged").location == "/agent/demandes?vue=a-moi"


def test_a_view_and_filters_are_passed_on(agent: Client, services: Stubs) -> None:
    chosen = "vue=a-moi&statut=submitted&domaine=voirie&service=services-techniques&pieces=depassees&agenda=salles"
    agent.page(f"/agent/demandes?{chosen}&lieu=mairie&du=2026-11-01&au=2026-11-30&retard=1&tri=-submitted")

    assert services.bodies("requests.work_list")[-1] == {
        "view": "mine", "status": "submitted", "area": "voirie", "department": "services-techniques", "missing": "late",
        "agenda": "salles", "site": "mairie", "received_from": "2026-11-01", "received_until": "2026-11-30",
        "overdue": True, "sort": "-submitted", "rows": 50, "choices": True,
    }  # fmt: skip


@pytest.mark.parametrize("day", ["hier", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_invalid_day_narrows_nothing(agent: Client, services: Stubs, day: str) -> None:
    page = agent.page(f"/agent/demandes?du={day}")

    assert services.bodies("requests.work_list")[-1] == {"view": "open", "rows": 50, "choices": True}
    assert page.select(".chips--small") == []


def test_days_that_cross_are_a_sentence(agent: Client) -> None:
    page = agent.page("/agent/demandes?du=2026-11-05&au=2026-11-01")

    assert "Vos deux dates se croisent" in page.select_one(".worklist .notice").get_text()


def test_procedures_to_choose_from_stand_under_their_domain() -> None:
    choices = (("acte", "Acte (2)"), ("nid", "Nid (1)"), ("gone", "gone (0)"))

    found = grouped(choices, {"acte": "Vie quotidienne", "nid": "Espaces verts"})

    assert found == (("Espaces verts", choices[1:2]), ("Vie quotidienne", choices[:1]), ("Autres", choices[2:]))
    assert grouped(choices[:1], {"acte": "Vie quotidienne"}) == ()


def test_statuses_to_choose_from_stand_under_what_they_mean(agent: Client, services: Stubs) -> None:
    found = desk.work_list(desk.line(NUMBER))
    statuses = ("done", "submitted", "a_status_of_the_town", "awaiting_documents")
    found["options"]["status"] = [{"value": one, "count": 1} for one in statuses]
    services["requests.work_list"] = found

    groups = agent.page("/agent/demandes").select("#f-statut optgroup")

    assert [(one["label"], one.option["value"]) for one in groups] == [
        ("À traiter", "submitted"), ("En attente", "awaiting_documents"), ("Closes, demande satisfaite", "done"),
        ("Autres", "a_status_of_the_town"),
    ]  # fmt: skip


def test_active_filters_are_named_and_each_is_taken_off_by_itself(agent: Client) -> None:
    page = agent.page("/agent/demandes?vue=a-moi&statut=submitted&du=2026-11-01&retard=1")

    chips = {one.get_text(" ", strip=True): one["href"] for one in page.select(".chips--small a")}
    assert chips == {
        "Statut\u00a0: Enregistrée , enlever ce filtre": "/agent/demandes?vue=a-moi&du=2026-11-01&retard=1",
        "Reçue depuis le\u00a0: 1er\u00a0novembre\u00a02026 , enlever ce filtre": "/agent/demandes?vue=a-moi&statut=submitted&retard=1",
        "Échéance\u00a0: en retard , enlever ce filtre": "/agent/demandes?vue=a-moi&statut=submitted&du=2026-11-01",
        "Tout enlever": "/agent/demandes?vue=a-moi",
    }
    assert page.select_one(".filters button[type=submit]").get_text() == "Filtrer"


def test_the_order_is_chosen_among_the_filters_too(agent: Client) -> None:
    def chosen(query: str) -> list[str]:
        return [one["value"] for one in agent.page(f"/agent/demandes?{query}").select("#f-tri option[selected]")]

    assert chosen("vue=a-moi") == []
    assert chosen("tri=status") == ["status"]
    assert chosen("tri=-number") == ["-number"]
    assert chosen("vue=closes&tri=-closed") == ["-closed"]
    assert chosen("tri=couleur") == []


def test_a_filter_shows_its_chosen_value_even_with_no_request(agent: Client) -> None:
    page = agent.page("/agent/demandes?statut=done&demarche=disparue&agenda=ferme")

    shown = [one.get_text() for one in page.select(".filters option[selected]")]
    assert shown == ["Terminée (0)", "disparue (0)", "ferme"]


def test_the_list_of_a_lost_department_says_so(agent: Client, services: Stubs) -> None:
    services["requests.work_list"] = desk.work_list()

    page = agent.page("/agent/demandes?service=police-municipale")

    said = page.select_one(".worklist .notice").get_text()
    assert "service «\u00a0Police municipale\u00a0», auquel votre compte n’est pas rattaché" in said
    assert page.select_one("#f-service option[selected]")["value"] == "police-municipale"


def test_the_view_of_unassigned_requests_has_its_name_and_its_count(agent: Client, services: Stubs) -> None:
    page = agent.page("/agent/demandes?vue=a-affecter")

    current = page.select_one(".tabs [aria-current]")
    assert current is not None
    assert current.get_text(" ", strip=True) == "À affecter 2 demandes à affecter"
    assert services.bodies("requests.work_list")[-1] == {"view": "unassigned", "rows": 50, "choices": True}


def test_only_an_open_request_is_marked_to_be_assigned(agent: Client, services: Stubs) -> None:
    closed = {"slug": "done", "label": "Terminée", "closed": True, "meaning": ""}
    services["requests.work_list"] = desk.work_list(desk.line(NUMBER), desk.line("2026-2HXD-58TN", status=closed))

    opened, done = (row.get_text() for row in agent.page("/agent/demandes?vue=echanges").select("tbody .work__suivi"))

    assert "À affecter" in opened
    assert "À affecter" not in done


def test_a_search_looks_in_closed_requests_too(agent: Client, services: Stubs) -> None:
    agent.page(f"/agent/demandes?q={NUMBER}")

    assert services.bodies("requests.work_list")[-1] == {"q": NUMBER, "rows": 50, "choices": True}


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
