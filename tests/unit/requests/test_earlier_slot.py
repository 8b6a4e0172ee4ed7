"""Who may ask for a mail about earlier slots, which slots are announced, and when it ends by itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.chassis.errors import Refusal
from services.requests import refusals
from services.requests.capacity.slots import Slot
from services.requests.history import rules as history
from services.requests.request import commands as c, earlier_slot, events as e
from services.requests.request.rules import decide
from services.requests.request.state import Request
from services.townhall.grants import Side
from tests.unit.requests.test_history import Kept
from tests.unit.requests.test_request import HALL, HALLS, NOW, VISIT, after, moved, slot, state

EMAIL = {"given_names": "Camille", "email": "camille@courriel.example"}
EARLIER = VISIT - timedelta(days=3)  # Friday 20 November, 14 h
TODAY = date(2026, 11, 18)


def wish(
    *, appointment: str = "rdv-1", wanted: bool = True, not_before: date | None = None, now: datetime = NOW
) -> Any:
    return c.WantEarlierSlot(
        appointment_id=appointment, wanted=wanted, not_before=not_before, definition=HALL, agenda=HALLS, now=now
    )


def visit(*more: Any, **changes: Any) -> Request:
    return state(*more, **{"of": HALL, "slot": slot(), "applicant": EMAIL, **changes})


def announced(request: Request, starts: datetime = EARLIER, *, now: datetime = NOW, name: str = "slot-1") -> list[Any]:
    freed = Slot(start=starts, end=starts + timedelta(minutes=30))
    return decide(c.AnnounceFreedSlot(slot_id=name, slot=freed, definition=HALL, agenda=HALLS, now=now), request)


def test_a_wish_names_the_appointment_its_agenda_and_the_first_day() -> None:
    asked = decide(wish(not_before=date(2026, 11, 19)), visit())

    wanted = e.EarlierSlotWanted(
        appointment_id="rdv-1", agenda="salles", starts_at=VISIT, not_before=date(2026, 11, 19)
    )
    assert asked == [wanted]


def test_the_same_wish_again_changes_nothing_and_another_day_replaces_the_first() -> None:
    wanting = visit(wish())

    assert decide(wish(), wanting) == []
    [other] = decide(wish(not_before=TODAY), wanting)
    assert isinstance(other, e.EarlierSlotWanted)
    assert other.not_before == TODAY


def test_a_wish_is_taken_back_once() -> None:
    given_up = decide(wish(wanted=False), visit(wish()))

    assert given_up == [e.EarlierSlotUnwanted(appointment_id="rdv-1")]
    assert decide(wish(wanted=False), visit(wish(), wish(wanted=False))) == []
    assert decide(wish(wanted=False), visit()) == []
    assert announced(visit(wish(), wish(wanted=False))) == []


@pytest.mark.parametrize(
    ("asked", "before", "refusal"),
    [
        pytest.param(wish(not_before=TODAY - timedelta(days=7)), visit(), refusals.DayIsPast, id="a past week"),
        pytest.param(
            wish(not_before=VISIT.date() + timedelta(days=1)), visit(), refusals.DayAfterAppointment, id="after it"
        ),
        pytest.param(wish(now=VISIT - timedelta(hours=23)), visit(), refusals.TooLateToChange, id="too late to move"),
        pytest.param(wish(), visit(applicant={"given_names": "C"}), refusals.NoEmailToAlert, id="no address"),
        pytest.param(wish(appointment="rdv-9"), visit(), refusals.AppointmentUnknown, id="no such appointment"),
        pytest.param(wish(), visit(moved(NOW)), refusals.AppointmentUnknown, id="moved meanwhile"),
        pytest.param(wish(), visit(c.Cancel(definition=HALL)), refusals.Closed, id="withdrawn"),
    ],
)
def test_a_wish_without_a_possible_mail_is_refused(asked: Any, before: Request, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        decide(asked, before)
    assert set(refused.value.fields) == ({"not_before"} if asked.not_before else set())


def test_today_and_the_day_of_the_appointment_may_be_named() -> None:
    assert decide(wish(not_before=TODAY), visit())
    assert decide(wish(not_before=VISIT.date()), visit())


def test_an_account_without_e_mail_address_in_the_request_is_mailed() -> None:
    assert decide(wish(), visit(applicant={"given_names": "C"}, owner="camille"))


def test_an_earlier_slot_is_announced_with_an_id() -> None:
    [freed] = announced(visit(wish()))

    ends = EARLIER + timedelta(minutes=30)
    assert freed == e.EarlierSlotFreed(slot_id="slot-1", appointment_id="rdv-1", starts_at=EARLIER, ends_at=ends)
    known = after(visit(wish()), [freed])
    assert announced(known, name="slot-2") == [], "the same slot, given back again"
    assert announced(known, EARLIER + timedelta(minutes=30), name="slot-3"), "another one"


@pytest.mark.parametrize(
    ("starts", "not_before", "is_announced"),
    [
        (EARLIER, None, True),
        (EARLIER, date(2026, 11, 20), True),
        (EARLIER, date(2026, 11, 21), False),
        (NOW - timedelta(hours=1), None, False),
        (VISIT, None, False),
        (VISIT + timedelta(days=1), None, False),
    ],
)
def test_a_slot_is_announced_before_the_appointment_and_from_the_day_named(
    starts: datetime, not_before: date | None, is_announced: bool
) -> None:
    assert bool(announced(visit(wish(not_before=not_before)), starts)) is is_announced


@pytest.mark.parametrize(
    "ended",
    [
        pytest.param([moved(NOW)], id="moved"),
        pytest.param([c.Cancel(definition=HALL)], id="withdrawn"),
        pytest.param([c.Detach()], id="no account any more"),
    ],
)
def test_a_wish_ends_with_its_appointment_and_with_the_way_to_mail(ended: list[Any]) -> None:
    wanting = visit(wish(), owner="camille", applicant={"given_names": "C"})
    assert announced(wanting)

    for one in ended:
        wanting = after(wanting, decide(one, wanting))

    assert announced(wanting) == []


def test_no_slot_is_announced_once_the_appointment_can_no_longer_be_moved_online() -> None:
    late = VISIT - timedelta(hours=23)

    assert announced(visit(wish()), VISIT - timedelta(hours=1), now=late) == []


def test_the_page_shows_the_wish_of_the_appointment_that_stands_and_of_no_other() -> None:
    wanting = visit(wish(not_before=TODAY))
    mailed = after(wanting, announced(wanting))
    moved_on = after(mailed, decide(moved(NOW), mailed))
    [one], (old, new) = mailed.appointments, moved_on.appointments

    shown = earlier_slot.shown(mailed, one, HALL, HALLS, NOW)

    assert shown
    assert (shown.may_want, shown.wanted, shown.not_before) == (True, True, TODAY)
    assert [(freed.id, freed.starts_at) for freed in shown.freed] == [("slot-1", EARLIER)]
    assert earlier_slot.shown(moved_on, old, HALL, HALLS, NOW) is None
    fresh = earlier_slot.shown(moved_on, new, HALL, HALLS, NOW)
    assert fresh
    assert (fresh.may_want, fresh.wanted, fresh.freed) == (True, False, ())


def test_historique_says_each_step_of_it() -> None:
    wanted = e.EarlierSlotWanted(appointment_id="rdv-1", agenda="salles", starts_at=VISIT, not_before=TODAY)
    freed = e.EarlierSlotFreed(slot_id="s", appointment_id="rdv-1", starts_at=EARLIER, ends_at=EARLIER)
    unwanted = e.EarlierSlotUnwanted(appointment_id="rdv-1")

    found = history.lines([Kept(wanted), Kept(freed), Kept(unwanted)], HALL, side=Side.CITIZEN)

    said = [f"{line.title} {line.detail}".replace("\u00a0", " ").strip() for line in found]
    assert {line.kind for line in found} == {"appointment"}
    assert said == [
        "Alerte arrêtée : un créneau plus tôt",
        "Un créneau plus tôt s’est libéré : le vendredi 20 novembre 2026 à 14 h Un courriel l’annonce.",
        "Alerte demandée : un créneau plus tôt Pas avant le mercredi 18 novembre 2026.",
    ]
