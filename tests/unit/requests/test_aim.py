"""The day aimed at: the later of the target and the day of the booked appointment; none while the file waits."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.capacity.slots import ChosenSlot
from services.requests.definitions import days
from services.requests.request import commands as c, deadlines, flow
from services.requests.request.rules import delays
from services.requests.request.state import Request
from services.requests.schemas.facts import ImplicitDecision
from tests.support.published import agenda_read, procedure, slugs
from tests.unit.requests.test_request import NOW, change, slot, state

# Filed on Wednesday 18 November: the passport's target is the next day, the hall's ten working days later.
PASSPORT = procedure("rdv-cni-passeport")
HALL = procedure("location-salle")
SCHOOL = procedure("inscription-scolaire")
IN_THREE_WEEKS = datetime(2026, 12, 9, 13, tzinfo=UTC)


def booked(starts: datetime, name: str = "rdv-1", of: str = "titres-identite") -> ChosenSlot:
    return slot(name, starts, of)


def moved(starts: datetime, name: str, old: str = "rdv-1", by: str = "citizen") -> c.MoveAppointment:
    return c.MoveAppointment(
        appointment_id=old,
        slot=booked(starts, name),
        by=by,
        definition=PASSPORT,
        agenda=agenda_read("titres-identite"),
        now=NOW,
    )


def target_of(request: Request) -> date:
    assert request.due_on is not None
    return request.due_on


@pytest.mark.parametrize("slug", sorted(slug for slug in slugs() if procedure(slug).silence.effect == "acceptance"))
def test_no_target_is_after_the_day_on_which_silence_accepts(slug: str) -> None:
    of, late = procedure(slug), []
    for n in range(3 * 365):
        target, implicit = delays(of, {}, day := date(2026, 11, 18) + timedelta(days=n))
        late += [day] if target > implicit.at else []

    assert late == []


def test_the_target_counts_against_silence_as_its_effect_says() -> None:
    works = procedure("declaration-prealable-travaux")

    assert days.working_days_after(date(2027, 4, 16), works.processing_target_days) == date(2027, 5, 18)
    assert delays(works, {}, date(2027, 4, 16)) == (
        date(2027, 5, 16),
        ImplicitDecision(effect="acceptance", at=date(2027, 5, 16)),
    )
    target, implicit = delays(procedure("subvention-association"), {}, date(2026, 11, 18))
    assert implicit == ImplicitDecision(effect="rejection", at=date(2027, 1, 18))
    assert target == date(2027, 3, 12)


@pytest.mark.parametrize(
    ("target", "appointment", "aimed"),
    [
        (date(2026, 11, 27), None, date(2026, 11, 27)),
        (date(2026, 11, 27), datetime(2026, 12, 14, 9, tzinfo=UTC), date(2026, 12, 14)),
        (date(2026, 11, 27), datetime(2026, 11, 26, 9, tzinfo=UTC), date(2026, 11, 27)),
        # half past midnight there
        (date(2026, 12, 13), datetime(2026, 12, 13, 23, 30, tzinfo=UTC), date(2026, 12, 14)),
        (None, datetime(2026, 12, 14, 9, tzinfo=UTC), None),
    ],
)
def test_the_later_of_two_dates_is_aimed_at(
    target: date | None, appointment: datetime | None, aimed: date | None
) -> None:
    assert deadlines.aimed_at(target, appointment) == aimed


def test_the_later_of_the_appointment_and_the_target_is_aimed_at() -> None:
    request = state(of=PASSPORT, slot=booked(IN_THREE_WEEKS))
    assert target_of(request) == date(2026, 11, 19)
    assert request.aimed_on == date(2026, 12, 9)
    early = state(of=HALL, slot=slot())
    assert early.aimed_on == early.due_on == date(2026, 12, 2)
    before = state(moved(NOW + timedelta(hours=3), "rdv-2"), of=PASSPORT, slot=booked(IN_THREE_WEEKS))
    assert before.aimed_on == target_of(before)


@pytest.mark.parametrize("by", ["citizen", "agent"])
@pytest.mark.parametrize("days", [7, -14])
def test_the_target_follows_an_appointment_moved_later_or_earlier(by: str, days: int) -> None:
    then = IN_THREE_WEEKS + timedelta(days=days)
    request = state(moved(then, "rdv-2", by=by), of=PASSPORT, slot=booked(IN_THREE_WEEKS))
    assert request.aimed_on == then.date()


def test_an_optional_appointment_delays_the_target_until_it_is_cancelled() -> None:
    far = NOW + timedelta(days=60)
    add = c.AddAppointment(slot=booked(far, of="population-famille"), by="agent", definition=SCHOOL, now=NOW)
    off = c.CancelAppointment(
        appointment_id="rdv-1", by="agent", definition=SCHOOL, agenda=agenda_read("population-famille"), now=NOW
    )
    assert state(add, of=SCHOOL).aimed_on == far.date()
    assert state(add, off, of=SCHOOL).aimed_on == target_of(state(of=SCHOOL))


def waiting_for_pieces(of: Procedure, *before: Any) -> list[Any]:
    asked = change(flow.Status.AWAITING, of, missing_documents=["assurance-rc"], deadline=date(2026, 12, 5))
    return [*before, change("in_review", of), asked]


def test_a_waiting_file_has_no_target_until_it_is_resumed() -> None:
    assert state(*waiting_for_pieces(HALL), of=HALL, slot=slot(starts=IN_THREE_WEEKS)).aimed_on is None
    back = c.ResumeReview(definition=HALL, now=datetime(2026, 11, 24, 9, tzinfo=UTC))
    far = state(*waiting_for_pieces(HALL), back, of=HALL, slot=slot(starts=IN_THREE_WEEKS))
    near = state(*waiting_for_pieces(HALL), back, of=HALL, slot=slot())
    assert far.aimed_on == date(2026, 12, 9)
    assert near.aimed_on == far.due_on == date(2026, 12, 8)


def test_a_decision_on_the_way_keeps_the_target_apart_from_the_appointment() -> None:
    """The event of a status has the target: were it the day aimed at, a later move to an earlier day would be lost."""
    taken = change("in_review", HALL)
    earlier = c.MoveAppointment(
        appointment_id="rdv-1", slot=slot("rdv-2"), by="agent", definition=HALL, agenda=agenda_read("salles"), now=NOW
    )
    request = state(taken, earlier, of=HALL, slot=slot(starts=IN_THREE_WEEKS))
    assert request.aimed_on == date(2026, 12, 2)
