"""A slot that is given back is announced to each person who wants an earlier one: once, and once a day at most."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.appointments import rows as slot_rows, use_cases as appointments
from services.requests.drafts import use_cases as drafts
from services.requests.following import use_cases as following
from services.requests.lifecycle import use_cases as timers
from services.requests.request import events as e
from services.requests.schemas.appointments import MoveAppointment, WantEarlierSlot
from services.requests.schemas.drafts import HoldSlot
from services.requests.schemas.refusals import ReminderOutdated
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, SYSTEM, Desk
from tests.integration.requests.test_drafts import opened
from tests.support import published
from tests.support.filled import valid_applicant

HALL = "location-salle"
MONDAY = datetime(2026, 11, 30, 13, tzinfo=UTC)
WEDNESDAY = datetime(2026, 12, 2, 13, tzinfo=UTC)
HALF = timedelta(minutes=30)
WITH_ADDRESS = {CAMILLE.id: "camille@courriel.example", ALIX.id: "alix@courriel.example"}


def neighbour(number: int) -> Actor:
    """One of many citizens: a hall is booked with an account only."""
    return Actor(kind="citizen", id=str(UUID(int=number)))


def booked(desk: Desk, actor: Actor, start: datetime, email: str = "") -> dict[str, Any]:
    """A hall with its visit, of a person who has an address of their own."""
    email = email or WITH_ADDRESS.get(actor.id, f"personne-{actor.id[-4:]}@courriel.example")
    return desk.file(HALL, actor, start=start, applicant=valid_applicant(published.definition(HALL), email))


def want(desk: Desk, receipt: dict[str, Any], actor: Actor, *, wanted: bool = True, day: date | None = None) -> None:
    [present] = [one for one in desk.view(receipt["number"], actor)["appointments"] if one["status"] == "booked"]
    number, appointment = receipt["number"], present["id"]
    asked = WantEarlierSlot(number=number, appointment_id=appointment, wanted=wanted, not_before=day)
    desk.do(actor, appointments.want_earlier_slot, asked)


def give_up(desk: Desk, receipt: dict[str, Any], actor: Actor) -> None:
    desk.do(actor, following.cancel, receipt["number"], desk.view(receipt["number"], actor)["version"])


def move(desk: Desk, receipt: dict[str, Any], actor: Actor, start: datetime) -> None:
    view = desk.view(receipt["number"], actor)
    [present] = [one for one in view["appointments"] if one["status"] == "booked"]
    asked = MoveAppointment(
        number=receipt["number"], version=view["version"], appointment_id=present["id"], start=start
    )
    desk.do(actor, appointments.move_appointment, asked)


def announced(desk: Desk, receipt: dict[str, Any]) -> list[datetime]:
    return [one.event.starts_at for one in desk.history(receipt) if isinstance(one.event, e.EarlierSlotFreed)]


def waiting(desk: Desk) -> list[datetime]:
    return [row["start"] for row in desk.rows("SELECT start FROM freed_slots ORDER BY start")]


def wishes(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("SELECT * FROM earlier_slots_wanted ORDER BY request_id")


def test_each_person_who_wants_an_earlier_slot_is_mailed_of_one_that_frees(desk: Desk) -> None:
    early = booked(desk, neighbour(1), MONDAY)
    hers, his = booked(desk, CAMILLE, WEDNESDAY), booked(desk, ALIX, WEDNESDAY + HALF)
    before, silent = (
        booked(desk, neighbour(2), MONDAY - timedelta(days=3)),
        booked(desk, neighbour(3), WEDNESDAY + 2 * HALF),
    )
    want(desk, hers, CAMILLE)
    want(desk, his, ALIX)
    want(desk, before, neighbour(2))

    give_up(desk, early, neighbour(1))
    assert waiting(desk) == [MONDAY]
    assert timers.announce_freed_slots(desk.store) == 2

    assert announced(desk, hers) == announced(desk, his) == [MONDAY]
    assert announced(desk, before) == announced(desk, silent) == []
    assert waiting(desk) == []
    details = desk.details(hers, e.EarlierSlotFreed)
    assert details.values["freed_slot"].replace("\u00a0", " ") == "lundi 30 novembre 2026 à 14 h"
    [shown] = desk.view(hers["number"], CAMILLE)["appointments"][0]["earlier_slot"]["freed"]
    assert shown["id"] == details.values["freed_slot_id"]


def test_a_moved_appointment_frees_its_slot_as_well(desk: Desk) -> None:
    early, hers = booked(desk, neighbour(1), MONDAY), booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE)

    move(desk, early, AGENT, WEDNESDAY + HALF)

    assert timers.announce_freed_slots(desk.store) == 1
    assert announced(desk, hers) == [MONDAY]


def test_two_slots_that_free_on_one_day_are_one_mail_to_a_person(desk: Desk) -> None:
    early = [booked(desk, neighbour(n), MONDAY + n * HALF) for n in range(2)]
    twice = [booked(desk, CAMILLE, WEDNESDAY + n * HALF) for n in range(2)]
    for one in twice:
        want(desk, one, CAMILLE)

    for n, one in enumerate(early):
        give_up(desk, one, neighbour(n))
        timers.announce_freed_slots(desk.store)

    assert sum(len(announced(desk, one)) for one in twice) == 1
    again = booked(desk, neighbour(5), MONDAY + 2 * HALF)
    desk.clock.move(days=1)
    give_up(desk, again, neighbour(5))
    assert timers.announce_freed_slots(desk.store) == 1, "the next day one more"
    timers.forget_freed_slot_mails(desk.store)
    assert len(desk.rows("SELECT * FROM earlier_slot_mails")) == 1


def test_a_slot_that_frees_on_two_days_is_announced_once_to_a_person(desk: Desk) -> None:
    hers = booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE)

    for n in range(2):
        give_up(desk, booked(desk, neighbour(n), MONDAY), neighbour(n))
        timers.announce_freed_slots(desk.store)
        desk.clock.move(days=1)

    assert announced(desk, hers) == [MONDAY]
    give_up(desk, booked(desk, neighbour(3), MONDAY + HALF), neighbour(3))
    assert timers.announce_freed_slots(desk.store) == 1, "the mail of that day was left for another slot"


def test_replicas_that_look_at_once_announce_a_slot_once_to_each(desk: Desk) -> None:
    early = booked(desk, neighbour(1), MONDAY)
    people = [booked(desk, neighbour(10 + n), WEDNESDAY + n * HALF) for n in range(4)]
    for n, one in enumerate(people):
        want(desk, one, neighbour(10 + n))
    give_up(desk, early, neighbour(1))

    with ThreadPoolExecutor(4) as replicas:
        looked = [replicas.submit(timers.announce_freed_slots, desk.store) for _ in range(4)]

    assert sum(one.result() for one in looked) == 4
    assert [announced(desk, one) for one in people] == [[MONDAY]] * 4


def test_an_interrupted_announcement_is_repeated_without_a_second_mail(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, hers = booked(desk, neighbour(1), MONDAY), booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE)
    give_up(desk, early, neighbour(1))
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(slot_rows, "forget_freed", interrupted)
        timers.announce_freed_slots(desk.store)
    assert waiting(desk) == [MONDAY]

    assert timers.announce_freed_slots(desk.store) == 0

    assert announced(desk, hers) == [MONDAY]
    assert waiting(desk) == []


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_slot_taken_again_is_not_announced(desk: Desk) -> None:
    early, hers = booked(desk, neighbour(1), MONDAY), booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE)
    give_up(desk, early, neighbour(1))
    booked(desk, neighbour(2), MONDAY)

    assert timers.announce_freed_slots(desk.store) == 0
    assert (announced(desk, hers), waiting(desk)) == ([], [])


def test_the_mail_is_refused_once_the_slot_is_taken_or_no_longer_wanted(desk: Desk) -> None:
    early, hers = booked(desk, neighbour(1), MONDAY), booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE)
    give_up(desk, early, neighbour(1))
    timers.announce_freed_slots(desk.store)
    assert desk.details(hers, e.EarlierSlotFreed).values["freed_slot"]

    want(desk, hers, CAMILLE, wanted=False)
    with pytest.raises(ReminderOutdated):
        desk.details(hers, e.EarlierSlotFreed)
    want(desk, hers, CAMILLE)
    booked(desk, neighbour(2), MONDAY)
    with pytest.raises(ReminderOutdated):
        desk.details(hers, e.EarlierSlotFreed)


def test_an_unwanted_slot_leaves_no_row(desk: Desk) -> None:
    early, hers = booked(desk, neighbour(1), MONDAY), booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE, day=date(2026, 12, 1))
    later = booked(desk, neighbour(2), WEDNESDAY + HALF)
    give_up(desk, later, neighbour(2))
    assert waiting(desk) == []

    give_up(desk, early, neighbour(1))
    assert timers.announce_freed_slots(desk.store) == 0, "before the day that she named"
    assert waiting(desk) == []


def test_a_hold_that_ends_frees_no_slot(desk: Desk) -> None:
    hers, draft = booked(desk, CAMILLE, WEDNESDAY), opened(desk, HALL, ALIX)
    want(desk, hers, CAMILLE)
    desk.do(ALIX, drafts.hold_slot, HoldSlot(draft_id=draft["id"], start=MONDAY))

    desk.do(ALIX, drafts.release_slot, draft["id"])

    assert waiting(desk) == []


def test_a_wish_goes_with_its_appointment_and_a_rebuild_finds_those_that_stand(desk: Desk) -> None:
    hers, his = booked(desk, CAMILLE, WEDNESDAY), booked(desk, ALIX, WEDNESDAY + HALF)
    third, fourth = (booked(desk, neighbour(n), WEDNESDAY + n * HALF) for n in (2, 3))
    want(desk, hers, CAMILLE, day=date(2026, 11, 27))
    for receipt, actor in ((his, ALIX), (third, neighbour(2)), (fourth, neighbour(3))):
        want(desk, receipt, actor)
    move(desk, his, ALIX, MONDAY)
    give_up(desk, third, neighbour(2))
    want(desk, fourth, neighbour(3), wanted=False)

    [stands] = wishes(desk)
    desk.check_rebuild(hers)

    assert str(stands["request_id"]) == hers["request_id"]
    assert (stands["starts_at"], stands["not_before"]) == (WEDNESDAY, date(2026, 11, 27))
    assert wishes(desk) == [stands]


def test_a_wish_is_the_holders_and_not_an_agents(desk: Desk) -> None:
    hers = booked(desk, CAMILLE, WEDNESDAY)

    with pytest.raises(refusals.NotAllowed):
        want(desk, hers, AGENT)


def test_a_withdrawn_agenda_delays_no_other(desk: Desk) -> None:
    early, hers = booked(desk, neighbour(1), MONDAY), booked(desk, CAMILLE, WEDNESDAY)
    want(desk, hers, CAMILLE)
    with desk.tx(SYSTEM) as tx:
        tx.conn.execute("INSERT INTO freed_slots VALUES ('fermee', %s, %s)", (MONDAY, tx.now - timedelta(hours=1)))
    give_up(desk, early, neighbour(1))

    assert timers.announce_freed_slots(desk.store) == 1
    assert waiting(desk) == []
