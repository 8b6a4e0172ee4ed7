"""What the holder of a space reads of their requests: the lists, the dashboard, what is held of them and until when; and what
accounts asks of requests about a space: its data for the archive, what is under way, what a request changes in the profile."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.chassis.actors import Actor, only_ourselves
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction, folded
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import refusals
from services.requests.access import rules as access, use_cases as acting
from services.requests.access.use_cases import actor_of, visible
from services.requests.definitions.rows import published
from services.requests.drafts import rows as draft_rows, rules as draft
from services.requests.drafts.rules import Draft
from services.requests.filing.views import appointment_place, implicit, place
from services.requests.forms import applicant, rules as answers
from services.requests.history import rules as history
from services.requests.request import deadlines, erasure as data_rights, flow, profile_updates, rows as store
from services.requests.request.events import RequestEvent
from services.requests.request.rows import RequestRow
from services.requests.request.rules import decider
from services.requests.request.state import Request, filed
from services.requests.schemas import own_data
from services.requests.schemas.dashboard import Dashboard, ReadDashboard, RequestLine
from services.requests.schemas.drafts import AnswerLine
from services.requests.schemas.following import CountUnread, ListMine, OwnList, UnreadCount
from services.requests.schemas.held_data import HeldData, ReadHeldData
from services.requests.schemas.refusals import RequestErased
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import ProfileUnchanged
from services.townhall import names
from services.townhall.grants import Side
from services.townhall.town_time import local_day, start_of_day

LIST_PAGE = 20
"""Requests on a page of « Mes demandes »."""


def own_requests(tx: Transaction, _: Settings, asked: own_data.ReadOwnRequests) -> own_data.OwnRequests:
    """Raises NotAllowed to anyone but our own processes; RequestNotFound, RequestErased for the one asked for."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    if asked.request_id is not None:
        row = store.found(tx, str(asked.request_id))
        if row.erased:
            raise RequestErased
        return own_data.OwnRequests(requests=_whole(tx, [row]))
    rows = store.page_of_account(tx, str(asked.account_id), after=asked.after or None, limit=own_data.PAGE + 1)
    page = rows[: own_data.PAGE]
    return own_data.OwnRequests(
        requests=_whole(tx, page), next=page[-1].request_id if len(rows) > own_data.PAGE else ""
    )


def own_drafts(tx: Transaction, _: Settings, asked: own_data.ReadOwnDrafts) -> own_data.OwnDrafts:
    """Raises NotAllowed to anyone but our own processes."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    begun = draft_rows.begun(tx, draft.owner_of(Actor(kind="citizen", id=str(asked.account_id))))
    latest = published.latest(tx.conn, [one.procedure for one in begun])
    return own_data.OwnDrafts(drafts=tuple(_draft(tx, one, latest[one.procedure][0]) for one in begun))


def _whole(tx: Transaction, rows: Sequence[RequestRow]) -> tuple[own_data.OwnRequest, ...]:
    histories = tx.histories([row.stream for row in rows])
    return tuple(_request(row, recorded) for row in rows if (recorded := histories.get(row.stream)))


def _request(row: RequestRow, recorded: Sequence[Recorded[RequestEvent]]) -> own_data.OwnRequest:
    request, definition = filed(folded(decider, recorded)[0]), row.definition
    lines = history.lines(recorded, definition, side=Side.CITIZEN)
    return own_data.OwnRequest(
        id=UUID(row.request_id),
        number=row.number,
        procedure=definition.title,
        department=definition.department_details.name,
        status=definition.statuses[request.status].label,
        submitted_at=row.submitted_at.isoformat(),
        archived=request.archived,
        member=applicant.full_name(request.member) if request.member else "",
        applicant=applicant.labelled(request.applicant or {}),
        answers=_lines(answers.labelled(definition, request.answers or {})),
        history=tuple(
            own_data.HistoryLine(at=one.at.isoformat(), title=one.title, detail=one.detail, who=one.who)
            for one in lines
        ),
        appointments=tuple(
            own_data.OwnAppointment(
                starts_at=one.starts_at.isoformat(),
                ends_at=one.ends_at.isoformat(),
                place=place(row.agenda_definition),
                status=one.status,
            )
            for one in request.appointments
        ),
    )


def _draft(tx: Transaction, one: Draft, definition: Procedure) -> own_data.OwnDraft:
    """By the definition as it is offered now, which is the one that its form shows."""
    read = draft.checked(one, definition, today=local_day(tx.now))
    return own_data.OwnDraft(
        id=UUID(one.id),
        procedure=definition.title,
        begun_at=one.created_at.isoformat(),
        changed_at=one.updated_at.isoformat(),
        expires_at=one.expires_at.isoformat(),
        member=names.full_name(one.typed.member) if one.typed.member else "",
        applicant=applicant.labelled(read.applicant),
        answers=_lines(answers.labelled(definition, read.answers)),
        typed=one.typed.answers,
    )


def _lines(answered: Iterable[AnswerLine]) -> tuple[own_data.Line, ...]:
    return tuple(own_data.Line(label=line.label, value=line.value) for line in answered)


def mine(tx: Transaction, _: Settings, asked: ListMine) -> OwnList:
    page = asked.page or 1
    account = access.require_citizen(actor_of(tx))
    total = store.count_of_account(tx, account, archived=asked.archived)
    rows = store.of_account(tx, account, archived=asked.archived, limit=LIST_PAGE, offset=(page - 1) * LIST_PAGE)
    items, pages = tuple(item(row) for row in rows), max(-(-total // LIST_PAGE), 1)
    return OwnList(items=items, total=total, page=page, pages=pages)


def read_dashboard(tx: Transaction, _: Settings, asked: ReadDashboard) -> Dashboard:
    account = access.require_citizen(actor_of(tx))
    shown = published.town(tx.conn).portal_settings.latest_requests_shown
    latest = store.of_account(tx, account, archived=False, limit=shown)
    today = start_of_day(local_day(tx.now))
    rows = store.waiting_for_account(tx, account, today)
    coming = [row for row in rows if row.appointment_at is not None and row.appointment_at >= today]
    coming.sort(key=lambda row: row.appointment_at or today)
    return Dashboard(
        latest=tuple(item(row) for row in latest),
        unread=tuple(item(row) for row in rows if row.unread_citizen),
        appointments=tuple(item(row) for row in coming),
        to_read=sum(row.unread_citizen for row in rows),
    )


def unread(tx: Transaction, _: Settings, asked: CountUnread) -> UnreadCount:
    return UnreadCount(unread=store.unread_of_account(tx, access.require_citizen(actor_of(tx))))


def item(row: RequestRow) -> RequestLine:
    return RequestLine(
        request_id=row.request_id,
        number=row.number,
        procedure=row.procedure,
        procedure_title=row.definition.title,
        area=row.area,
        member_name=row.member_name,
        status=flow.described(row.definition, row.status),
        submitted_at=row.submitted_at.isoformat(),
        due_on=row.aimed_on.isoformat() if row.aimed_on else None,
        implicit_decision=implicit(row.implicit_effect, row.implicit_on),
        archived=row.archived,
        unread=row.unread_citizen,
        appointment_at=row.appointment_at.isoformat() if row.appointment_at else None,
        appointment_place=appointment_place(row),
        kept=deadlines.retention(row.definition, local_day(row.closed_at) if row.closed_at else None),
    )


def filter_open_requests(
    tx: Transaction, _: Settings, asked: own_data.FilterOpenRequests
) -> own_data.AccountsWithOpenRequests:
    """Raises NotAllowed to anyone but our own processes."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    found = store.accounts_with_open_requests(tx, [str(account) for account in asked.accounts])
    return own_data.AccountsWithOpenRequests(accounts=tuple(UUID(account) for account in found))


def profile_update_of(tx: Transaction, _: Settings, asked: own_data.ProfileUpdateOf) -> own_data.ProfileUpdate:
    """Raises NotAllowed to anyone but our own processes, RequestNotFound, RequestErased."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    on, _past = acting.shown_by_id(tx, str(asked.request_id))
    if on.request.answers is None:
        raise RequestErased
    return own_data.ProfileUpdate(
        values=profile_updates.values(on.definition, on.request.answers),
        cleared=profile_updates.cleared(on.definition, on.request.answers),
        number=on.request.number,
    )


def profile_unchanged(definition: Procedure, request: Request) -> ProfileUnchanged | None:
    """None where the profile will change, where nothing is asked of it, and once the request is closed."""
    update = definition.updates_profile
    reason = profile_updates.not_applicable(definition, request) if request.is_open(definition) else None
    if update is None or reason is None:
        return None
    because, *_ = history.NOT_APPLIED[reason]
    return ProfileUnchanged(at=update.when, reason=reason.value, because=because)


def read_held_data(tx: Transaction, settings: Settings, wanted: ReadHeldData) -> HeldData:
    row, side = visible(tx, settings, wanted.number)
    if side is not Side.CITIZEN:
        raise refusals.NotAllowed
    recorded = tx.history(row.stream)
    request = filed(folded(decider, recorded)[0])
    definition = row.definition
    is_open = request.is_open(definition)
    kept = deadlines.retention(definition, local_day(row.closed_at) if row.closed_at else None)
    asked = data_rights.asked(recorded)
    pieces = answers.shown_documents(definition, request.answers or {})
    return HeldData(
        number=row.number,
        title=definition.title,
        open=is_open,
        can_cancel=is_open and flow.transition(definition, request.status, Status.CANCELLED, "citizen") is not None,
        erased=row.erased,
        kept_months=kept.months,
        kept_until=kept.until,
        then=kept.then,
        for_the_decision=tuple(piece.label for piece in pieces if piece.delete_after == "decision"),
        exchanges=definition.exchanges,
        erasure_asked_at=asked.asked_at.isoformat() if asked else None,
        erasure_answer_by=asked.answer_by.isoformat() if asked else None,
        erasure_answer=asked.answer if asked else None,
        erasure_answered_at=asked.answered_at.isoformat() if asked and asked.answered_at else None,
        erasure_reason=asked.reason if asked else None,
    )
