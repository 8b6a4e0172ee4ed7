"""The day aimed at follows the appointment, in the row as in the file: list, tallies, receipt, samples, rebuild."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.chassis.event_store.decider import fold
from services.chassis.event_store.projections import tallies_in
from services.requests.appointments import use_cases as appointments
from services.requests.request.rows import stream
from services.requests.request.rules import decider
from services.requests.request.state import Request
from services.requests.samples import use_cases as importing
from tests.integration.requests.conftest import AGENT, CAMILLE, SYSTEM, Desk
from tests.integration.requests.test_following import asked
from tests.integration.requests.test_importing import ACCOUNTS, CITIZENS
from tests.integration.requests.test_work_list import listed, numbers

PASSPORT = "rdv-cni-passeport"
# Filed on Wednesday 25 November 2026: the target is the day after.
IN_THREE_WEEKS = datetime(2026, 12, 15, 8, 20, tzinfo=UTC)
A_WEEK_BEFORE = IN_THREE_WEEKS - timedelta(days=7)


def passport(desk: Desk) -> dict[str, Any]:
    return desk.file(PASSPORT, CAMILLE, start=IN_THREE_WEEKS)


def aim(desk: Desk, receipt: dict[str, Any]) -> tuple[str | None, str | None]:
    """As the file says it, and as the list does."""
    (item,) = [one for one in listed(desk)["items"] if one["number"] == receipt["number"]]
    return desk.view(receipt["number"], AGENT)["due_on"], item["due_on"]


def booked(desk: Desk, receipt: dict[str, Any]) -> str:
    return next(one["id"] for one in desk.view(receipt["number"])["appointments"] if one["status"] == "booked")


def test_a_file_is_late_the_day_after_its_appointment_and_not_before(desk: Desk) -> None:
    receipt = passport(desk)
    desk.clock.move(days=2)
    assert aim(desk, receipt) == ("2026-12-15", "2026-12-15")
    assert listed(desk, view="overdue")["total"] == listed(desk)["counts"]["overdue"] == 0
    assert not desk.view(receipt["number"], AGENT)["ages"]["overdue"]
    desk.clock.moment = datetime(2026, 12, 15, 22, 59, tzinfo=UTC)
    assert listed(desk)["counts"]["overdue"] == 0
    desk.clock.move(minutes=1)
    assert numbers(listed(desk, view="overdue")) == [receipt["number"]]
    assert listed(desk)["counts"]["overdue"] == 1


def counted_after_each_event(desk: Desk, receipt: dict[str, Any]) -> dict[str, int]:
    """The tallies, given the last event of the request alone, as their projector gives them."""
    with desk.tx() as tx:
        last = tx.history(stream(receipt["request_id"]))[-1]
        for tally in tallies_in("requests"):
            if type(last.event) in tally.events:
                tally.count(tx, [last.subject])
    found = desk.rows("SELECT due_on::text AS day, requests FROM due_counts WHERE requests <> 0")
    return {row["day"]: row["requests"] for row in found}


def test_the_tallies_follow_each_booking_move_and_cancellation(desk: Desk) -> None:
    receipt = desk.file("concession-cimetiere", CAMILLE)
    (target,) = counted_after_each_event(desk, receipt)
    first, second = datetime(2026, 12, 21, 8, tzinfo=UTC), datetime(2026, 12, 14, 8, tzinfo=UTC)
    desk.do(AGENT, appointments.add_appointment, asked(receipt, desk, AGENT, start=first))
    assert counted_after_each_event(desk, receipt) == {"2026-12-21": 1}
    moved = asked(receipt, desk, AGENT, appointment_id=booked(desk, receipt), start=second)
    desk.do(AGENT, appointments.move_appointment, moved)
    assert counted_after_each_event(desk, receipt) == {"2026-12-14": 1}
    desk.do(AGENT, appointments.cancel_appointment, asked(receipt, desk, AGENT, appointment_id=booked(desk, receipt)))
    assert counted_after_each_event(desk, receipt) == {target: 1}


def test_the_receipt_names_an_aim_on_or_after_the_day_of_the_appointment(desk: Desk) -> None:
    receipt = passport(desk)
    assert receipt["due_on"] == "2026-12-15"
    assert [step for step in receipt["next_steps"] if "Réponse prévue" in step] == [
        "Réponse prévue le jour du rendez-vous (Service Population (état civil, élections, cimetière))."
    ]
    assert any(
        step.startswith("Mardi 15\u00a0décembre\u00a02026 à\u00a09\u00a0h\u00a020\u00a0: rendez-vous")
        for step in receipt["next_steps"]
    )
    receipt = desk.file("location-salle", CAMILLE, start=datetime(2026, 11, 30, 13, tzinfo=UTC))
    assert any("Réponse prévue le mercredi 9\u00a0décembre\u00a02026" in step for step in receipt["next_steps"])


def states(desk: Desk) -> dict[str, Request]:
    """Each request by its events alone."""
    with desk.tx() as tx:
        return {one: fold(decider, (past.event for past in tx.history(stream(one)))) for one in rows(desk)}


def rows(desk: Desk) -> dict[str, date | None]:
    return {row["id"]: row["aimed_on"] for row in desk.rows("SELECT request_id::text AS id, aimed_on FROM requests")}


def test_rows_agree_with_the_events_for_samples_too_and_after_a_rebuild(desk: Desk) -> None:
    importing.import_samples(desk.store, SYSTEM, CITIZENS, ACCOUNTS)
    passport(desk)
    wanted = {one: request.aimed_on for one, request in states(desk).items()}
    assert any(request.aimed_on != request.due_on for request in states(desk).values())
    assert rows(desk) == wanted
    desk.rebuild()
    assert rows(desk) == wanted
