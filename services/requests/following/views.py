"""One request with its history, as its side may see it: « Suivi de la demande », and the case that agents handle. A fold of its
stream."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from services.chassis.event_store.events import Event, Recorded, of_type
from services.chassis.event_store.transaction import Transaction, folded
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.access import rows as journal, rules as access, tracking_link
from services.requests.access.use_cases import Opened, actor_of, free, links, visible
from services.requests.capacity import places, slots
from services.requests.definitions import alerts
from services.requests.filing.views import place
from services.requests.forms import applicant, rules as answers
from services.requests.history import pieces as history_pieces, rules as history
from services.requests.request import attestation, booking, deadlines, erasure, events as e, flow, reminders
from services.requests.request.earlier_slot import shown as earlier_slot
from services.requests.request.rows import by_id
from services.requests.request.rules import decider
from services.requests.request.state import Appointment, Attestation, Erased, filed
from services.requests.schemas import following as calls, tracking as schema
from services.requests.schemas.refusals import RequestNotFound, TrackingLinkInvalid
from services.requests.schemas.statuses import Erasure, Status
from services.requests.schemas.work_list import Assignee
from services.requests.space.views import profile_unchanged
from services.requests.worklist import appeal, rules as reply_text
from services.townhall import french_dates, placeholders
from services.townhall.grants import Grant, Right, Side, give
from services.townhall.sentences import listed
from services.townhall.town_time import local_day

E = TypeVar("E", bound=Event)

TABS = ("applicant", "request", "history", "exchanges", "documents", "appointments")


class Case(Opened):
    """One request as it stands, or stood, with its history, for a reader on that side."""

    tx: Transaction
    settings: Settings
    recorded: Sequence[Recorded[e.RequestEvent]]

    @property
    def is_open(self) -> bool:
        return self.request.is_open(self.definition)

    @property
    def for_town(self) -> bool:
        return self.side is Side.TOWN

    @property
    def applicant(self) -> applicant.Applicant:
        return self.request.applicant or {}

    def may(self, permission: str) -> bool:
        """Whether the reader may do with the request what an agent may with that permission; its holder may."""
        return not self.for_town or access.may(actor_of(self.tx), permission)

    def events(self, kind: type[E]) -> list[Recorded[E]]:
        return of_type(kind, self.recorded)


def tracking(tx: Transaction, settings: Settings, asked: schema.ReadRequest) -> schema.RequestView:
    """The request as it stands, or stood at that instant. A look by the staff is recorded."""
    row, side = visible(tx, settings, asked.number)
    recorded = tx.history(row.stream, until=asked.as_of)
    if not recorded:
        raise RequestNotFound
    state, version = folded(decider, recorded)
    journal.record(tx, row.request_id, "tracking")
    case = Case(row=row, side=side, request=filed(state), version=version, tx=tx, settings=settings, recorded=recorded)
    view = _view(case, asked)
    return _for_town(case, view) if case.for_town else view


def _view(case: Case, asked: schema.ReadRequest) -> schema.RequestView:
    """What both sides see."""
    request, definition, row, now = case.request, case.definition, case.row, case.tx.now
    values = request.answers or {}
    filed_at = request.submitted_at if request.quota else None
    return schema.RequestView(
        request_id=row.request_id,
        number=request.number,
        version=case.version,
        procedure=schema.ProcedureShown(
            slug=definition.slug,
            title=definition.title,
            version=request.version,
            area=definition.area_details,
            department_details=definition.department_details,
            exchanges=definition.exchanges,
            confidential=definition.confidential,
        ),
        status=flow.described(definition, request.status),
        submitted_at=request.submitted_at,
        due_on=request.aimed_on.isoformat() if request.aimed_on else None,
        implicit_decision=_implicit(case),
        attestation=_attestation(case),
        appeal=None if isinstance(request, Erased) else appeal.of_request(request, definition, row.its_town()),
        refused_because=_refused_because(case),
        tracking_url=_held_link(case),
        cancelled=_cancelled(case),
        place=places.of_filing(definition, filed_at) if filed_at else None,
        archived=request.archived,
        open=case.is_open,
        attached=request.attached,
        applicant=applicant.labelled(case.applicant),
        reached=None if case.for_town else applicant.reached(case.applicant),
        # Once in an account, the person is written to at its e-mail address; letters already on paper still open.
        by_post=request.by_post and request.owner is None,
        member=applicant.full_name(request.member) if request.member else None,
        answers=answers.labelled(definition, values),
        advice=alerts.advice(definition, raised=request.alert),
        erased=isinstance(request, Erased) or request.applicant is None,
        history=tuple(history.lines(case.recorded, definition, side=case.side)),
        unread=schema.Unread(citizen=request.unread_by(Side.CITIZEN), town=request.unread_by(Side.TOWN)),
        appointments=tuple(_appointment(case, one) for one in request.appointments),
        bring=definition.bring,
        asked_documents=tuple(
            made_of(schema.AskedDocument, one) for one in answers.shown_documents(definition, values)
        ),
        erased_documents=history_pieces.erased(case.recorded, definition),
        missing=_missing(case),
        tabs=_tabs(case),
        calendar_url=f"/demande/{request.number}/rendez-vous.ics" if request.upcoming(now) else None,
        can=_can(case) if asked.as_of is None else schema.Can(),
        grant=_grant(case),
        as_of=asked.as_of,
    )


def _refused_because(case: Case) -> str | None:
    """The reason that the agent gave for the refusal (glossary R13); None where it stands in the town's message."""
    if case.request.status != Status.REFUSED:
        return None
    refused = [one.event for one in case.events(e.RequestStatusChanged) if one.event.to_status == Status.REFUSED]
    return history.said_with(refused[-1], case.definition) if refused else None


def _held_link(case: Case) -> str | None:
    """The tracking link, for the reader who came with it and for no other."""
    token = tracking_link.mint(case.settings.signing_key, case.id, case.request.generation)
    held = not case.for_town and not case.request.attached and token in actor_of(case.tx).tokens
    return f"{case.settings.public_url}/suivi/{token}" if held else None


def _implicit(case: Case) -> schema.ImplicitDecision | None:
    decision = case.request.implicit_decision
    if decision is None:
        return None
    return schema.ImplicitDecision(
        effect=decision.effect,
        on=decision.at.isoformat(),
        reached=case.request.implicit_reached,
        appeal=appeal.announced(decision, case.definition, case.row.its_town()),
    )


def _attestation(case: Case) -> schema.AttestationAsked | None:
    """When the attestation was asked for, and when it was given; None where it was not asked for."""
    asked, given = case.events(e.AttestationRequested), case.events(e.AttestationGiven)
    if not asked:
        return None
    return schema.AttestationAsked(requested_at=asked[0].time, given_at=given[0].time if given else None)


def _cancelled(case: Case) -> schema.Cancellation | None:
    """When the request was cancelled and by which side, so that each reader reads it from their side."""
    cancelled = case.events(e.RequestCancelled)
    return schema.Cancellation(at=cancelled[-1].time, by=cancelled[-1].event.by) if cancelled else None


def _missing(case: Case) -> schema.Missing | None:
    if case.request.status != Status.AWAITING:
        return None
    asked = ((slug, history.piece_label(case.definition, slug)) for slug in case.request.missing_documents)
    documents = tuple(schema.MissingDocument(slug=slug, label=label) for slug, label in asked)
    return schema.Missing(documents=documents, deadline=case.request.deadline)


def _appointment(case: Case, one: Appointment) -> schema.Appointment:
    agenda, definition, now = case.row.agenda_definition, case.definition, case.tx.now
    free = one.booked and one.ends_at > now and booking.may_change(definition, case.request, one, now)
    may_move = free and (case.for_town or (agenda is not None and slots.can_change(agenda, one.starts_at, now)))
    bounded = may_move and not case.for_town
    optional = booking.may_cancel(definition, case.request)
    in_time = case.for_town or (agenda is not None and slots.can_cancel(agenda, one.starts_at, now))
    return schema.Appointment(
        id=one.id,
        agenda=one.agenda,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        place=place(agenda),
        instructions=agenda.instructions if agenda else "",
        status=one.status,
        can_move=may_move,
        move_until=slots.change_until(agenda, one.starts_at) if bounded and agenda else None,
        can_cancel=free and optional and in_time,
        reminder_message=_reminded(case, one),
        limit_message=_limit(definition, may_move=may_move, optional=optional) if free else None,
        earlier_slot=earlier_slot(case.request, one, definition, agenda, now),
    )


def _reminded(case: Case, one: Appointment) -> str | None:
    """When mails will remind of it; None where none will."""
    agenda = case.row.agenda_definition if case.is_open else None
    coming = reminders.hours_to_come(one, agenda.reminder_hours, case.request, case.tx.now) if agenda else []
    waits = listed([french_dates.wait(each) for each in coming])
    return f"Un courriel vous le rappelle {waits} avant." if waits else None


def _limit(definition: Procedure, *, may_move: bool, optional: bool) -> str | None:
    """Why something cannot be done online, and who can help; None where nothing stands in the way."""
    if not may_move:
        department = definition.department_details
        return f"{refusals.TooLateToChange.message} Appelez le {department.phone} : {department.name}."
    return None if optional else refusals.AppointmentMandatory.message


def _tabs(case: Case) -> tuple[str, ...]:
    """The tabs that the request has; optional ones are absent, not greyed out (K4)."""
    appointments = bool(case.request.appointments) or case.definition.appointment.mode != "none"
    optional = {"exchanges": case.definition.exchanges, "appointments": appointments}
    return tuple(tab for tab in TABS if optional.get(tab, True))


def _can(case: Case) -> schema.Can:
    request, definition = case.request, case.definition
    cancellable = flow.transition(definition, request.status, Status.CANCELLED, "citizen") is not None
    unattached = not request.attached and not isinstance(request, Erased)
    has_agenda = definition.appointment.mode != "none"
    return schema.Can(
        cancel=not case.for_town and case.is_open and cancellable,
        attach=not case.for_town and unattached,
        revoke_links=unattached,
        exchange=definition.exchanges and case.is_open,
        request_attestation=not case.for_town and attestation.may_request(request, definition),
        answer_erasure=case.for_town and _may_answer_erasure(case),
        add_appointment=case.is_open and has_agenda and request.upcoming(case.tx.now) is None,
        add_documents=case.is_open and case.may("request_documents"),
    )


def _grant(case: Case) -> str:
    """What may be done with exchanges and documents: read always, write and add while open, sensitive pieces."""
    actor, definition = actor_of(case.tx), case.definition
    rights = [Right.READ]
    rights += [Right.SENSITIVE] if case.may("change_status") else []
    if case.is_open:
        rights += [Right.WRITE, Right.EXCHANGE] if definition.exchanges and case.may("write_exchanges") else []
        rights += [Right.DOCUMENTS] if case.may("request_documents") else []
    grant = Grant(
        request=UUID(case.id),
        number=case.request.number,
        side=case.side,
        rights=tuple(rights),
        name=actor.name if case.for_town else applicant.full_name(case.applicant),
        department=definition.department_details.name,
        procedure=case.row.procedure,
        version=definition.version,
    )
    return give(case.settings, actor, grant)


def _for_town(case: Case, view: schema.RequestView) -> schema.CaseView:
    """The same for an agent: what may be decided, who handles it, what is due."""
    request, definition, row, now = case.request, case.definition, case.row, case.tx.now
    may_decide = case.may("change_status") and not request.archived
    requested = case.is_open and request.attestation is Attestation.REQUESTED
    known = reply_text.automatic(request, definition, row.its_town(), tracking_url="", now=now) if may_decide else {}
    notes = (
        schema.Note(at=one.time, text=one.event.text, agent=one.event.agent, mentioned=one.event.mentioned or ())
        for one in case.events(e.NoteAdded)
    )
    of_agents = schema.ForAgents(
        transitions=_transitions(case) if may_decide else (),
        replies=tuple(
            schema.PreparedReply(
                slug=reply.slug,
                title=reply.title,
                text=reply.text,
                sets_status=reply.sets_status,
                placeholders=tuple(placeholders.to_fill(reply.text)),
                filled=placeholders.fill(reply.text, known)[0],
            )
            for reply in (flow.replies(definition, request.status, free=free(case.tx, request)) if may_decide else ())
        ),
        notes=tuple(notes)[::-1],
        assignee=Assignee(id=request.assignee, name=request.assignee_name) if request.assignee else None,
        department=row.department,
        applicant_name=applicant.full_name(case.applicant),
        closed_at=row.closed_at if flow.is_closed(definition, request.status) else None,
        channel=request.channel,
        identity=request.identity,
        alert=alerts.label(definition, raised=request.alert, attestation=requested),
        erasure=_erasure(case),
        reception=alerts.reception(definition, request.answers or {}),
        profile_unchanged=profile_unchanged(definition, request),
        also_open=tuple(journal.also_open(case.tx, row.request_id)),
        ages=schema.Ages(
            days=(now - request.submitted_at).days if request.submitted_at else 0,
            overdue=bool(request.aimed_on and request.aimed_on < local_day(now) and not row.closed),
        ),
        documents_by=deadlines.documents_by(local_day(now), row.its_town()) if may_decide else None,
    )
    return made_of(schema.CaseView, view, of_agents)


def _may_answer_erasure(case: Case) -> bool:
    waits = case.request.erasure is Erasure.ASKED and not isinstance(case.request, Erased)
    return waits and access.may_answer_erasure(actor_of(case.tx), erasure.asked(case.recorded), local_day(case.tx.now))


def _erasure(case: Case) -> schema.ErasureAsked | None:
    asked, closed_at = erasure.asked(case.recorded), case.row.closed_at
    if asked is None:
        return None
    kept = deadlines.retention(case.definition, local_day(closed_at) if closed_at else None)
    return made_of(
        schema.ErasureAsked,
        asked,
        answer_by=asked.answer_by,
        department_from=asked.department_from,
        kept_months=kept.months,
        kept_until=kept.until,
        then=kept.then,
    )


def _transitions(case: Case) -> tuple[schema.Offered, ...]:
    """Where an agent may take the request; a refusal with the means of appeal that the person will read under it."""
    contested = appeal.of_a_refusal(case.definition, case.row.its_town())
    offered = flow.offered(case.definition, case.request.status, "agent", free=free(case.tx, case.request))
    return tuple(replace(one, appeal=contested) if one.to == Status.REFUSED else one for one in offered)


def open_tracking(tx: Transaction, settings: Settings, asked: calls.OpenTracking) -> calls.TrackedRequest:
    link = tracking_link.read(settings.signing_key, asked.token)
    row = by_id(tx, link.request_id)
    if row is None or not access.opens(link, row, links(settings, row, tx.now)):
        raise TrackingLinkInvalid
    return calls.TrackedRequest(number=row.number, request_id=row.request_id, login_required=row.login_required)
