"""What agents read: their work list with its counts and choices, the journal of looks, a reply before it is sent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.procedures.schemas.definitions.procedures import Reply
from services.requests import blind_index, refusals
from services.requests.access import rows as journal, rules as access, tracking_link
from services.requests.access.rules import Reach
from services.requests.access.use_cases import Opened, actor_of, free, reach, shown, visible
from services.requests.definitions import alerts
from services.requests.definitions.rows import published
from services.requests.filing.views import appointment_place
from services.requests.history import rules as history
from services.requests.request import flow, numbers, rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas import decisions as calls
from services.requests.schemas.journal import AuditTrail, ListStaffLooks, ReadAuditTrail, StaffLooks
from services.requests.schemas.nearby import ListNearby, Nearby, NearbyRequest, Point
from services.requests.schemas.refusals import RequestNotFound
from services.requests.schemas.selection import ChosenLine, ReadSelection, Selection
from services.requests.schemas.statuses import Status
from services.requests.schemas.work_list import (
    AgendaChoice,
    Assignee,
    AwaitedPiece,
    Choice,
    ListWork,
    WorkLine,
    WorkList,
)
from services.requests.team import rows as team
from services.requests.worklist import narrowing, paging, rows as work_list, rules as reply_text
from services.requests.worklist.counts import rows as counts
from services.requests.worklist.rows import Filter
from services.townhall import placeholders, positions
from services.townhall.grants import Grant, Right, Side, give
from services.townhall.town_time import YEARS, local_day

NEARBY_METRES = 200
"""No further than the squares of `blind_index` are wide."""
MOST_NEARBY, MOST_LOOKED_AT = 20, 200
"""How many are listed, of how many whose squares are near."""
FILTERS = ("status", "area", "procedure", "assignee", "overdue")
"""What is chosen within a view, and offered with how many there are of each value."""
NARROWING = (*FILTERS, "department", "missing", "piece", "agenda", "site", "received_from", "received_until")
"""All that is chosen within a view."""

NO_COVER: Mapping[str, date] = {}


def work(tx: Transaction, settings: Settings, asked: ListWork) -> WorkList:
    """A page of the actor's departments, and what the view that it is of holds; raises NotAllowed for anyone but an agent who may read requests."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    agendas = published.agendas(tx.conn) if asked.choices or asked.site else ()
    seen = reach(tx)
    every = Filter(departments=seen.departments, today=local_day(tx.now), hidden=seen.hidden)
    standing = counts.standing(tx, every, agent=actor.id, key_id=journal.present_key(tx))
    open_, covered = standing.choices, standing.covered
    view = wanted = narrowing.wanted_by(tx, settings, asked, seen, agendas, covered)
    if any(getattr(asked, name) is not None for name in NARROWING):
        within = replace(asked, **dict.fromkeys(NARROWING))
        view = narrowing.wanted_by(tx, settings, within, seen, agendas, covered)
    choices = open_ if view == every else {} if asked.choices is False else counts.choices(tx, view)
    total = choices["all"].get("", 0) if choices and wanted == view else counts.total(tx, wanted)
    sort = _sort(asked.sort, wanted)
    page = paging.turned(tx, settings, wanted, asked, sort, total)
    what = "search" if (asked.q or "").strip() else "work_list"
    number = asked.page or 1 if asked.cursor is None else (page.first - 1) // page.limit + 1
    # a cursor says no more than that, and what may be chosen next is no look
    query = vars(replace(asked, page=number, sort=sort, cursor=None, choices=None, awaited=None))
    journal.record_list(tx, what, query, (line.row.request_id for line in page.lines))
    counted = total if wanted.counted else min(total, counts.MOST_COUNTED)
    return WorkList(
        items=tuple(_line(line.row, wanted.today, covered) for line in page.lines),
        total=max(counted, page.first + len(page.lines) - 1) if page.lines else counted,
        page=number,
        pages=max(-(-counted // page.limit), 1),
        per_page=page.limit,
        sort=sort,
        counts={
            "open": open_["all"].get("", 0),
            "unassigned": open_["assignee"].get("", 0),
            "mine": sum(open_["assignee"].get(one, 0) for one in (actor.id, *covered)),
            "awaiting": open_["status"].get(Status.AWAITING, 0),
            **standing.pressing,
        },
        options={
            name: tuple(Choice(value=value, count=count) for value, count in choices[name].items())
            for name in FILTERS
            if name in choices and asked.choices is not False
        },
        first=page.first,
        next=page.next,
        previous=page.previous,
        more=not wanted.counted and total > counts.MOST_COUNTED,
        agendas=tuple(
            AgendaChoice(slug=one.slug, title=one.title, site=one.site, site_name=one.site_name) for one in agendas
        ),
        awaited=_awaited(tx, seen) if asked.awaited else (),
    )


def _awaited(tx: Transaction, seen: Reach) -> tuple[AwaitedPiece, ...]:
    """Those that most await, in the order of their labels: a piece of several procedures by each name that they have for it."""
    names, tally = dict[str, dict[str, None]](), Counter[str]()
    for one in work_list.awaited(tx, seen):
        label = history.piece_label(published.procedure(tx.conn, one.procedure, one.version), one.piece)
        names.setdefault(one.piece, {})[label] = None
        tally[one.piece] += one.count
    found = [
        AwaitedPiece(slug=piece, label=" ou ".join(names[piece]), count=count)
        for piece, count in tally.most_common(work_list.MOST_PIECES)
    ]
    return tuple(sorted(found, key=lambda one: one.label.casefold()))


def selection(tx: Transaction, _: Settings, asked: ReadSelection) -> Selection:
    """Requests that an agent has chosen in a list, and the replies that may leave for several of them; a look at a list."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    chosen = tuple(filter(None, map(numbers.read, asked.numbers)))
    found, today = work_list.selected(tx, reach(tx), chosen), local_day(tx.now)
    journal.record_list(tx, "work_list", {"numbers": chosen}, (one.row.request_id for one in found))
    standing = ((one.row.number, one.row.definition, one.row.status) for one in found)
    secret, covered = published.confidential(tx.conn), team.covered_by(tx, actor.id, today)
    return Selection(
        items=tuple(
            made_of(ChosenLine, _line(row, today, covered), version=seen, confidential=row.procedure in secret)
            for row, seen in ((one.row, one.version) for one in found)
        ),
        replies=tuple(reply_text.shared(standing)),
    )


def audit_trail(tx: Transaction, settings: Settings, asked: ReadAuditTrail) -> AuditTrail:
    """Who looked at this file, the latest first, from where the reader stopped; reading it is itself a look. For those who may read the journal.

    Of any department: the reader oversees the looks without handling the file, and reads of it only the queries by which it was
    found, which may be a name.
    `grant` lets the reader ask documents for the looks at its pieces.
    """
    actor = actor_of(tx)
    access.require(actor, "read_audit_log")
    row = store.by_number(tx, asked.number)
    if row is None:
        raise RequestNotFound
    journal.record(tx, row.request_id, "audit_trail")
    reading = Grant(
        request=UUID(row.request_id), number=row.number, side=Side.TOWN, rights=(Right.AUDIT,), name=actor.name
    )
    looks = journal.of_request(tx, row.request_id, asked.at_most, asked.before_at, asked.before_id)
    return AuditTrail(number=row.number, views=tuple(looks), grant=give(settings, actor, reading))


def nearby(tx: Transaction, settings: Settings, asked: ListNearby) -> Nearby:
    """The other open requests around the point that this one says, for an agent of its department; a look at each of them."""
    row, side = visible(tx, settings, asked.number)
    if side is not Side.TOWN:
        raise refusals.NotAllowed
    here = row.point
    if here is None:
        return Nearby()
    cells = blind_index.cells_around(settings.signing_key, here.lat, here.lon)
    seen = reach(tx)
    around = store.open_in_cells(
        tx, cells, departments=seen.departments, hidden=seen.hidden, besides=row.request_id, limit=MOST_LOOKED_AT
    )
    found = [
        (one, _neighbour(one, there, away))
        for one in around
        if not one.definition.confidential
        and (there := one.point)
        and (away := positions.metres((here.lat, here.lon), (there.lat, there.lon))) <= NEARBY_METRES
    ]
    listed = found[:MOST_NEARBY]
    if listed:
        journal.record_list(tx, "nearby", {"number": row.number}, (one.request_id for one, _ in listed))
    return Nearby(
        point=here,
        items=tuple(item for _, item in listed),
        more=len(found) > len(listed) or len(around) == MOST_LOOKED_AT,
        map=row.definition.map,
    )


def _neighbour(row: RequestRow, point: Point, away: float) -> NearbyRequest:
    return NearbyRequest(
        number=row.number,
        procedure_title=row.definition.title,
        status=flow.described(row.definition, row.status),
        submitted_at=row.submitted_at,
        metres=round(away),
        lat=point.lat,
        lon=point.lon,
    )


def looks(tx: Transaction, _: Settings, asked: ListStaffLooks) -> StaffLooks:
    """The looks of an agent, of a day, or of both, the latest first; reading them is itself a look.

    `numbers`: of the requests in `requests`, by id; the looks at their pieces are kept by documents.
    """
    access.require(actor_of(tx), "read_audit_log")
    if asked.agent is None and asked.day is None:
        raise refusals.LooksOfWhom
    if asked.day is not None and asked.day.year not in YEARS:
        raise refusals.DayUnknown
    query = {"agent": asked.agent, "day": asked.day.isoformat() if asked.day else None}
    known = store.numbers_of(tx, asked.requests or ())
    journal.record_list(tx, "journal", query, journal.shown_by(tx, asked) | set(known))
    return StaffLooks(views=tuple(journal.of_staff(tx, asked)), numbers=known)


def _sort(asked: str | None, wanted: Filter) -> str:
    """What is open by the day aimed at, what is closed by its closing, all of both by their filing, the newest first."""
    usual = {False: "due", True: "-closed", None: "-submitted"}[wanted.closed]
    sort = asked or usual
    return sort if wanted.closed or "closed" not in sort else sort.replace("closed", "submitted")


def _line(row: RequestRow, today: date, covered: Mapping[str, date] = NO_COVER) -> WorkLine:
    return WorkLine(
        request_id=row.request_id,
        number=row.number,
        procedure=row.procedure,
        procedure_title=row.definition.title,
        applicant_name=row.applicant_name,
        member_name=row.member_name,
        status=flow.described(row.definition, row.status),
        submitted_at=row.submitted_at.isoformat(),
        closed_at=row.closed_at.isoformat() if row.closed_at else None,
        due_on=row.aimed_on.isoformat() if row.aimed_on else None,
        implicit_on=row.implicit_on.isoformat() if row.implicit_on else None,
        implicit_effect=row.implicit_effect,
        implicit_reached=row.implicit_reached,
        alert=alerts.label(
            row.definition,
            raised=row.alert and not row.closed,
            attestation=row.attestation_requested and not row.closed,
        ),
        erasure_asked=row.erasure_asked,
        overdue=bool(row.aimed_on and row.aimed_on < today and not row.closed),
        unread=row.unread_town,
        assignee=Assignee(id=row.assignee, name=row.assignee_name) if row.assignee else None,
        covered_until=covered.get(row.assignee or ""),
        appointment_at=row.appointment_at.isoformat() if row.appointment_at else None,
        appointment_place=appointment_place(row),
        area=row.area,
        department=row.department,
        archived=row.archived,
    )


def reply_preview(tx: Transaction, settings: Settings, asked: calls.PreviewReply) -> calls.ReplyText:
    on = by_an_agent(tx, shown(tx, settings, asked.number))
    journal.record(tx, on.id, "reply_preview")
    chosen = canned(tx, on, asked.reply, None)
    text, unfilled = filled(tx, settings, on, chosen.text, reply_text.typed(asked.values or {}))
    return calls.ReplyText(text=text, unfilled=tuple(unfilled))


def by_an_agent(tx: Transaction, on: Opened) -> Opened:
    if on.side is not Side.TOWN:
        raise refusals.NotAllowed
    access.require(actor_of(tx), "change_status")
    return on


def canned(tx: Transaction, on: Opened, slug: str, to: str | None) -> Reply:
    for reply in flow.replies(on.definition, on.request.status, free=free(tx, on.request)):
        if reply.slug == slug and to in (None, reply.sets_status):
            return reply
    raise refusals.ReplyNotOffered


def filled(tx: Transaction, settings: Settings, on: Opened, text: str, given: dict[str, str]) -> tuple[str, list[str]]:
    url = f"{settings.public_url}/suivi/{tracking_link.mint(settings.signing_key, on.id, on.request.generation)}"
    known = reply_text.automatic(on.request, on.definition, on.row.its_town(), tracking_url=url, now=tx.now)
    return placeholders.fill(text, known | given)
