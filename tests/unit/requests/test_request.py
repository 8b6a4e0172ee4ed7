"""The life of one request: what may be wanted in which state, and what then happens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any

import pytest

from services.chassis.errors import Refusal
from services.chassis.event_store.events import Event
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.capacity.slots import ChosenSlot
from services.requests.request import commands as c, events as e, flow
from services.requests.request.rules import decide, resumes
from services.requests.request.state import Filed, NotFiled, Request, evolve
from services.requests.schemas.facts import ImplicitDecision
from services.requests.schemas.refusals import RequestErased
from tests.support.filled import FILED
from tests.support.published import agenda_read, procedure, slugs

NOW = datetime(2026, 11, 18, 8, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=5)
ROAD = procedure("signalement-voirie")
PLANNING = procedure("declaration-prealable-travaux")
HALL = procedure("location-salle")
PASSPORT = procedure("rdv-cni-passeport")
BULKY = procedure("enlevement-encombrants")
HALLS = agenda_read("salles")
VISIT = datetime(2026, 11, 23, 13, tzinfo=UTC)


def slot(name: str = "rdv-1", starts: datetime = VISIT, of: str = "salles") -> ChosenSlot:
    return ChosenSlot(appointment_id=name, agenda=of, starts_at=starts, ends_at=starts + timedelta(minutes=30))


def submit(of: Procedure = ROAD, **changes: Any) -> c.Submit:
    given: dict[str, Any] = {
        "number": "2026-7K3M-QX4P",
        "definition": of,
        "channel": "portal",
        "applicant": {"given_names": "Camille"},
        "member": None,
        "answers": {},
        "manifest": [],
        "owner": None,
        "index": e.Index(email="h", filed_by="v", words=[]),
        "quota": None,
        "slot": None,
        "now": NOW,
    }
    return c.Submit(**{**given, **changes})


def state(*commands: Any, of: Procedure = ROAD, **changes: Any) -> Request:
    """A submitted request that lived through these commands and facts."""
    request = after(NotFiled(), decide(submit(of, **changes), NotFiled()))
    for one in commands:
        request = after(request, [one] if isinstance(one, Event) else decide(one, request))
    return request


def after(request: Request, events: Sequence[Any]) -> Request:
    return reduce(evolve, events, request)


def change(to: str, of: Procedure = ROAD, by: str = "agent", **more: Any) -> c.ChangeStatus:
    return c.ChangeStatus(to=to, by=by, definition=of, now=LATER, agent="agent.accueil", **more)


def awaiting(*pieces: str) -> list[c.ChangeStatus]:
    asked = change(flow.Status.AWAITING, PLANNING, missing_documents=pieces, deadline=date(2026, 12, 5))
    return [change("in_review", PLANNING), asked]


def called_off(now: datetime, by: str = "agent") -> c.CancelAppointment:
    return c.CancelAppointment(appointment_id="rdv-1", by=by, definition=HALL, agenda=HALLS, now=now)


def moved(now: datetime, by: str = "agent", to: ChosenSlot | None = None) -> c.MoveAppointment:
    later = to or slot("rdv-2", LATER + timedelta(days=9))
    return c.MoveAppointment(appointment_id="rdv-1", slot=later, by=by, definition=HALL, agenda=HALLS, now=now)


def added(piece: str, by: str = "citizen") -> e.DocumentAdded:
    return e.DocumentAdded(document_id="d", piece=piece, files=1, by=by)


def test_a_submission_is_recorded_with_its_dates_and_a_booking_with_its_appointment() -> None:
    (submitted,) = decide(submit(procedure("acte-naissance")), NotFiled())
    assert isinstance(submitted, e.RequestSubmitted)
    assert submitted.status == "submitted"
    assert submitted.due_at == date(2026, 11, 25)
    assert submitted.implicit_decision == ImplicitDecision(effect="rejection", at=date(2027, 1, 18))
    submitted, booked = decide(submit(PASSPORT, slot=slot(of="titres-identite")), NotFiled())
    assert isinstance(submitted, e.RequestSubmitted)
    assert isinstance(booked, e.AppointmentBooked)
    assert (submitted.status, submitted.appointment, booked.appointment_id) == ("scheduled", "rdv-1", "rdv-1")


def test_a_submission_says_whether_its_answers_are_those_that_the_procedure_marks() -> None:
    def marked(of: Procedure, **answers: Any) -> bool:
        (submitted,) = decide(submit(of, answers=answers), NotFiled())
        return after(NotFiled(), [submitted]).alert

    assert marked(ROAD, danger=True)
    assert not marked(ROAD)
    assert not marked(BULKY, danger=True)


CLOSED = state(change("in_review"), change("done"))
WITH_VISIT = state(of=HALL, slot=slot())
ASKING = {"missing_documents": ("dp2-plan-masse",)}
REVIEWED = state(change("in_review", PLANNING), of=PLANNING)
DECIDED = date(2026, 12, 19)


def silence(day: date) -> c.ReachImplicitDecision:
    return c.ReachImplicitDecision(definition=PLANNING, today=day)


@pytest.mark.parametrize(
    ("command", "before"),
    [
        pytest.param(submit(), state(), id="the same submission"),
        pytest.param(change("in_review"), state(change("in_review")), id="the present status"),
        pytest.param(silence(DECIDED), state(silence(DECIDED), of=PLANNING), id="silence that has decided"),
        pytest.param(
            silence(date(2027, 12, 19)),
            state(change("in_review", PLANNING), change("accepted", PLANNING), of=PLANNING),
            id="silence after an answer",
        ),
        pytest.param(c.Cancel(definition=ROAD), state(c.Cancel(definition=ROAD)), id="withdrawn already"),
        pytest.param(c.Archive(definition=ROAD), state(), id="not closed yet"),
    ],
)
def test_a_command_already_done_or_not_yet_due_records_no_event(command: c.RequestCommand, before: Request) -> None:
    assert decide(command, before) == []


@pytest.mark.parametrize(
    ("command", "before", "refusal"),
    [
        (change("done"), state(), refusals.TransitionRefused),
        # Asked again with other words, which would be lost.
        (
            change(flow.Status.AWAITING, PLANNING, missing_documents=("formulaire",), deadline=date(2026, 12, 9)),
            state(*awaiting("dp2-plan-masse"), of=PLANNING),
            refusals.AlreadyThere,
        ),
        (change("scheduled", deadline=date(2020, 1, 1)), state(change("in_review")), refusals.DayIsPast),
        (change("in_review"), CLOSED, refusals.Closed),
        (c.Cancel(definition=ROAD), CLOSED, refusals.CannotCancel),
        (change(flow.Status.AWAITING, PLANNING, **ASKING), REVIEWED, refusals.DeadlineRequired),
        (
            change(flow.Status.AWAITING, PLANNING, **ASKING, deadline=date(2026, 11, 20)),
            REVIEWED,
            refusals.DeadlineRequired,
        ),
        (
            change(flow.Status.AWAITING, PLANNING, deadline=date(2026, 12, 5)),
            REVIEWED,
            refusals.MissingDocumentsRequired,
        ),
        (called_off(NOW, by="citizen"), WITH_VISIT, refusals.AppointmentMandatory),
        (
            c.AddAppointment(slot=slot("rdv-2"), by="citizen", definition=HALL, now=NOW),
            WITH_VISIT,
            refusals.AppointmentExists,
        ),
        (
            c.AddAppointment(slot=slot(), by="citizen", definition=ROAD, now=NOW),
            state(),
            refusals.NoAppointment,
        ),
        (c.AddNote(text="  ", agent="agent.accueil"), state(), refusals.NoteEmpty),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_command_that_the_state_forbids_is_refused(
    command: c.RequestCommand, before: Request, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        decide(command, before)


def test_only_pieces_of_the_procedure_are_asked_for() -> None:
    """What an agent types in the place of one would be published with the event."""
    asked = change(flow.Status.AWAITING, PLANNING, missing_documents=("Livret de Zoé",), deadline=date(2026, 12, 9))
    with pytest.raises(refusals.PieceUnknown) as refused:
        decide(asked, state(change("in_review", PLANNING), of=PLANNING))
    assert set(refused.value.fields) == {"missing_documents"}


@pytest.mark.parametrize(
    ("to", "of"), [("rejected", ROAD), ("lapsed", PASSPORT), ("cancelled", PASSPORT)], ids=lambda one: str(one)[:9]
)
def test_an_end_against_the_person_needs_a_reason(to: str, of: Procedure) -> None:
    before = state(change("in_review")) if of is ROAD else state(of=of, slot=slot(of="titres-identite"))
    for unsaid in ({}, {"reply_text": "Bonjour"}):
        with pytest.raises(refusals.ReasonRequired) as refused:
            decide(change(to, of, **unsaid), before)
        assert set(refused.value.fields) == {"reason"}
    (changed, *_) = decide(change(to, of, reason="Personne n’est venu."), before)
    assert isinstance(changed, e.RequestStatusChanged)


def test_a_reason_or_a_prepared_reply_ends_a_request_and_is_kept() -> None:
    (changed,) = decide(change("rejected", reply_text="Bonjour", prepared=True), state(change("in_review")))
    assert isinstance(changed, e.RequestStatusChanged)
    assert changed.reply
    said = {"other_administration": "Département de l’Orne", "reason": "La voie est départementale."}
    (changed,) = decide(change("redirected", **said), state(change("in_review")))
    assert isinstance(changed, e.RequestStatusChanged)
    assert (changed.other_administration, changed.reason) == tuple(said.values())


@pytest.mark.parametrize(
    ("said", "refusal", "fields"),
    [
        ({}, refusals.AdministrationRequired, {"other_administration", "reason"}),
        ({"reason": "Voie départementale"}, refusals.AdministrationRequired, {"other_administration"}),
        ({"other_administration": "Département"}, refusals.ReasonRequired, {"reason"}),
        (
            {"reply_text": "Bonjour", "prepared": True},
            refusals.AdministrationRequired,
            {"other_administration", "reason"},
        ),
    ],
)
def test_passing_on_says_to_whom_and_why_whatever_else_is_written(
    said: dict[str, Any], refusal: type[Refusal], fields: set[str]
) -> None:
    with pytest.raises(refusal) as refused:
        decide(change("redirected", **said), state(change("in_review")))
    assert set(refused.value.fields) == fields


def test_the_last_missing_piece_or_a_message_resumes_the_review() -> None:
    request = state(*awaiting("dp2-plan-masse"), of=PLANNING)
    assert resumes(added("dp2-plan-masse"), request)
    two = state(*awaiting("dp2-plan-masse", "formulaire"), of=PLANNING)
    assert not resumes(added("dp2-plan-masse"), two)
    assert resumes(added("formulaire"), after(two, [added("dp2-plan-masse")]))
    assert not resumes(added("dp2-plan-masse", by="agent"), request)
    assert resumes(e.ExchangeAdded(exchange_id="x", direction="to_town"), request)
    assert not resumes(e.ExchangeAdded(exchange_id="x", direction="to_citizen"), request)


def test_removing_a_file_or_renaming_a_piece_completes_no_request() -> None:
    piece = {"document_id": "d1", "piece": "dp2-plan-masse"}
    request = replace(state(*awaiting("dp2-plan-masse"), of=PLANNING), files={"d1": 2})
    for fact in (e.DocumentReplaced(**piece, files=1), e.DocumentRelabelled(**piece)):  # pyright: ignore[reportArgumentType]
        assert not resumes(fact, request)
        assert after(request, [fact]).missing_documents == ("dp2-plan-masse",)
    assert resumes(e.DocumentReplaced(**piece, files=2), after(request, [e.DocumentReplaced(**piece, files=1)]))  # pyright: ignore[reportArgumentType]


def test_silence_that_was_reached_stays_reached_under_review() -> None:
    assert state(silence(DECIDED), change("in_review", PLANNING), of=PLANNING).implicit_reached


def test_a_request_that_the_town_calls_off_frees_its_slot_and_is_archived() -> None:
    off = change("cancelled", PASSPORT, reply_text="Votre rendez-vous ne peut pas être assuré.", prepared=True)
    events = decide(off, state(of=PASSPORT, slot=slot(of="titres-identite")))
    assert [type(one) for one in events] == [e.RequestStatusChanged, e.AppointmentCancelled, e.RequestArchived]


def test_an_appointment_that_has_begun_is_not_called_off_by_the_end_of_its_request() -> None:
    begun = slot(of="titres-identite", starts=LATER - timedelta(minutes=10))
    (changed,) = decide(change("lapsed", PASSPORT, reason="Personne n’est venu."), state(of=PASSPORT, slot=begun))
    assert isinstance(changed, e.RequestStatusChanged)


def test_an_appointment_freed_by_a_silent_closure_has_a_mail_of_its_own() -> None:
    quiet = tuple(replace(step, notify=False) for step in HALL.flow.transitions)
    silent = replace(HALL, flow=replace(HALL.flow, transitions=quiet))
    before = state(change("in_review", HALL), of=HALL, slot=slot(starts=LATER + timedelta(days=3)))
    _, off = decide(change("rejected", silent, reason="La salle est fermée."), before)
    assert isinstance(off, e.AppointmentCancelled)
    assert not off.with_request


def accepted_hall() -> Request:
    return state(
        change("in_review", HALL), change("accepted", HALL), of=HALL, slot=slot(starts=LATER + timedelta(days=3))
    )


def test_the_appointment_to_come_of_a_closed_request_is_moved_or_given_back() -> None:
    assert [type(one) for one in decide(moved(LATER), accepted_hall())] == [e.AppointmentRescheduled]
    (off,) = decide(called_off(LATER), accepted_hall())
    assert isinstance(off, e.AppointmentCancelled)
    assert not off.with_request


def test_past_appointments_of_closed_and_those_of_archived_requests_stay() -> None:
    archived = after(accepted_hall(), decide(c.Archive(definition=HALL), accepted_hall()))
    past = LATER + timedelta(days=4)
    for wish, request in [
        (moved(past), accepted_hall()),
        (called_off(past), accepted_hall()),
        (moved(LATER), archived),
        (called_off(LATER), archived),
    ]:
        with pytest.raises(refusals.Closed):
            decide(wish, request)


def test_it_is_too_late_to_move_an_appointment_of_tomorrow_morning() -> None:
    late = VISIT - timedelta(hours=23)
    with pytest.raises(refusals.TooLateToChange):
        decide(moved(late, by="citizen"), state(of=HALL, slot=slot()))
    assert decide(moved(late), state(of=HALL, slot=slot()))


def test_an_appointment_that_is_over_is_not_moved_beside_the_next_one() -> None:
    after_the_visit = VISIT + timedelta(days=1)
    add = c.AddAppointment(
        slot=slot("rdv-2", VISIT + timedelta(days=4)), by="agent", definition=HALL, now=after_the_visit
    )
    with pytest.raises(refusals.AppointmentExists):
        decide(moved(after_the_visit, to=slot("rdv-3", VISIT + timedelta(days=6))), state(add, of=HALL, slot=slot()))


@pytest.mark.parametrize(
    "wish",
    [
        c.Attach(account="camille"),
        c.RequestErasure(),
        c.Assign(assignee="agent.accueil", assignee_name="Agent d’accueil"),
        c.Assign(assignee=None, assignee_name=""),
        c.AddNote(text="Vu", agent="agent.accueil"),
        c.RequestTrackingLink(expired=False),
        c.RequestTrackingLink(expired=True),
        c.RevokeTrackingLinks(),
    ],
    ids=lambda wish: type(wish).__name__,
)
def test_an_erased_request_refuses_each_command(
    wish: c.RequestCommand,
) -> None:
    erased = state(c.Cancel(definition=ROAD), c.Erase(definition=ROAD, elimination="list"))
    with pytest.raises(RequestErased):
        decide(wish, erased)


@pytest.mark.parametrize("slug", slugs())
def test_every_status_of_every_flow_can_be_reached_from_the_first(slug: str) -> None:
    of = procedure(slug)
    assert all(flow.path(of, of.flow.initial, status) is not None for status in of.statuses)


@pytest.mark.parametrize("slug", slugs())
def test_a_request_is_open_until_a_status_closes_it_or_it_is_archived(slug: str) -> None:
    of = procedure(slug)
    for status, known in of.statuses.items():
        assert Filed(**FILED | {"status": status}).is_open(of) is not known.closed
        assert not Filed(**FILED | {"status": status, "archived": True}).is_open(of)
