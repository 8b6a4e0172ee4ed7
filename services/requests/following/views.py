"""One request with its history, as its side may see it: « Suivi de la demande », and the agent's file. A fold of its stream."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from services.chassis.event_store.decider import fold
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Document, Procedure, Reply
from services.procedures.schemas.definitions.towns import Town
from services.requests import refusals
from services.requests.access import grants, rows as staff_views, rules as access, tracking_link
from services.requests.access.use_cases import actor_of, visible
from services.requests.capacity import places, slots
from services.requests.definitions import alerts
from services.requests.filing.views import place
from services.requests.forms import applicant, rules as answers
from services.requests.history import erased_pieces, rules as history
from services.requests.request import (
    attestation,
    booking,
    deadlines,
    erasure as data_rights,
    events as e,
    flow,
    reminders,
)
from services.requests.request.rows import RequestRow
from services.requests.request.rules import decider
from services.requests.request.state import Appointment, Attestation, Erased, Erasure, Request, filed
from services.requests.schemas import tracking as schema
from services.requests.schemas.refusals import RequestNotFound
from services.requests.schemas.work_list import Assignee
from services.requests.space.views import profile_unchanged
from services.requests.worklist import appeal
from services.townhall import french_dates, placeholders
from services.townhall.sentences import listed
from services.townhall.town_time import local_day


def tracking(tx: Transaction, settings: Settings, asked: schema.ReadRequest) -> schema.RequestView:
    """The request as it stands, or stood at that instant. A look by the staff is recorded."""
    as_of = asked.as_of
    row, side = visible(tx, settings, asked.number)
    recorded = tx.history(row.stream, until=as_of)
    if not recorded:
        raise RequestNotFound
    request = filed(fold(decider, (one.event for one in recorded)))
    staff_views.record(tx, row.request_id, "tracking")
    can = _can(tx, row, request, recorded, side) if as_of is None else schema.Can()
    common = _common(tx, settings, row, request, recorded, side) | {"can": can, "as_of": as_of}
    return _for_town(tx, row, request, recorded, common) if side == access.TOWN else schema.RequestView(**common)


def _common(
    tx: Transaction, settings: Settings, row: RequestRow, request: Request, recorded: Sequence[Recorded[Any]], side: str
) -> dict[str, Any]:
    """The fields of RequestView that both sides see alike, `can` and `as_of` apart."""
    definition = row.definition
    values = request.answers or {}
    filed_at = request.submitted_at if request.quota else None
    return {
        "request_id": row.request_id,
        "number": request.number,
        "version": recorded[-1].version,
        "procedure": schema.ProcedureShown(
            slug=definition.slug,
            title=definition.title,
            version=request.version,
            area=definition.area_details,
            department_details=definition.department_details,
            exchanges=definition.exchanges,
            confidential=definition.confidential,
        ),
        "status": flow.described(definition, request.status),
        "submitted_at": request.submitted_at,
        "due_on": request.aimed_on.isoformat() if request.aimed_on else None,
        "implicit_decision": _implicit(request, definition, row.its_town()),
        "attestation": _attestation(recorded),
        "appeal": None if isinstance(request, Erased) else appeal.of_request(request, definition, row.its_town()),
        "refused_because": _refused_because(definition, request, recorded),
        "tracking_url": _held_link(tx, settings, row, request, side),
        "cancelled": _cancelled(recorded),
        "place": places.of_filing(definition, filed_at) if filed_at else None,
        "archived": request.archived,
        "open": request.is_open(definition),
        "attached": request.attached,
        "applicant": applicant.labelled(request.applicant or {}),
        "reached": applicant.reached(request.applicant or {}) if side == access.CITIZEN else None,
        # Once in an account, the person is written to at its e-mail address; letters already on paper still open.
        "by_post": request.by_post and request.owner is None,
        "member": applicant.full_name(request.member) if request.member else None,
        "answers": answers.labelled(definition, values),
        "advice": alerts.advice(definition, raised=request.alert),
        "erased": isinstance(request, Erased) or request.applicant is None,
        "history": tuple(history.lines(recorded, definition, side=side)),
        "unread": schema.Unread(citizen=request.unread_by("citizen"), town=request.unread_by("town")),
        "appointments": tuple(_appointment(row, request, one, side, tx.now) for one in request.appointments),
        "bring": definition.bring,
        "asked_documents": tuple(_asked(one) for one in answers.shown_documents(definition, values)),
        "erased_documents": erased_pieces.erased(recorded, definition),
        "missing": _missing(definition, request),
        "tabs": _tabs(definition, request),
        "calendar_url": f"/demande/{request.number}/rendez-vous.ics" if request.upcoming(tx.now) else None,
        "grant": _grant(tx, settings, row, request, side),
    }


def _asked(document: Document) -> schema.AskedDocument:
    return schema.AskedDocument(**{one.name: getattr(document, one.name) for one in fields(schema.AskedDocument)})


def _refused_because(definition: Procedure, request: Request, recorded: Sequence[Recorded[Any]]) -> str | None:
    """The reason that the agent gave for the refusal (glossary R13); None where it stands in the town's message."""
    if request.status != flow.REFUSED:
        return None
    changes = [one.event for one in recorded if isinstance(one.event, e.RequestStatusChanged)]
    last = next((change for change in reversed(changes) if change.to_status == flow.REFUSED), None)
    return history.said_with(last, definition) if last else None


def _held_link(tx: Transaction, settings: Settings, row: RequestRow, request: Request, side: str) -> str | None:
    """The tracking link, said again to who came with it and to no one else."""
    token = tracking_link.mint(
        settings.signing_key, tracking_link.Link(request_id=row.request_id, generation=request.generation)
    )
    held = side == access.CITIZEN and not request.attached and token in actor_of(tx).tokens
    return f"{settings.public_url}/suivi/{token}" if held else None


def _implicit(request: Request, definition: Procedure, town: Town) -> schema.ImplicitDecision | None:
    decision = request.implicit_decision
    if decision is None:
        return None
    return schema.ImplicitDecision(
        effect=decision["effect"],
        on=decision["at"],
        reached=request.implicit_reached,
        appeal=appeal.announced(decision, definition, town),
    )


def _attestation(recorded: Sequence[Recorded[Any]]) -> schema.AttestationAsked | None:
    """When the attestation was asked for, and when it was given; None where no one asked."""
    asked = next((one for one in recorded if isinstance(one.event, e.AttestationRequested)), None)
    given = next((one for one in recorded if isinstance(one.event, e.AttestationGiven)), None)
    if asked is None:
        return None
    return schema.AttestationAsked(requested_at=asked.time, given_at=given.time if given else None)


def _cancelled(recorded: Sequence[Recorded[Any]]) -> schema.Cancellation | None:
    """When the request was cancelled and by which side, so that each reader reads it from their side."""
    lines = [one for one in recorded if isinstance(one.event, e.RequestCancelled)]
    return schema.Cancellation(at=lines[-1].time, by=lines[-1].event.by) if lines else None


def _missing(definition: Procedure, request: Request) -> schema.Missing | None:
    if request.status != flow.AWAITING:
        return None
    asked = ((slug, history.piece_label(definition, slug)) for slug in request.missing_documents)
    documents = tuple(schema.MissingDocument(slug=slug, label=label) for slug, label in asked)
    return schema.Missing(documents=documents, deadline=request.deadline)


def _appointment(row: RequestRow, request: Request, one: Appointment, side: str, now: datetime) -> schema.Appointment:
    agenda = row.agenda_definition
    free = one.booked and one.ends_at > now and booking.may_change(row.definition, request, one, now)
    may_move = free and (side == access.TOWN or _in_time(agenda, one, now, slots.can_change))
    bounded = may_move and side != access.TOWN
    optional = booking.may_cancel(row.definition, request)
    may_cancel = free and optional and (side == access.TOWN or _in_time(agenda, one, now, slots.can_cancel))
    return schema.Appointment(
        id=one.id,
        agenda=one.agenda,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        place=place(agenda),
        instructions=agenda.instructions if agenda else "",
        status="booked" if one.booked else "cancelled",
        can_move=may_move,
        move_until=slots.change_until(agenda, one.starts_at) if bounded and agenda else None,
        can_cancel=may_cancel,
        reminder_message=_reminded(row, request, one, now),
        limit_message=_limit(row, free=free, may_move=may_move, optional=optional),
    )


def _in_time(
    agenda: Agenda | None, one: Appointment, now: datetime, allowed: Callable[[Agenda, datetime, datetime], bool]
) -> bool:
    return agenda is not None and allowed(agenda, one.starts_at, now)


def _reminded(row: RequestRow, request: Request, one: Appointment, now: datetime) -> str | None:
    """When mails will remind of it; None where none will."""
    agenda = row.agenda_definition if request.is_open(row.definition) else None
    coming = reminders.hours_to_come(one, agenda.reminder_hours, request, now) if agenda else []
    hours = listed([french_dates.clock(each, 0) for each in coming])
    return f"Un courriel vous le rappelle {hours} avant." if hours else None


def _limit(row: RequestRow, *, free: bool, may_move: bool, optional: bool) -> str | None:
    """Why something cannot be done online, and who can help; None where nothing stands in the way."""
    if not free:
        return None
    if not may_move:
        department = row.definition.department_details
        return f"{refusals.TooLateToChange.message} Appelez le {department.phone} : {department.name}."
    return None if optional else refusals.AppointmentMandatory.message


def _tabs(definition: Procedure, request: Request) -> tuple[str, ...]:
    """The tabs that the request has; optional ones are absent, not greyed out (K4)."""
    tabs = ["applicant", "request", "history"]
    if definition.exchanges:
        tabs.append("exchanges")
    tabs.append("documents")
    if request.appointments or definition.appointment.mode != "none":
        tabs.append("appointments")
    return tuple(tabs)


def _can(
    tx: Transaction, row: RequestRow, request: Request, recorded: Sequence[Recorded[Any]], side: str
) -> schema.Can:
    definition = row.definition
    is_open = request.is_open(definition)
    citizen = side == access.CITIZEN
    cancellable = flow.transition(definition, request.status, flow.CANCELLED, "citizen") is not None
    has_agenda = definition.appointment.mode != "none"
    return schema.Can(
        cancel=citizen and is_open and cancellable,
        attach=citizen and not request.attached and not isinstance(request, Erased),
        revoke_links=not request.attached and not isinstance(request, Erased),
        exchange=definition.exchanges and is_open,
        request_attestation=citizen and attestation.may_request(request, definition),
        answer_erasure=not citizen and _may_answer_erasure(tx, request, recorded),
        add_appointment=is_open and has_agenda and request.upcoming(tx.now) is None,
        add_documents=is_open and _may(tx, side, "request_documents"),
    )


def _grant(tx: Transaction, settings: Settings, row: RequestRow, request: Request, side: str) -> str:
    """What may be done with exchanges and documents: read always, write and add while open, sensitive pieces."""
    actor = actor_of(tx)
    rights = ["read"]
    if side == access.CITIZEN or access.may(actor, "change_status"):
        rights += ["sensitive"]
    if request.is_open(row.definition):
        rights += ["write", "exchange"] if row.definition.exchanges and _may(tx, side, "write_exchanges") else []
        rights += ["documents"] if _may(tx, side, "request_documents") else []
    name = actor.name if side == access.TOWN else applicant.full_name(request.applicant or {})
    return grants.grant(
        settings,
        request_id=row.request_id,
        number=request.number,
        side=side,
        rights=rights,
        actor=actor,
        name=name,
        department=row.definition.department_details.name,
        answers=(row.procedure, row.definition.version),
    )


def _may(tx: Transaction, side: str, permission: str) -> bool:
    """What a person may of their own request, an agent may with that permission."""
    return side == access.CITIZEN or access.may(actor_of(tx), permission)


def _for_town(
    tx: Transaction, row: RequestRow, request: Request, recorded: Sequence[Recorded[Any]], common: dict[str, Any]
) -> schema.CaseView:
    definition = row.definition
    is_open = request.is_open(definition)
    may_decide = access.may(actor_of(tx), "change_status") and not request.archived
    requested = is_open and request.attestation is Attestation.REQUESTED
    return schema.CaseView(
        **common,
        transitions=_transitions(row, request) if may_decide else (),
        replies=tuple(_reply(reply) for reply in flow.replies(definition, request.status)) if may_decide else (),
        notes=tuple(_note(one) for one in recorded if isinstance(one.event, e.NoteAdded))[::-1],
        assignee=Assignee(id=request.assignee, name=request.assignee_name) if request.assignee else None,
        department=row.department,
        applicant_name=applicant.full_name(request.applicant or {}),
        closed_at=row.closed_at if flow.is_closed(definition, request.status) else None,
        channel=request.channel,
        identity=request.identity,
        alert=alerts.label(definition, raised=request.alert, attestation=requested),
        erasure=_erasure(row, recorded),
        reception=alerts.reception(definition, request.answers or {}),
        profile_unchanged=profile_unchanged(definition, request),
        ages=schema.Ages(
            days=(tx.now - request.submitted_at).days if request.submitted_at else 0,
            overdue=bool(request.aimed_on and request.aimed_on < local_day(tx.now) and not row.closed),
        ),
    )


def _may_answer_erasure(tx: Transaction, request: Request, recorded: Sequence[Recorded[Any]]) -> bool:
    waits = request.erasure is Erasure.ASKED and not isinstance(request, Erased)
    return waits and access.may_answer_erasure(actor_of(tx), data_rights.asked(recorded), local_day(tx.now))


def _erasure(row: RequestRow, recorded: Sequence[Recorded[Any]]) -> schema.ErasureAsked | None:
    asked = data_rights.asked(recorded)
    if asked is None:
        return None
    kept = deadlines.retention(row.definition, local_day(row.closed_at) if row.closed_at else None)
    return schema.ErasureAsked(
        asked_at=asked.asked_at,
        answer_by=asked.answer_by,
        department_from=asked.department_from,
        answer=asked.answer,
        answered_at=asked.answered_at,
        reason=asked.reason,
        kept_months=kept.months,
        kept_until=kept.until,
        then=kept.then,
    )


def _transitions(row: RequestRow, request: Request) -> tuple[schema.Offered, ...]:
    """Where an agent may take the request; a refusal with the means of appeal that the person will read under it."""
    contested = appeal.of_a_refusal(row.definition, row.its_town())
    offered = flow.offered(row.definition, request.status, "agent")
    return tuple(replace(one, appeal=contested) if one.to == flow.REFUSED else one for one in offered)


def _reply(reply: Reply) -> schema.PreparedReply:
    return schema.PreparedReply(
        slug=reply.slug,
        title=reply.title,
        text=reply.text,
        sets_status=reply.sets_status,
        placeholders=tuple(placeholders.to_fill(reply.text)),
    )


def _note(one: Recorded[e.NoteAdded]) -> schema.Note:
    return schema.Note(at=one.time, text=one.event.text, agent=one.event.agent)
