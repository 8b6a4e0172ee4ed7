"""The life of one request: what may be wanted in which state, and what then happens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any

import pytest

from services.chassis.errors import Refusal
from services.requests import refusals
from services.requests.capacity.slots import ChosenSlot
from services.requests.request import commands as c
from services.requests.request import events as e
from services.requests.request import flow
from services.requests.request.rules import decide, resumes
from services.requests.request.state import Filed, NotFiled, Request, evolve
from tests.filled import FILED
from tests.published import agenda, definition, slugs

NOW = datetime(2026, 11, 18, 8, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=5)
ROAD = definition("signalement-voirie")
PLANNING = definition("declaration-prealable-travaux")
HALL = definition("location-salle")
PASSPORT = definition("rdv-cni-passeport")
SCHOOL = definition("inscription-scolaire")
BULKY = definition("enlevement-encombrants")
HALLS = agenda("salles")
VISIT = datetime(2026, 11, 23, 13, tzinfo=UTC)


def slot(name: str = "rdv-1", starts: datetime = VISIT, of: str = "salles") -> ChosenSlot:
    return ChosenSlot(appointment_id=name, agenda=of, starts_at=starts, ends_at=starts + timedelta(minutes=30))


def submit(of: dict[str, Any] = ROAD, **changes: Any) -> c.Submit:
    given: dict[str, Any] = {
        "number": "2026-7K3M-QX4P",
        "definition": of,
        "channel": "portal",
        "applicant": {"given_names": "Camille"},
        "member": None,
        "answers": {},
        "manifest": [],
        "owner": None,
        "index": {"email": "h", "filed_by": "v", "words": []},
        "quota": None,
        "slot": None,
        "now": NOW,
    }
    return c.Submit(**{**given, **changes})


def state(*commands: Any, of: dict[str, Any] = ROAD, **changes: Any) -> Request:
    """A submitted request that lived through these commands and facts."""
    request = after(NotFiled(), decide(submit(of, **changes), NotFiled()))
    for one in commands:
        request = after(request, [one] if hasattr(one, "__event_source__") else decide(one, request))
    return request


def after(request: Request, events: Sequence[Any]) -> Request:
    return reduce(evolve, events, request)


def change(to: str, of: dict[str, Any] = ROAD, by: str = "agent", **more: Any) -> c.ChangeStatus:
    return c.ChangeStatus(to=to, by=by, definition=of, now=LATER, agent="agent.accueil", **more)


def awaiting(*pieces: str) -> list[c.ChangeStatus]:
    asked = change(flow.AWAITING, PLANNING, missing_documents=pieces, deadline=date(2026, 12, 5))
    return [change("in_review", PLANNING), asked]


def added(piece: str, by: str = "citizen") -> e.DocumentAdded:
    return e.DocumentAdded(document_id="d", piece=piece, files=1, by=by)


def test_a_submission_is_recorded_with_its_dates() -> None:
    (submitted,) = decide(submit(definition("acte-naissance")), NotFiled())
    assert isinstance(submitted, e.RequestSubmitted)
    assert submitted.status == "submitted"
    assert submitted.due_at == date(2026, 11, 25)
    assert submitted.implicit_decision == {"effect": "rejection", "at": "2027-01-18"}


def test_a_submission_says_whether_its_answers_are_those_that_the_procedure_marks() -> None:
    def marked(of: dict[str, Any], **answers: Any) -> bool:
        (submitted,) = decide(submit(of, answers=answers), NotFiled())
        return after(NotFiled(), [submitted]).alert

    assert marked(ROAD, danger=True)
    assert not marked(ROAD)
    assert not marked(BULKY, danger=True)


def test_a_booking_starts_scheduled_with_its_appointment() -> None:
    submitted, booked = decide(submit(PASSPORT, slot=slot(of="titres-identite")), NotFiled())
    assert isinstance(submitted, e.RequestSubmitted)
    assert isinstance(booked, e.AppointmentBooked)
    assert (submitted.status, submitted.appointment, booked.appointment_id) == ("scheduled", "rdv-1", "rdv-1")


def test_the_same_submission_twice_changes_nothing() -> None:
    assert decide(submit(), state()) == []


@pytest.mark.parametrize("slug", slugs())
def test_every_procedure_can_be_submitted_and_tells_its_first_status(slug: str) -> None:
    of = definition(slug)
    (submitted,) = decide(submit(of), NotFiled())
    assert flow.label(of, submitted.status)  # type: ignore[union-attr]


def test_a_status_changes_along_the_flow() -> None:
    (changed,) = decide(change("in_review"), state())
    assert isinstance(changed, e.RequestStatusChanged)
    assert (changed.from_status, changed.to_status, changed.closed) == ("submitted", "in_review", False)


def test_a_status_outside_the_flow_is_refused() -> None:
    with pytest.raises(refusals.TransitionRefused):
        decide(change("done"), state())


def test_the_present_status_asked_again_changes_nothing() -> None:
    assert decide(change("in_review"), state(change("in_review"))) == []


def test_the_present_status_asked_again_with_words_is_refused_for_they_would_be_lost() -> None:
    waiting = state(*awaiting("dp2-plan-masse"), of=PLANNING)
    more = change(flow.AWAITING, PLANNING, missing_documents=("formulaire",), deadline=date(2026, 12, 9))
    with pytest.raises(refusals.AlreadyThere):
        decide(more, waiting)


def test_only_pieces_of_the_procedure_are_asked_for() -> None:
    """What an agent types in the place of one would be published with the event."""
    told = change(flow.AWAITING, PLANNING, missing_documents=("Livret de Zoé",), deadline=date(2026, 12, 9))
    with pytest.raises(refusals.PieceUnknown) as refused:
        decide(told, state(change("in_review", PLANNING), of=PLANNING))
    assert set(refused.value.fields) == {"missing_documents"}


def test_a_day_that_has_passed_is_announced_to_nobody() -> None:
    with pytest.raises(refusals.DayIsPast):
        decide(change("scheduled", deadline=date(2020, 1, 1)), state(change("in_review")))


def test_a_closed_request_changes_no_more() -> None:
    with pytest.raises(refusals.Closed):
        decide(change("in_review"), state(change("in_review"), change("done")))


@pytest.mark.parametrize(
    ("to", "of"), [("rejected", ROAD), ("lapsed", PASSPORT), ("cancelled", PASSPORT)], ids=lambda one: str(one)[:9]
)
def test_an_end_that_the_person_did_not_want_needs_a_reason(to: str, of: dict[str, Any]) -> None:
    before = state(change("in_review")) if of is ROAD else state(of=of, slot=slot(of="titres-identite"))
    for unsaid in ({}, {"reply_text": "Bonjour"}):
        with pytest.raises(refusals.ReasonRequired) as refused:
            decide(change(to, of, **unsaid), before)
        assert set(refused.value.fields) == {"reason"}
    (changed, *_) = decide(change(to, of, reason="Personne n’est venu."), before)
    assert isinstance(changed, e.RequestStatusChanged)


def test_a_reply_that_the_town_has_prepared_is_reason_enough() -> None:
    (changed,) = decide(change("rejected", reply_text="Bonjour", prepared=True), state(change("in_review")))
    assert isinstance(changed, e.RequestStatusChanged)
    assert changed.reply


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


def test_what_is_passed_on_keeps_to_whom_and_why() -> None:
    said = {"other_administration": "Département de l’Orne", "reason": "La voie est départementale."}
    (changed,) = decide(change("redirected", **said), state(change("in_review")))
    assert isinstance(changed, e.RequestStatusChanged)
    assert (changed.other_administration, changed.reason) == tuple(said.values())


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"missing_documents": ["dp2-plan-masse"]}, refusals.DeadlineRequired),
        ({"missing_documents": ["dp2-plan-masse"], "deadline": date(2026, 11, 20)}, refusals.DeadlineRequired),
        ({"deadline": date(2026, 12, 5)}, refusals.MissingDocumentsRequired),
    ],
)
def test_asking_for_pieces_says_which_and_by_when(more: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        decide(change(flow.AWAITING, PLANNING, **more), state(change("in_review", PLANNING), of=PLANNING))


def test_an_incomplete_file_suspends_its_dates() -> None:
    request = state(*awaiting("dp2-plan-masse"), of=PLANNING)
    assert (request.due_on, request.implicit_decision) == (None, None)
    assert request.deadline == date(2026, 12, 5)


def test_the_last_missing_piece_makes_the_file_complete() -> None:
    request = state(*awaiting("dp2-plan-masse"), of=PLANNING)
    assert resumes(added("dp2-plan-masse"), request)


def test_one_of_two_missing_pieces_is_not_enough() -> None:
    request = state(*awaiting("dp2-plan-masse", "formulaire"), of=PLANNING)
    assert not resumes(added("dp2-plan-masse"), request)
    assert resumes(added("formulaire"), after(request, [added("dp2-plan-masse")]))


def test_a_piece_added_by_an_agent_does_not_speak_for_the_citizen() -> None:
    assert not resumes(added("dp2-plan-masse", by="agent"), state(*awaiting("dp2-plan-masse"), of=PLANNING))


def test_a_file_taken_out_of_a_piece_or_another_name_completes_nothing() -> None:
    piece = {"document_id": "d1", "piece": "dp2-plan-masse"}
    request = replace(state(*awaiting("dp2-plan-masse"), of=PLANNING), files={"d1": 2})
    for fact in (e.DocumentReplaced(**piece, files=1), e.DocumentRelabelled(**piece)):  # pyright: ignore[reportArgumentType]
        assert not resumes(fact, request)
        assert after(request, [fact]).missing_documents == ("dp2-plan-masse",)
    assert resumes(e.DocumentReplaced(**piece, files=2), after(request, [e.DocumentReplaced(**piece, files=1)]))  # pyright: ignore[reportArgumentType]


def test_an_answer_of_the_citizen_makes_the_file_complete() -> None:
    request = state(*awaiting("dp2-plan-masse"), of=PLANNING)
    assert resumes(e.ExchangeAdded(exchange_id="x", direction="to_town"), request)
    assert not resumes(e.ExchangeAdded(exchange_id="x", direction="to_citizen"), request)


def test_the_dates_run_again_from_the_complete_file() -> None:
    request = state(*awaiting("dp2-plan-masse"), of=PLANNING)
    complete = datetime(2026, 12, 1, 10, tzinfo=UTC)
    (back,) = decide(c.ResumeReview(definition=PLANNING, now=complete), request)
    assert isinstance(back, e.RequestStatusChanged)
    assert (back.to_status, back.by) == ("in_review", "citizen")
    assert back.implicit_decision == {"effect": "acceptance", "at": "2027-01-01"}


def test_silence_decides_the_day_after_its_date() -> None:
    request = state(of=PLANNING)
    on = c.ReachImplicitDecision(definition=PLANNING, today=date(2026, 12, 18))
    assert decide(on, request) == []
    (reached,) = decide(c.ReachImplicitDecision(definition=PLANNING, today=date(2026, 12, 19)), request)
    assert reached == e.ImplicitDecisionReached(effect="acceptance", at=date(2026, 12, 18))


def test_silence_decides_once() -> None:
    wish = c.ReachImplicitDecision(definition=PLANNING, today=date(2026, 12, 19))
    assert decide(wish, state(wish, of=PLANNING)) == []


def test_silence_that_was_reached_says_nothing_of_the_date_that_a_complete_file_begins_anew() -> None:
    silence = c.ReachImplicitDecision(definition=PLANNING, today=date(2026, 12, 19))
    request = state(silence, *awaiting("dp2-plan-masse"), of=PLANNING)
    assert not request.implicit_reached
    (back,) = decide(c.ResumeReview(definition=PLANNING, now=datetime(2026, 12, 22, 10, tzinfo=UTC)), request)
    again = after(request, [back])
    assert again.implicit_decision == {"effect": "acceptance", "at": "2027-01-22"}
    assert not again.implicit_reached
    assert decide(c.ReachImplicitDecision(definition=PLANNING, today=date(2027, 1, 23)), again)


def test_silence_that_was_reached_stays_while_its_decision_does() -> None:
    silence = c.ReachImplicitDecision(definition=PLANNING, today=date(2026, 12, 19))
    assert state(silence, change("in_review", PLANNING), of=PLANNING).implicit_reached


def test_an_answered_request_is_not_decided_by_silence() -> None:
    accepted = [change("in_review", PLANNING), change("accepted", PLANNING)]
    wish = c.ReachImplicitDecision(definition=PLANNING, today=date(2027, 12, 19))
    assert decide(wish, state(*accepted, of=PLANNING)) == []


def test_a_withdrawn_request_is_archived_at_once_and_gives_up_its_appointment() -> None:
    events = decide(c.Cancel(definition=HALL), state(of=HALL, slot=slot()))
    assert [type(one) for one in events] == [e.AppointmentCancelled, e.RequestCancelled]
    assert after(state(of=HALL, slot=slot()), events).archived


def test_a_withdrawn_request_is_withdrawn_once() -> None:
    assert decide(c.Cancel(definition=ROAD), state(c.Cancel(definition=ROAD))) == []


def test_a_closed_request_cannot_be_withdrawn() -> None:
    with pytest.raises(refusals.CannotCancel):
        decide(c.Cancel(definition=ROAD), state(change("in_review"), change("done")))


def test_a_booking_called_off_by_the_town_frees_the_slot_and_is_archived() -> None:
    off = change("cancelled", PASSPORT, reply_text="Votre rendez-vous ne peut pas être assuré.", prepared=True)
    events = decide(off, state(of=PASSPORT, slot=slot(of="titres-identite")))
    assert [type(one) for one in events] == [e.RequestStatusChanged, e.AppointmentCancelled, e.RequestArchived]


@pytest.mark.parametrize("to", ["rejected", "redirected"])
def test_a_request_that_comes_to_nothing_frees_the_appointment_to_come(to: str) -> None:
    said = {"reason": "La salle est fermée.", "other_administration": "Le département"}
    before = state(change("in_review", HALL), of=HALL, slot=slot(starts=LATER + timedelta(days=3)))
    changed, off = decide(change(to, HALL, **said), before)
    assert isinstance(changed, e.RequestStatusChanged)
    assert isinstance(off, e.AppointmentCancelled)
    assert (off.by, off.with_request) == ("agent", True), "the mail that says how it ended says this too"


def test_an_appointment_that_has_begun_is_not_called_off_by_the_end_of_its_request() -> None:
    begun = slot(of="titres-identite", starts=LATER - timedelta(minutes=10))
    (changed,) = decide(change("lapsed", PASSPORT, reason="Personne n’est venu."), state(of=PASSPORT, slot=begun))
    assert isinstance(changed, e.RequestStatusChanged)


def test_an_appointment_freed_by_an_end_that_no_mail_tells_has_a_mail_of_its_own() -> None:
    quiet = [{**step, "notify": False} for step in HALL["flow"]["transitions"]]
    silent = {**HALL, "flow": {**HALL["flow"], "transitions": quiet}}
    before = state(change("in_review", HALL), of=HALL, slot=slot(starts=LATER + timedelta(days=3)))
    _, off = decide(change("rejected", silent, reason="La salle est fermée."), before)
    assert isinstance(off, e.AppointmentCancelled)
    assert not off.with_request


def accepted_hall() -> Request:
    return state(
        change("in_review", HALL), change("accepted", HALL), of=HALL, slot=slot(starts=LATER + timedelta(days=3))
    )


def moved(now: datetime, by: str = "agent") -> c.MoveAppointment:
    later = slot("rdv-2", LATER + timedelta(days=9))
    return c.MoveAppointment(appointment_id="rdv-1", slot=later, by=by, definition=HALL, agenda=HALLS, now=now)


def called_off(now: datetime) -> c.CancelAppointment:
    return c.CancelAppointment(appointment_id="rdv-1", by="agent", definition=HALL, agenda=HALLS, now=now)


def test_the_appointment_to_come_of_a_closed_request_is_moved_or_given_back() -> None:
    assert [type(one) for one in decide(moved(LATER), accepted_hall())] == [e.AppointmentRescheduled]
    (off,) = decide(called_off(LATER), accepted_hall())
    assert isinstance(off, e.AppointmentCancelled)
    assert not off.with_request


def test_the_past_appointment_of_a_closed_request_and_that_of_an_archived_one_stay_as_they_are() -> None:
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


def test_a_closed_request_is_archived_later() -> None:
    assert decide(c.Archive(definition=ROAD), state()) == []
    closed = state(change("in_review"), change("done"))
    assert [type(one) for one in decide(c.Archive(definition=ROAD), closed)] == [e.RequestArchived]


def test_a_request_is_attached_once() -> None:
    assert decide(c.Attach(account="camille"), state()) == [e.RequestAttached(owner="camille")]
    assert decide(c.Attach(account="camille"), state(c.Attach(account="camille"))) == []
    with pytest.raises(refusals.AlreadyAttached):
        decide(c.Attach(account="alix"), state(c.Attach(account="camille")))


def test_a_moved_appointment_leaves_the_old_one_in_sight() -> None:
    moved = c.MoveAppointment(
        appointment_id="rdv-1",
        slot=slot("rdv-2", VISIT + timedelta(days=4)),
        by="citizen",
        definition=HALL,
        agenda=HALLS,
        now=NOW,
    )
    request = state(moved, of=HALL, slot=slot())
    assert [(a.id, a.booked) for a in request.appointments] == [("rdv-1", False), ("rdv-2", True)]


def test_it_is_too_late_to_move_an_appointment_of_tomorrow_morning() -> None:
    late = VISIT - timedelta(hours=23)
    wish = {
        "appointment_id": "rdv-1",
        "slot": slot("rdv-2", VISIT + timedelta(days=4)),
        "definition": HALL,
        "agenda": HALLS,
    }
    with pytest.raises(refusals.TooLateToChange):
        decide(c.MoveAppointment(**wish, by="citizen", now=late), state(of=HALL, slot=slot()))
    assert decide(c.MoveAppointment(**wish, by="agent", now=late), state(of=HALL, slot=slot()))


def test_a_required_appointment_is_not_removed_alone() -> None:
    wish = c.CancelAppointment(appointment_id="rdv-1", by="citizen", definition=HALL, agenda=HALLS, now=NOW)
    with pytest.raises(refusals.AppointmentMandatory):
        decide(wish, state(of=HALL, slot=slot()))


def test_an_optional_appointment_is_added_then_cancelled() -> None:
    add = c.AddAppointment(slot=slot(of="population-famille"), by="citizen", definition=SCHOOL, now=NOW)
    off = c.CancelAppointment(
        appointment_id="rdv-1", by="citizen", definition=SCHOOL, agenda=agenda("population-famille"), now=NOW
    )
    request = state(add, off, of=SCHOOL)
    assert [a.booked for a in request.appointments] == [False]


def test_a_second_appointment_at_the_same_time_is_refused() -> None:
    with pytest.raises(refusals.AppointmentExists):
        decide(
            c.AddAppointment(slot=slot("rdv-2"), by="citizen", definition=HALL, now=NOW), state(of=HALL, slot=slot())
        )


def test_an_appointment_that_is_over_is_not_moved_beside_the_next_one() -> None:
    after_the_visit = VISIT + timedelta(days=1)
    add = c.AddAppointment(
        slot=slot("rdv-2", VISIT + timedelta(days=4)), by="agent", definition=HALL, now=after_the_visit
    )
    move = c.MoveAppointment(
        appointment_id="rdv-1",
        slot=slot("rdv-3", VISIT + timedelta(days=6)),
        by="agent",
        definition=HALL,
        agenda=HALLS,
        now=after_the_visit,
    )
    with pytest.raises(refusals.AppointmentExists):
        decide(move, state(add, of=HALL, slot=slot()))


def test_a_procedure_without_agenda_takes_no_appointment() -> None:
    with pytest.raises(refusals.NoAppointment):
        decide(c.AddAppointment(slot=slot(), by="citizen", definition=ROAD, now=NOW), state())


def test_an_expired_link_is_renewed_when_it_is_asked_for() -> None:
    assert [type(one) for one in decide(c.RequestTrackingLink(expired=True), state())] == [
        e.TrackingLinkRenewed,
        e.TrackingLinkRequested,
    ]
    assert state(c.RevokeTrackingLinks()).generation == 2


def test_each_side_counts_what_it_has_not_read() -> None:
    wrote = e.ExchangeAdded(exchange_id="1", direction="to_citizen")
    read = e.ExchangeRead(exchange_id="1", direction="to_citizen")
    assert (state(wrote).unread_by("citizen"), state(wrote).unread_by("town")) == (1, 0)
    assert state(wrote, read, read).unread_by("citizen") == 0


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
def test_given_an_erased_request_when_something_is_wanted_of_it_then_it_says_that_it_is_erased(
    wish: c.RequestCommand,
) -> None:
    erased = state(c.Cancel(definition=ROAD), c.Erase(definition=ROAD, elimination="list"))
    with pytest.raises(refusals.RequestErased):
        decide(wish, erased)


def test_an_empty_note_is_refused() -> None:
    with pytest.raises(refusals.NoteEmpty):
        decide(c.AddNote(text="  ", agent="agent.accueil"), state())


@pytest.mark.parametrize("slug", slugs())
def test_every_status_of_every_flow_can_be_reached_from_the_first(slug: str) -> None:
    of = definition(slug)
    assert all(flow.path(of, flow.initial(of), status) is not None for status in of["statuses"])


@pytest.mark.parametrize("slug", slugs())
def test_a_request_is_open_until_a_status_closes_it_or_it_is_archived(slug: str) -> None:
    of = definition(slug)
    for status, known in of["statuses"].items():
        assert Filed(**FILED | {"status": status}).is_open(of) is not known["closed"]
        assert not Filed(**FILED | {"status": status, "archived": True}).is_open(of)
