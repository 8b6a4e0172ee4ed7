"""The day at the counter: each state with its buttons, who is called, who comes without an appointment, free slots, the print."""

import re
from datetime import datetime
from typing import Any

import pytest

from gateway.pages.agent.day_lines import BUTTONS, shown, wanted
from services.chassis.contracts import from_json
from services.chassis.errors import Conflict, Forbidden
from services.requests.day_list.rules import FOLLOWING
from services.requests.schemas.day_list import DayList, Presence
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

DAY = "/agent/rendez-vous"
START = "2026-11-25T08:00:00+00:00"
OPEN = {"may_note": True, "waiting": 1}
LINE = f"rdv-{NUMBER}-0900"


@pytest.fixture
def today(agent: Client, services: Stubs) -> Client:
    """An agenda of this day: an appointment at nine, a person without one, a free slot."""
    show(services, desk.appointment("08"))
    return agent


def show(services: Stubs, *appointments: Any, **of_agenda: Any) -> None:
    free = [{"start": "2026-11-25T08:30:00+00:00", "end": "2026-11-25T09:00:00+00:00", "free": 1}]
    given = {**OPEN, "walk_ins": [desk.walk_in()], "free_slots": free, **of_agenda}
    services["requests.day_list"] = desk.day_list(*appointments, **given)


def names(row: Any) -> list[str]:
    """What its buttons are called."""
    return [" ".join(button.get_text().split()) for button in row.select("button")]


def press(client: Client, page: Any, value: str) -> Any:
    """The button with that value, sent with its form."""
    form = page.select_one(f"form:has(button[value^='{value}'])")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    button = form.select_one(f"button[value^='{value}']")
    return client.post(form["action"], data={**data, button["name"]: button["value"]})


def test_lines_stand_in_the_order_of_their_hours(today: Client) -> None:
    rows = today.page(DAY).select("table.day tbody tr")

    said = [" ".join(row.select_one("th").get_text().split())[:7] for row in rows]
    assert [one.replace("\u00a0", " ").replace("\u202f", " ") for one in said] == ["9 h à 9", "9 h 10", "9 h 30 "[:7]]
    assert "sans rendez-vous" in rows[1].get_text()
    assert "Libre" in rows[2].get_text()


@pytest.mark.parametrize(
    ("changes", "state", "buttons"),
    [
        ({}, "Pas encore", ["Arrivée", "Absence"]),
        ({"late": True}, "En retard", ["Arrivée", "Absence"]),
        ({"presence": "arrived", "arrived_at": START}, "Arrivée à 9\u00a0h", ["Appeler", "Annuler"]),
        ({"presence": "called", "noted_at": START, "noted_by": "Guichet 4"}, "par Guichet 4", ["Annuler l’appel"]),
        ({"presence": "absent", "noted_at": START}, "Absence notée", ["Arrivée", "Annuler"]),
        ({"presence": "a state of a later release"}, "Pas encore", []),
    ],
)
def test_each_state_has_its_word_and_buttons_that_name_the_person(
    today: Client, services: Stubs, changes: dict[str, Any], state: str, buttons: list[str]
) -> None:
    show(services, desk.appointment("08", **changes), walk_ins=[], free_slots=[])

    [row] = today.page(DAY).select("table.day tbody tr")
    assert state in row.get_text()
    assert [re.split(r"\s:", name)[0] for name in names(row)] == buttons
    assert all("Ariel Nouveau, 9" in name for name in names(row))


def test_a_button_leads_only_where_the_service_goes() -> None:
    for noted, offered in BUTTONS.items():
        assert {presence for presence, _ in offered} <= FOLLOWING[Presence(noted)]


def test_an_arrival_is_noted_and_the_list_says_so_at_its_line(today: Client, services: Stubs) -> None:
    response = press(today, today.page(f"{DAY}?jour=2026-11-25"), "arrived|")

    assert services.bodies("requests.note_presence") == [
        {"number": NUMBER, "starts_at": START, "presence": "arrived", "seen": "expected"}
    ]
    assert response.location == f"{DAY}?jour=2026-11-25&fait=arrived&ligne={LINE}#{LINE}"
    page = today.page(response.location)
    assert "Arrivée notée\u00a0: Ariel Nouveau" in page.select_one("[role=status]:not([hidden]) h2").get_text()
    assert page.select_one(f"#{LINE}") is not None


def test_one_form_sent_twice_is_one_command_and_each_button_its_own(today: Client, services: Stubs) -> None:
    page = today.page(DAY)
    for value in ("arrived|", "arrived|", "absent|"):
        press(today, page, value)

    first, again, other = [one.command_id for one in services.asked if one.method == "requests.note_presence"]
    assert first == again != other


def test_a_person_without_an_appointment_is_noted_by_id(today: Client, services: Stubs) -> None:
    press(today, today.page(DAY), "called|arrived|||")

    assert services.bodies("requests.note_walk_in") == [
        {"walk_in_id": desk.WALK_IN, "presence": "called", "seen": "arrived"}
    ]
    assert "Retirer" in " ".join(names(today.page(DAY)))


def test_what_a_colleague_noted_meanwhile_is_said_on_the_list(today: Client, services: Stubs) -> None:
    services["requests.note_presence"] = Conflict("Quelqu’un a noté autre chose.")

    response = press(today, today.page(DAY), "arrived|")

    assert response.status_code == 409
    assert "Quelqu’un a noté autre chose." in response.get_data(as_text=True)
    assert "Ariel Nouveau" in response.get_data(as_text=True)


@pytest.mark.parametrize("value", ["", "arrived", "a|b|c|d|e", "arrived|expected|2026-AAAA-BBBB|hier|", "|" * 40])
def test_a_button_of_no_page_of_ours_is_answered_with_a_sentence(today: Client, value: str) -> None:
    form = today.page(DAY).select_one("form:has(table)")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]")}

    response = today.post(form["action"], data={**data, "noter": value})

    assert response.status_code == 422
    assert "error-summary" in response.get_data(as_text=True)


def test_the_next_person_is_called_by_name_with_reason_and_file(today: Client, services: Stubs) -> None:
    of_passport = {"reason": "Passeport", "reference": "ABCDE12345", "presence": "called", "noted_at": START}
    show(services, desk.appointment("08", **of_passport), reference_label="Numéro de pré-demande")
    services["requests.call_next"] = {"number": NUMBER, "starts_at": START, "walk_in_id": None}

    response = today.submit(DAY, f"form[action='{DAY}/suivant']")

    assert services.bodies("requests.call_next") == [{"agenda": "population-famille"}]
    page = today.page(response.location)
    outcome = page.select_one("[data-day-done]")
    assert "À appeler\u00a0: Ariel Nouveau" in outcome.get_text()
    assert "Passeport" in outcome.get_text()
    assert "ABCDE12345" in outcome.get_text()
    assert outcome.select_one("a")["href"] == f"/agent/demandes/{NUMBER}"


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(Conflict("Personne n’attend."), 409), (Forbidden("Cet agenda est d’un autre service."), 403)],
)
def test_nobody_waits_and_another_departments_agenda_are_a_sentence(
    today: Client, services: Stubs, refusal: Exception, status: int
) -> None:
    services["requests.call_next"] = refusal

    response = today.submit(DAY, f"form[action='{DAY}/suivant']")

    assert response.status_code == status
    assert str(refusal) in response.get_data(as_text=True)


def test_nobody_is_called_on_another_day_nor_without_the_right(today: Client, services: Stubs) -> None:
    services["requests.day_list"] = desk.day_list(desk.appointment("08"), day="2026-11-24", **OPEN) | {"notable": True}
    assert today.page(f"{DAY}?jour=2026-11-24").select(f"form[action='{DAY}/suivant']") == []
    services["requests.day_list"] = desk.day_list(desk.appointment("08"))
    page = today.page(DAY)
    assert page.select(f"form[action='{DAY}/suivant'], button[name=noter], details.day__add") == []


def test_a_person_is_added_without_an_appointment(today: Client, services: Stubs) -> None:
    procedures = [{"slug": "inscription-scolaire", "title": "Inscrire un enfant à l’école"}]
    show(services, desk.appointment("08"), procedures=procedures)
    form = f"form[action='{DAY}/sans-rendez-vous']"

    response = today.submit(DAY, form, nom=" Dominique Exemple ", demarche="inscription-scolaire")

    assert services.bodies("requests.add_walk_in") == [
        {"agenda": "population-famille", "name": "Dominique Exemple", "procedure": "inscription-scolaire"}
    ]
    assert "Dominique" not in response.location
    assert (
        "Sur la liste\u00a0: Dominique Exemple"
        in today.page(response.location).select_one("[data-day-done]").get_text()
    )


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_cannot_be_called_is_refused_and_kept(today: Client, services: Stubs, name: str) -> None:
    response = today.submit(DAY, f"form[action='{DAY}/sans-rendez-vous']", nom=name)

    assert response.status_code == 422
    assert services.bodies("requests.add_walk_in") == []
    assert f'value="{name.strip()}"' in response.get_data(as_text=True)


def test_a_free_slot_is_given_to_a_request_or_by_filing_one(today: Client, services: Stubs) -> None:
    procedures = [{"slug": "inscription-scolaire", "title": "Inscrire un enfant à l’école"}]
    show(services, desk.appointment("08"), procedures=procedures)
    link = today.page(DAY).select_one("tr.day__free a")
    assert "9\u00a0h\u00a030" in link.get_text().replace("\u202f", "\u00a0")

    page = today.page(link["href"])

    assert "9" in page.select_one("h1").get_text()
    [filed] = page.select("main a[href^='/demarches/']")
    assert filed["href"] == "/demarches/inscription-scolaire?creneau=2026-11-25T08%3A30%3A00%2B00%3A00"


def test_many_free_slots_stand_apart_from_the_persons_who_come(today: Client, services: Stubs) -> None:
    free = [
        {"start": f"2026-11-25T{h:02}:30:00+00:00", "end": f"2026-11-25T{h + 1:02}:00:00+00:00", "free": 2}
        for h in range(10, 15)
    ]
    show(services, desk.appointment("08"), free_slots=free)

    page = today.page(DAY)

    assert page.select("tr.day__free") == []
    assert "5\u00a0créneaux libres, de 11" in page.select_one(".day__past summary").get_text()
    assert len(page.select(".day__past a[href*='/creneau?']")) == 5


def test_the_slot_that_is_given_is_chosen_when_a_request_is_filed(today: Client) -> None:
    page = today.page("/demarches/location-salle?creneau=2026-11-25T08%3A30%3A00%2B00%3A00")

    assert page.select_one("input[name=creneau]")["value"] == "2026-11-25T08:30:00+00:00"
    assert today.page("/demarches/location-salle?creneau=demain").select("input[name=creneau]") == []


@pytest.mark.parametrize(
    "query",
    [
        "agenda=population-famille&creneau=2026-11-25T09%3A30%3A00%2B00%3A00",
        "agenda=un-autre&creneau=2026-11-25T08%3A30%3A00%2B00%3A00",
        "agenda=population-famille&creneau=demain",
        "",
    ],
)
def test_a_slot_that_is_no_longer_free_is_a_sentence_on_the_list(today: Client, query: str) -> None:
    response = today.get(f"{DAY}/creneau?{query}")

    assert response.status_code == 409
    assert "vient d’être pris" in response.get_data(as_text=True)


def test_a_slot_is_not_given_to_a_request_of_another_agenda(today: Client) -> None:
    address = f"{DAY}/creneau?agenda=population-famille&creneau=2026-11-25T08%3A30%3A00%2B00%3A00&numero={NUMBER}"

    response = today.get(address)

    assert response.status_code == 422
    assert "dans cet agenda" in response.get_data(as_text=True)


def test_the_print_has_telephones_only_where_they_are_asked_for(today: Client, services: Stubs) -> None:
    show(services, desk.appointment("08", phone="0600000000", reception="Accès en fauteuil roulant"))

    page = today.page(f"{DAY}/imprimer")
    assert "06" not in page.select_one("table").get_text()
    assert "Accès en fauteuil roulant" in page.select_one("table").get_text()
    assert "Libre" not in page.select_one("table").get_text()
    with_phones = page.select_one("a[href$='telephones=1']")["href"]
    assert "06" in today.page(with_phones).select_one("table").get_text()


def test_paper_names_no_confidential_procedure_and_no_reason_of_it(today: Client, services: Stubs) -> None:
    secret = {"procedure_title": "Démarche du CCAS", "reason": "Aide", "reference": "X1", "reference_label": "Dossier"}
    show(
        services,
        desk.appointment("08", confidential=True, **secret),
        walk_ins=[desk.walk_in(procedure="aide", procedure_title="Démarche du CCAS", confidential=True)],
        reference_label="Dossier",
    )

    paper = today.page(f"{DAY}/imprimer").select_one("table").get_text()
    assert paper.count("Démarche confidentielle") == 2
    assert not [one for one in ("CCAS", "Aide", "X1") if one in paper]
    assert "Aide" in today.page(DAY).select_one("table.day").get_text()


def test_a_number_has_its_own_label_where_the_column_has_another(today: Client, services: Stubs) -> None:
    numbers = [("Numéro de pré-demande", "ABCDE12345"), ("Numéro de dossier", "D7")]
    lines = [
        desk.appointment(hour, reference=number, reference_label=label)
        for hour, (label, number) in zip(("08", "09"), numbers, strict=True)
    ]
    show(services, *lines, reference_label="Numéro")

    for address, table in ((DAY, "table.day"), (f"{DAY}/imprimer", "table")):
        cells = [cell.get_text(" ", strip=True) for cell in today.page(address).select(f"{table} [data-label=Numéro]")]
        assert {f"{label}\u00a0: {number}" for label, number in numbers} <= {*cells}
    show(services, lines[0], reference_label=numbers[0][0])
    assert today.page(DAY).select_one("[data-label='Numéro de pré-demande']").get_text(strip=True) == "ABCDE12345"


def test_a_name_that_waited_for_a_log_in_is_in_its_field_again(today: Client, services: Stubs) -> None:
    form = today.page(DAY).select_one("form[action$='sans-rendez-vous']")
    fields = {one["name"]: one.get("value", "") for one in form.select("input[name]")} | {"nom": "Dominique Exemple"}
    kept = {f"garde:{name}": value for name, value in fields.items() if name != "csrf"}

    again = today.post(form["action"], data={"csrf": fields["csrf"], "reprise": form["action"], **kept})

    assert again.status_code == 200
    assert parsed(again).select_one(f"#nom-{fields['agenda']}")["value"] == "Dominique Exemple"
    assert services.bodies("requests.add_walk_in") == []
    assert services.bodies("requests.day_list")[-1] == {"day": "2026-11-25"}


@pytest.mark.usefixtures("remembering")
def test_the_list_learns_that_it_has_changed_without_using_the_session(today: Client, services: Stubs) -> None:
    today.page(DAY)
    asked = len([one for one in services.asked if one.method == "accounts.session"])

    answer = today.get(f"{DAY}/nouvelles?jour=2026-11-25", headers={"If-None-Match": '"m1"'})

    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "m2")
    assert services.bodies("requests.day_mark") == [{"day": "2026-11-25"}]
    assert today.get(f"{DAY}/nouvelles", headers={"If-None-Match": '"m2"'}).status_code == 304
    assert len([one for one in services.asked if one.method == "accounts.session"]) == asked


def test_nothing_is_said_to_who_is_not_known(visitor: Client, services: Stubs) -> None:
    assert visitor.get(f"{DAY}/nouvelles", headers={"If-None-Match": '"m1"'}).status_code == 204
    assert services.bodies("requests.day_mark") == []


def test_programs_note_presences_and_call_the_next(today: Client, services: Stubs) -> None:
    noted = today.post(
        f"/api/v1/agent/requests/{NUMBER}/presence",
        json={"starts_at": "2026-11-25T08:00:00Z", "presence": "arrived", "seen": "expected"},
    )
    called = today.post("/api/v1/agent/agendas/population-famille/next")
    wrong = today.post(f"/api/v1/agent/walk-ins/{desk.WALK_IN}/presence", json={"presence": "gone", "seen": "arrived"})

    assert (noted.status_code, called.status_code, wrong.status_code) == (200, 200, 422)
    assert called.get_json()["walk_in_id"] == desk.WALK_IN
    assert wrong.mimetype == "application/problem+json"


def test_a_value_is_read_as_it_was_written() -> None:
    asked = wanted(f"arrived|expected|{NUMBER}|{START}|")

    assert asked is not None
    assert (asked.number, asked.starts_at, asked.walk_in, asked.line) == (NUMBER, START, "", LINE)


def test_hours_that_are_over_and_dealt_with_stand_apart() -> None:
    over = desk.appointment("08", presence="absent", noted_at=START)
    waits = desk.appointment("08", presence="arrived", arrived_at=START, noted_at=START, number="2026-58TN-11BC")
    late = desk.appointment("08", late=True, number="2026-58TN-22BC")
    found = from_json(DayList, desk.day_list(over, waits, late, **OPEN))

    def apart(now: str) -> list[tuple[int, int]]:
        return [(len(one.past), len(one.lines)) for one in shown(found, datetime.fromisoformat(now))]

    assert apart("2026-11-25T08:20:00+00:00") == [(0, 3)]
    assert apart("2026-11-25T11:00:00+00:00") == [(1, 2)]
    assert apart("2026-11-26T11:00:00+00:00") == [(0, 3)]
