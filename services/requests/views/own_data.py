"""What requests holds of one person, as the person's own pages show it; for the archive of their data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.chassis.actors import Actor, only_ourselves
from services.chassis.event_store.decider import fold
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import access, answers, applicant, draft, draft_rows, flow, history, refusals, store
from services.requests.definitions import heard
from services.requests.draft import Draft
from services.requests.offer import Definition
from services.requests.request import decider
from services.requests.schemas.own_data import (
    PAGE,
    HistoryLine,
    Line,
    OwnAppointment,
    OwnDraft,
    OwnDrafts,
    OwnRequest,
    OwnRequests,
    ReadOwnDrafts,
    ReadOwnRequests,
    Section,
)
from services.requests.store import RequestRow
from services.requests.use_cases.acting import actor_of
from services.requests.views.receipt import place
from services.townhall import names
from services.townhall.town_time import local_day


def own_requests(tx: Transaction, _: Settings, asked: ReadOwnRequests) -> OwnRequests:
    """Raises NotAllowed to anyone but our own processes; RequestNotFound, RequestErased for the one asked for."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    if asked.request_id is not None:
        row = store.by_id(tx, str(asked.request_id))
        if row is None:
            raise refusals.RequestNotFound
        if row.erased:
            raise refusals.RequestErased
        return OwnRequests(requests=_told(tx, [row]))
    rows = store.page_of_account(tx, str(asked.account_id), after=asked.after or None, limit=PAGE + 1)
    page = rows[:PAGE]
    return OwnRequests(requests=_told(tx, page), next=page[-1].request_id if len(rows) > PAGE else "")


def own_drafts(tx: Transaction, _: Settings, asked: ReadOwnDrafts) -> OwnDrafts:
    """Raises NotAllowed to anyone but our own processes."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    begun = draft_rows.begun(tx, draft.owner_of(Actor(kind="citizen", id=str(asked.account_id))))
    latest = heard.latest(tx.conn, [one.procedure for one in begun])
    return OwnDrafts(drafts=tuple(_draft(tx, one, latest[one.procedure][0]) for one in begun))


def _told(tx: Transaction, rows: Sequence[RequestRow]) -> tuple[OwnRequest, ...]:
    histories = tx.histories([row.stream for row in rows])
    return tuple(_request(row, recorded) for row in rows if (recorded := histories.get(row.stream)))


def _request(row: RequestRow, recorded: Sequence[Recorded[Any]]) -> OwnRequest:
    request, definition = fold(decider, (one.event for one in recorded)), row.definition
    lines = history.lines(recorded, definition, side=access.CITIZEN)
    return OwnRequest(
        id=UUID(row.request_id),
        number=row.number,
        procedure=definition["title"],
        department=definition["department_details"]["name"],
        status=flow.label(definition, request.status),
        submitted_at=row.submitted_at.isoformat(),
        archived=request.archived,
        member=applicant.full_name(request.member) if request.member else "",
        applicant=_sections(applicant.labelled(request.applicant or {})),
        answers=_lines(answers.labelled(definition, request.answers or {})),
        history=tuple(
            HistoryLine(at=one.at.isoformat(), title=one.title, detail=one.detail, who=one.who) for one in lines
        ),
        appointments=tuple(
            OwnAppointment(
                starts_at=one.starts_at.isoformat(),
                ends_at=one.ends_at.isoformat(),
                place=place(row.agenda_definition or {}),
                status="booked" if one.booked else "cancelled",
            )
            for one in request.appointments
        ),
    )


def _draft(tx: Transaction, one: Draft, definition: Definition) -> OwnDraft:
    """By the definition as it is offered now, which is the one that its form shows."""
    read = draft.checked(one, definition, today=local_day(tx.now))
    return OwnDraft(
        id=UUID(one.id),
        procedure=definition["title"],
        begun_at=one.created_at.isoformat(),
        changed_at=one.updated_at.isoformat(),
        expires_at=one.expires_at.isoformat(),
        member=names.full_name(one.typed.member) if one.typed.member else "",
        applicant=_sections(applicant.labelled(read.applicant)),
        answers=_lines(answers.labelled(definition, read.answers)),
        typed=one.typed.answers,
    )


def _sections(parts: Iterable[Mapping[str, Any]]) -> tuple[Section, ...]:
    return tuple(Section(title=part["title"], lines=_lines(part["lines"])) for part in parts)


def _lines(lines: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(label=line["label"], value=str(line["value"])) for line in lines)
