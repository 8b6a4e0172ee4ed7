"""The counter: who came, who is called next, who came without an appointment; never the same person to two agents."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.appointments import use_cases as appointments
from services.requests.day_list import rows, rules, use_cases as counter, views as day
from services.requests.lifecycle import use_cases as timers
from services.requests.retention import use_cases as retention
from services.requests.schemas import day_list as calls
from services.requests.schemas.appointments import AddAppointment
from services.requests.schemas.day_list import Presence
from services.requests.schemas.refusals import RequestNotFound, SlotGone, SlotNotOffered
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk, visitor
from tests.integration.requests.test_agents import ADMIN
from tests.integration.requests.test_calendar import Overheard
from tests.integration.requests.test_day_list import agenda, listed
from tests.integration.requests.test_earlier_slots import move
from tests.integration.requests.test_erasing import ARCHIVIST, approval, closed, drawn
from tests.integration.requests.test_trail import looks
from tests.support.at_once import at_once

TITLES, FAMILY = "titres-identite", "population-famille"
PASSPORT, SCHOOL = "rdv-cni-passeport", "inscription-scolaire"
WEDNESDAY = date(2026, 12, 2)
NINE = datetime(2026, 12, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COLLEAGUE = replace(AGENT, id="44444444-4444-4444-8444-444444444444", name="Guichet 4")
POLICE = replace(AGENT, departments=("police-municipale",))
EXPECTED, ARRIVED, CALLED, ABSENT = Presence


def come(desk: Desk, *receipts: dict[str, Any]) -> None:
    """It is a quarter to nine on that Wednesday; these persons arrive, a minute after one another."""
    desk.clock.move(seconds=int((NINE - 15 * MINUTE - desk.clock.now()).total_seconds()))
    for receipt in receipts:
        note(desk, receipt, ARRIVED)
        desk.clock.move(minutes=1)


def passport(desk: Desk, start: datetime = NINE, number: int = 1, **answers: Any) -> dict[str, Any]:
    given = {"titre": "passeport", "motif": "perte", "predemande": "faite", "numero_predemande": "ABCDE12345"}
    filed = desk.file(PASSPORT, visitor(number), answers=given | {"besoin_accueil": "aucun"} | answers, start=start)
    return filed | {"start": start}


def note(
    desk: Desk, receipt: dict[str, Any], to: Presence, seen: Presence = EXPECTED, actor: Actor = AGENT
) -> calls.PresenceNoted:
    asked = calls.NotePresence(number=receipt["number"], starts_at=receipt["start"], presence=to, seen=seen)
    return desk.do(actor, counter.note_presence, asked)


def call_next(desk: Desk, actor: Actor = AGENT, slug: str = TITLES) -> calls.Called:
    return desk.do(actor, counter.call_next, calls.CallNext(agenda=slug))


def add(desk: Desk, name: str = "Dominique Exemple", actor: Actor = AGENT, **of: Any) -> str:
    asked = calls.AddWalkIn(**{"agenda": TITLES, "name": name, **of})
    return desk.do(actor, counter.add_walk_in, asked).walk_in_id


def lines(desk: Desk, actor: Actor = AGENT, on: date = WEDNESDAY) -> dict[str, Any]:
    return agenda(listed(desk, actor, on), TITLES)


def test_an_arrival_is_on_the_list_with_its_hour_until_it_is_taken_back(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk, receipt)

    [line] = lines(desk)["appointments"]
    assert (line["presence"], line["noted_by"]) == ("arrived", AGENT.name)
    assert line["arrived_at"] == (NINE - 15 * MINUTE).isoformat()
    assert lines(desk)["waiting"] == 1
    note(desk, receipt, EXPECTED, ARRIVED)
    [line] = lines(desk)["appointments"]
    assert (line["presence"], line["arrived_at"], line["noted_at"]) == ("expected", None, None)


def test_a_call_that_is_taken_back_keeps_the_hour_of_the_arrival(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk, receipt)
    note(desk, receipt, CALLED, ARRIVED)
    desk.clock.move(minutes=5)
    note(desk, receipt, ARRIVED, CALLED)

    assert lines(desk)["appointments"][0]["arrived_at"] == (NINE - 15 * MINUTE).isoformat()


def test_nothing_that_is_noted_is_an_event_of_the_request(desk: Desk) -> None:
    receipt = passport(desk)
    before = desk.events(f"request-{receipt['request_id']}")
    come(desk, receipt)
    note(desk, receipt, CALLED, ARRIVED)

    assert desk.events(f"request-{receipt['request_id']}") == before
    assert "presence" not in desk.view(receipt["number"], desk.holder(receipt))


def test_who_is_not_there_at_the_hour_is_late_until_something_is_noted(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk)
    assert not lines(desk)["appointments"][0]["late"]
    desk.clock.move(minutes=16)
    assert lines(desk)["appointments"][0]["late"]
    note(desk, receipt, ABSENT)
    assert not lines(desk)["appointments"][0]["late"]


def test_the_counter_reads_the_reason_the_number_and_the_telephone(desk: Desk) -> None:
    passport(desk)

    here = lines(desk)
    [line] = here["appointments"]
    assert (line["reason"], line["reference"]) == ("Passeport", "ABCDE12345")
    assert line["reference_label"] == here["reference_label"] == "Numéro de pré-demande"
    assert line["phone"]


@pytest.mark.parametrize(
    ("labels", "label"), [([], ""), (["", "Dossier"], "Dossier"), (["Dossier", "Pré-demande", ""], "Numéro")]
)
def test_a_column_of_numbers_has_the_label_of_all_or_none_of_them(labels: list[str], label: str) -> None:
    assert day._one_label(labels) == label


def test_another_departments_appointment_says_nothing_of_a_presence(desk: Desk) -> None:
    filed = desk.file(SCHOOL, CAMILLE, start=NINE) | {"start": NINE}
    come(desk, filed)

    population = replace(AGENT, departments=("population",))
    [line] = agenda(listed(desk, population), FAMILY)["appointments"]
    assert (line["number"], line["presence"], line["phone"], line["noted_by"]) == (None, "expected", "", "")
    with pytest.raises(RequestNotFound):
        note(desk, filed, CALLED, ARRIVED, population)


def test_the_next_is_called_by_hour_of_appointment_then_of_arrival(desk: Desk) -> None:
    half_past = passport(desk, NINE + 20 * MINUTE, 1)
    second, first = passport(desk, NINE, 2), passport(desk, NINE, 3)
    come(desk, half_past, first, second)

    called = [call_next(desk, actor).number for actor in (AGENT, COLLEAGUE, AGENT)]

    assert called == [first["number"], second["number"], half_past["number"]]
    with pytest.raises(rules.NobodyWaits):
        call_next(desk)


def test_agents_who_press_at_once_never_call_the_same_person(desk: Desk) -> None:
    receipts = [passport(desk, NINE + n * 20 * MINUTE, n) for n in range(4)]
    come(desk, *receipts)
    agents = [replace(AGENT, id=str(uuid4()), name=f"Guichet {n}") for n in range(8)]

    called = at_once(lambda agent: call_next(desk, agent).number, agents, rules.NobodyWaits)

    assert sorted(filter(None, called)) == sorted(receipt["number"] for receipt in receipts)


def test_two_agents_who_call_one_person_by_hand_do_not_both_have_them(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk, receipt)
    agents = [replace(AGENT, id=str(uuid4())) for _ in range(4)]

    called = at_once(lambda agent: note(desk, receipt, CALLED, ARRIVED, agent), agents, rules.AlreadyCalled)

    assert len(called) == 1


def test_who_moved_the_appointment_meanwhile_is_not_called(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk, receipt)
    move(desk, receipt, AGENT, NINE + 60 * MINUTE)

    with pytest.raises(rules.NobodyWaits):
        call_next(desk)
    with pytest.raises(refusals.AppointmentUnknown):
        note(desk, receipt, CALLED, ARRIVED)


def test_a_person_without_an_appointment_waits_is_called_and_taken_off(desk: Desk) -> None:
    come(desk)
    walk_in = add(desk, "  Dominique   Exemple ", procedure=PASSPORT)

    here = lines(desk)
    [line] = here["walk_ins"]
    assert (line["id"], line["name"], line["presence"]) == (walk_in, "Dominique Exemple", "arrived")
    assert line["procedure"] == PASSPORT
    assert call_next(desk).walk_in_id == walk_in
    back = calls.NoteWalkIn(walk_in_id=walk_in, presence=ARRIVED, seen=CALLED)
    desk.do(AGENT, counter.note_walk_in, back)
    off = calls.NoteWalkIn(walk_in_id=walk_in, presence=EXPECTED, seen=ARRIVED)
    desk.do(AGENT, counter.note_walk_in, off)
    assert lines(desk)["walk_ins"] == []
    with pytest.raises(rules.WalkInUnknown):
        desk.do(AGENT, counter.note_walk_in, off)


def test_the_name_of_a_walk_in_is_in_no_row_in_clear(desk: Desk) -> None:
    come(desk)
    add(desk, "Dominique Exemple")

    [row] = desk.rows("SELECT to_jsonb(p)::text AS row FROM presences p")
    assert "Dominique" not in row["row"]
    assert b"Dominique".hex() not in row["row"]


@pytest.mark.parametrize("act", [call_next, add])
def test_an_agenda_of_another_department_is_refused(desk: Desk, act: Any) -> None:
    come(desk)
    with pytest.raises(rules.AgendaOfAnother):
        act(desk, actor=POLICE)


def test_a_walk_in_comes_for_a_procedure_of_that_agenda(desk: Desk) -> None:
    come(desk)
    with pytest.raises(rules.NotOfAgenda):
        add(desk, procedure="signalement-voirie")


@pytest.mark.parametrize(
    "actor", [VISITOR, CAMILLE, ADMIN, replace(AGENT, permissions=("read_requests",))], ids=lambda one: one.kind
)
def test_only_agents_who_handle_appointments_note_presences(desk: Desk, actor: Actor) -> None:
    receipt = passport(desk)
    come(desk)
    for act in (
        lambda: note(desk, receipt, ARRIVED, actor=actor),
        lambda: call_next(desk, actor),
        lambda: add(desk, actor=actor),
    ):
        with pytest.raises(refusals.NotAllowed):
            act()


def test_a_day_to_come_and_one_long_over_are_refused(desk: Desk) -> None:
    receipt = passport(desk)
    with pytest.raises(rules.DayToCome):
        note(desk, receipt, ARRIVED)
    come(desk)
    desk.clock.move(days=7)
    note(desk, receipt, ABSENT)
    desk.clock.move(days=1)
    with pytest.raises(rules.DayOver):
        note(desk, receipt, EXPECTED, ABSENT)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+05:00"])
def test_an_impossible_moment_is_that_of_no_appointment(desk: Desk, moment: str) -> None:
    receipt = passport(desk) | {"start": datetime.fromisoformat(moment)}

    with pytest.raises(refusals.AppointmentUnknown):
        note(desk, receipt, ARRIVED)


def test_presences_and_names_of_walk_ins_go_after_a_week(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk, receipt)
    add(desk)
    desk.clock.move(days=7)
    timers.forget_presences(desk.store)
    assert len(desk.rows("SELECT * FROM presences")) == 2
    desk.clock.move(days=1)
    timers.forget_presences(desk.store)

    assert desk.rows("SELECT * FROM presences") == []
    [key] = desk.rows("SELECT wrapped FROM keys WHERE key_id = %s", (rows.key_of(WEDNESDAY),))
    assert key["wrapped"] is None


def test_what_is_noted_of_a_request_goes_with_its_erasure(desk: Desk) -> None:
    receipt = closed(desk)
    desk.do(ARCHIVIST, retention.approve_list, approval(drawn(desk)))
    desk.rows(
        "INSERT INTO presences (presence_id, agenda, day, request_id, start, department, presence, noted_at, by_id, by_name)"
        " VALUES (gen_random_uuid(), 'salles', '2026-12-02', %s, now(), 'urbanisme', 'absent', now(), '', '') RETURNING 1",
        (receipt["request_id"],),
    )
    assert retention.erase_approved(desk.store) == 1

    assert desk.rows("SELECT * FROM presences") == []


def test_each_thing_noted_is_in_the_journal(desk: Desk) -> None:
    receipt = passport(desk)
    come(desk, receipt)
    note(desk, receipt, EXPECTED, ARRIVED)
    add(desk)

    found = [look for look in looks(desk, agent=AGENT.id) if look["what"] == "presence"]
    assert [(look["query"]["presence"], look["numbers"]) for look in found] == [
        ("arrived", []), ("expected", [receipt["number"]]), ("arrived", [receipt["number"]]),
    ]  # fmt: skip
    assert {look["query"]["agenda"] for look in found} == {TITLES}


def test_free_slots_of_today_are_given_however_near_until_they_are_taken(desk: Desk) -> None:
    come(desk)
    first = lines(desk)["free_slots"][0]
    assert (first["start"], first["free"]) == (NINE.isoformat(), 2)
    given = {"titre": "retrait", "besoin_accueil": "aucun"}
    desk.file(PASSPORT, AGENT, channel="counter", answers=given, start=NINE)
    assert lines(desk)["free_slots"][0]["free"] == 1
    with pytest.raises(SlotNotOffered):
        desk.file(PASSPORT, visitor(7), answers=given, start=NINE)
    desk.file(PASSPORT, COLLEAGUE, channel="counter", answers=given, start=NINE)
    with pytest.raises(SlotGone):
        desk.file(PASSPORT, AGENT, channel="counter", answers=given, start=NINE)
    desk.clock.move(minutes=16)
    assert lines(desk)["free_slots"][0]["start"] == (NINE + 20 * MINUTE).isoformat()


def test_a_free_slot_of_today_can_be_given_to_a_request_that_is_there(desk: Desk) -> None:
    filed = desk.file(SCHOOL, CAMILLE)
    come(desk)
    asked = AddAppointment(number=filed["number"], version=desk.version(filed), start=NINE)
    desk.do(AGENT, appointments.add_appointment, asked)

    assert [one["number"] for one in agenda(listed(desk), FAMILY)["appointments"]] == [filed["number"]]


def test_who_may_not_handle_appointments_is_offered_nothing_to_press(desk: Desk) -> None:
    passport(desk)
    come(desk)
    reader = replace(AGENT, permissions=("read_requests",))

    found = listed(desk, reader)
    assert not found["notable"]
    assert not agenda(found, TITLES)["may_note"]
    assert agenda(found, TITLES)["free_slots"] == []


def test_the_mark_of_a_day_changes_with_what_its_list_shows(desk: Desk) -> None:
    def mark() -> str:
        found: str = desk.answer(AGENT, day.day_mark, WEDNESDAY)["mark"]
        return found

    empty = mark()
    receipt = passport(desk)
    come(desk)
    taken = mark()
    assert taken != empty
    assert mark() == taken == listed(desk)["mark"]
    note(desk, receipt, ARRIVED)
    arrived = mark()
    add(desk)
    assert len({empty, taken, arrived, mark()}) == 4
    waiting = mark()
    desk.clock.move(minutes=30)  # late, or a free slot that has begun
    assert mark() != waiting


def test_the_mark_of_a_day_is_that_of_the_readers_agendas_and_of_booked_slots(desk: Desk) -> None:
    def mark(reader: Actor = AGENT) -> str:
        found: str = desk.answer(reader, day.day_mark, WEDNESDAY)["mark"]
        return found

    others, own = mark(POLICE), mark()
    passport(desk)
    assert (mark(POLICE), mark() != own) == (others, True)
    booked = mark()
    desk.rows(
        "INSERT INTO slot_uses (agenda, start, request_id, until) VALUES (%s, %s, gen_random_uuid(), %s) RETURNING 1",
        (TITLES, NINE + 20 * MINUTE, NINE + 30 * MINUTE),
    )
    assert mark() == booked


def test_a_full_day_costs_as_many_statements_as_an_empty_one(desk: Desk) -> None:
    def statements() -> int:
        said: list[str] = []
        with desk.store.viewing(AGENT) as tx:
            tx.conn = Overheard(tx.conn, said)
            day.day_list(tx, desk.settings, calls.ListDay(day=WEDNESDAY))
        return len(said)

    passport(desk)
    come(desk)
    add(desk)
    statements()  # the key of the journal is made, and the look is in it
    few = statements()
    for n in range(2, 8):
        desk.file(
            PASSPORT, AGENT, answers={"titre": "retrait", "besoin_accueil": "aucun"}, start=NINE + n * 20 * MINUTE
        )
        add(desk)
    statements()
    assert statements() == few
