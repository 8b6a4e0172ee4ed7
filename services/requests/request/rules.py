"""The rules of one request: which command is accepted in which state, and which events follow. Pure.

A command that asks for what is true already gives no event. Capacity (places, slots) is decided by its own streams, in the
same transaction: see `services/requests/capacity/rules.py`.
"""

from datetime import date
from typing import assert_never

from services.chassis.contracts import Json
from services.chassis.event_store.decider import Decider
from services.messaging.schemas.facts import Direction
from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.requests import refusals
from services.requests.definitions import alerts, days
from services.requests.forms import rules as forms
from services.requests.request import (
    attestation,
    booking,
    commands as c,
    deadlines,
    earlier_slot,
    erasure as data_rights,
    events as e,
    flow,
    profile_updates,
    reminders,
)
from services.requests.request.state import Erased, NotFiled, Request, State, evolve, filed
from services.requests.schemas.facts import ImplicitDecision
from services.requests.schemas.refusals import RequestErased, RequestNotFound
from services.requests.schemas.statuses import Status
from services.townhall.town_time import local_day

# Refused of an erased request, which belongs to no person. The other commands are refused of a closed one, or change nothing.
NOT_OF_AN_ERASED_REQUEST = (
    c.RequestErasure, c.AnswerErasure, c.Attach, c.Assign, c.AddNote, c.RequestTrackingLink, c.RevokeTrackingLinks,
)  # fmt: skip


def decide(command: c.RequestCommand, request: State) -> list[e.RequestEvent]:  # noqa: C901 one case a command
    """The events that the command causes; raises the refusals of `refusals.py`."""
    if isinstance(command, c.Submit):
        return _submit(command, request)
    if isinstance(request, NotFiled):
        raise RequestNotFound
    if isinstance(request, Erased) and isinstance(command, NOT_OF_AN_ERASED_REQUEST):
        raise RequestErased
    match command:
        case c.Attach(account=account):
            return _attach(account, request)
        case c.Detach():
            return _detach(request)
        case c.Erase():
            return _erase(command, request)
        case c.RequestErasure():
            return [*data_rights.request_it(request)]
        case c.AnswerErasure():
            return [*data_rights.answer(command, request)]
        case c.ChangeStatus():
            return _change_status(command, request)
        case c.ResumeReview():
            return _resume_review(command, request)
        case c.Assign():
            if request.assignee == command.assignee:
                return []
            name, by = command.assignee_name, command.agent
            return [e.RequestAssigned(assignee=command.assignee, assignee_name=name, agent=by)]
        case c.AddNote():
            if not command.text.strip():
                raise refusals.NoteEmpty(fields={"text": refusals.NoteEmpty.message})
            return [e.NoteAdded(text=command.text.strip(), agent=command.agent, mentioned=command.mentioned or None)]
        case c.ReachImplicitDecision():
            return _reach_implicit_decision(command, request)
        case c.RequestAttestation():
            return [*attestation.request_it(command, request)]
        case c.GiveAttestation():
            return [*attestation.give(command, request)]
        case c.Cancel():
            return _cancel(command, request)
        case c.Archive():
            if request.archived or request.is_open(command.definition):
                return []
            return [e.RequestArchived(imported=command.imported)]
        case c.RequestTrackingLink():
            renewed = [e.TrackingLinkRenewed(generation=request.generation + 1)] if command.expired else []
            return [*renewed, e.TrackingLinkRequested(number=request.number)]
        case c.RevokeTrackingLinks():
            if request.attached:
                raise refusals.AlreadyAttached
            return [e.TrackingLinkRenewed(generation=request.generation + 1)]
        case c.RenewLinks():
            if isinstance(request, Erased):
                return []
            return [e.TrackingLinkRenewed(generation=request.generation + 1)]
        case c.AddAppointment():
            return booking.add(command, request)
        case c.MoveAppointment():
            return booking.move(command, request)
        case c.CancelAppointment():
            return booking.cancel(command, request)
        case c.WantEarlierSlot():
            return earlier_slot.want(command, request)
        case c.AnnounceFreedSlot():
            return earlier_slot.announce(command, request)
        case c.RemindOfAppointment():
            return reminders.of_appointment(command, request)
        case c.RemindOfDocuments():
            return reminders.of_documents(command, request)
        case _:
            assert_never(command)


decider: Decider[c.RequestCommand, State, e.RequestEvent] = Decider(decide=decide, evolve=evolve, initial=NotFiled)


def resumes(fact: e.Fact, request: Request) -> bool:
    """Whether this fact makes an awaited file complete: a missing piece was added, or the citizen answered."""
    if request.status != Status.AWAITING or fact.imported:
        return False
    match fact:
        case e.ExchangeAdded(direction=direction):
            return direction == Direction.TO_TOWN
        case e.DocumentAdded(piece=piece, by="citizen") | e.DocumentReplaced(piece=piece, by="citizen"):
            others = [missing for missing in request.missing_documents if missing != piece]
            return not others and request.grows_by(fact)
        case _:
            return False


def delays(definition: Procedure, answers: Json | None, complete_on: date) -> tuple[date, ImplicitDecision | None]:
    """The town's target, and what silence will mean and when, for a file complete on that day (R9).

    The target is never after the day on which silence accepts: the town would have no answer left to give.
    """
    implicit = deadlines.implicit_decision(definition, answers or {}, complete_on)
    target = days.working_days_after(complete_on, definition.processing_target_days)
    return min(target, implicit.at) if implicit and implicit.effect == SilenceEffect.ACCEPTANCE else target, implicit


def _submit(command: c.Submit, request: State) -> list[e.RequestEvent]:
    if not isinstance(request, NotFiled):
        return []
    definition = command.definition
    due_on, implicit = delays(definition, command.answers, local_day(command.now))
    submitted = e.RequestSubmitted(
        number=command.number,
        procedure=definition.slug,
        version=definition.version,
        area=definition.area,
        department=definition.department,
        channel=command.channel,
        status=definition.flow.initial,
        submitted_at=command.now,
        due_at=due_on,
        implicit_decision=implicit,
        documents=len(command.manifest),
        appointment=command.slot.appointment_id if command.slot else None,
        agenda=definition.appointment.agenda,
        account=command.owner is not None,
        quota=command.quota,
        alert=alerts.raised(definition, command.answers),
        reception=alerts.reception(definition, command.answers),
        point=forms.point(definition, command.answers),
        identity=command.identity,
        agent=command.agent,
        imported=command.imported,
        applicant=command.applicant,
        member=command.member,
        answers=command.answers,
        manifest=command.manifest,
        owner=command.owner,
        index=command.index,
    )
    asked = profile_updates.asked(definition, filed(evolve(request, submitted)), today=local_day(command.now))
    if command.slot is None:
        return [submitted, *asked]
    return [submitted, *asked, booking.booked(command.slot, by="citizen", imported=command.imported)]


def _attach(account: str, request: Request) -> list[e.RequestEvent]:
    if request.owner == account:
        return []
    if request.attached:
        raise refusals.AlreadyAttached
    return [e.RequestAttached(owner=account)]


def _detach(request: Request) -> list[e.RequestEvent]:
    """Earlier links are revoked: a browser that the closed account shared may still have one."""
    if not request.attached:
        return []
    return [e.TrackingLinkRenewed(generation=request.generation + 1), e.RequestDetached(archived=request.archived)]


def _erase(command: c.Erase, request: Request) -> list[e.RequestEvent]:
    if isinstance(request, Erased):
        return []
    if request.is_open(command.definition):
        raise refusals.StillOpen
    return [e.RequestErased(elimination=command.elimination)]


def _change_status(command: c.ChangeStatus, request: Request) -> list[e.RequestEvent]:
    definition = command.definition
    if request.status == command.to:
        if command.says_something:  # what was written would be lost without a word
            raise refusals.AlreadyThere
        return []
    if not request.is_open(definition):
        raise refusals.Closed
    step = flow.transition(definition, request.status, command.to, command.by)
    if step is None:
        raise refusals.TransitionRefused
    if command.by == "agent" and not command.imported:
        _check_words(command)
    changed = _changed(command, request, notify=step.notify)
    if command.to not in flow.REASONED:
        today = local_day(command.now)
        update = [] if command.imported else profile_updates.decided(definition, request, command.to, today=today)
        return [changed, *update]
    mailed = changed.notify or changed.reply or command.imported
    cancelled = command.to == Status.CANCELLED
    off = [one for one in request.live_appointments() if cancelled or one.has_not_begun(command.now)]
    archived = [e.RequestArchived(imported=command.imported)] if cancelled else []
    return [changed, *booking.cancelled_with_request(off, command.by, mailed=mailed), *archived]


def _check_words(command: c.ChangeStatus) -> None:
    """What the message of this status must contain (R9, R10, R13)."""
    if command.to == Status.REDIRECTED:
        _check_transfer(command)
    elif command.to in flow.REASONED and not (command.reason or command.prepared):
        raise refusals.ReasonRequired(fields={"reason": refusals.ReasonRequired.message})
    pieces = {piece.slug for piece in command.definition.documents}
    if not pieces.issuperset(command.missing_documents):
        raise refusals.PieceUnknown(fields={"missing_documents": refusals.PieceUnknown.message})
    today = local_day(command.now)
    if command.to == Status.AWAITING:
        if command.deadline is None or command.deadline <= today:
            raise refusals.DeadlineRequired(fields={"deadline": refusals.DeadlineRequired.message})
        if not (command.missing_documents or command.reply_text):
            message = refusals.MissingDocumentsRequired.message
            raise refusals.MissingDocumentsRequired(fields={"missing_documents": message})
    elif command.deadline is not None and command.deadline < today:
        raise refusals.DayIsPast(fields={"deadline": refusals.DayIsPast.message})


def _check_transfer(command: c.ChangeStatus) -> None:
    """To which administration and why, whatever else is written (R10); one refusal names all that is missing."""
    missing: dict[str, str] = {}
    if not command.other_administration:
        missing["other_administration"] = refusals.AdministrationRequired.message
    if not command.reason:
        missing["reason"] = refusals.ReasonRequired.message
    if missing:
        refusal = refusals.AdministrationRequired if not command.other_administration else refusals.ReasonRequired
        raise refusal(fields=missing)


def _changed(command: c.ChangeStatus, request: Request, *, notify: bool) -> e.RequestStatusChanged:
    due_on, implicit = request.due_on, request.implicit_decision
    awaiting = command.to == Status.AWAITING
    if awaiting:
        due_on, implicit = None, None
    elif request.status == Status.AWAITING:
        due_on, implicit = delays(command.definition, request.answers, local_day(command.now))
    return e.RequestStatusChanged(
        from_status=request.status,
        to_status=command.to,
        closed=flow.is_closed(command.definition, command.to),
        by=command.by,
        missing_documents=list(command.missing_documents) if awaiting else [],
        deadline=command.deadline if awaiting else None,
        reply=command.reply_text is not None,
        notify=notify,
        due_at=due_on,
        implicit_decision=implicit,
        imported=command.imported,
        reason=command.reason,
        reply_text=command.reply_text,
        agent=command.agent,
        other_administration=command.other_administration if command.to == Status.REDIRECTED else None,
        happened=command.happened,
    )


def _resume_review(command: c.ResumeReview, request: Request) -> list[e.RequestEvent]:
    if request.status != Status.AWAITING or request.archived:
        return []
    step = flow.transition(command.definition, Status.AWAITING, Status.IN_REVIEW, "citizen")
    if step is None:
        return []
    back = c.ChangeStatus(to=Status.IN_REVIEW, by="citizen", definition=command.definition, now=command.now)
    return [_changed(back, request, notify=step.notify)]


def _reach_implicit_decision(command: c.ReachImplicitDecision, request: Request) -> list[e.RequestEvent]:
    implicit = request.implicit_decision
    if implicit is None or request.implicit_reached or not request.is_open(command.definition):
        return []
    if command.today <= implicit.at:
        return []
    return [e.ImplicitDecisionReached(effect=implicit.effect, at=implicit.at, imported=command.imported)]


def _cancel(command: c.Cancel, request: Request) -> list[e.RequestEvent]:
    if request.status == Status.CANCELLED:
        return []
    if request.archived or flow.transition(command.definition, request.status, Status.CANCELLED, "citizen") is None:
        raise refusals.CannotCancel
    return [
        *booking.cancelled_with_request(request.live_appointments(), "citizen", mailed=True),
        e.RequestCancelled(by="citizen", from_status=request.status, imported=command.imported),
    ]
