"""What an agent asks the list for, as the filter of its rows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.procedures.schemas.definitions.agendas import Agenda
from services.requests import blind_index, refusals
from services.requests.access.rules import Reach
from services.requests.access.use_cases import actor_of
from services.requests.request import numbers
from services.requests.schemas.statuses import Status
from services.requests.schemas.work_list import ListWork, Narrowed
from services.requests.team import rows as team
from services.requests.worklist.rows import Filter
from services.townhall.town_time import YEARS, local_day, start_of_day


def list_of(narrowed: Narrowed) -> ListWork:
    """The first page of the list that is narrowed so."""
    return made_of(ListWork, narrowed)


def wanted_by(
    tx: Transaction,
    settings: Settings,
    asked: ListWork,
    seen: Reach,
    agendas: Sequence[Agenda],
    covered: Mapping[str, date] | None = None,
) -> Filter:
    """What is asked for, of what the actor may see (`seen`) alone: of another department there is nothing. `covered`: whom the actor replaces, where
    that is known. Raises DayUnknown."""
    actor, view = actor_of(tx), asked.view or "open"
    typed = (asked.q or "").strip()
    number = numbers.read(typed) if typed else None
    closed = None if view in ("all", "erasure") else view == "closed"
    assignee = asked.assignee
    if assignee in ("me", "none"):
        assignee = actor.id if assignee == "me" else ""
    if view in ("mine", "unassigned"):
        assignee = actor.id if view == "mine" else ""
    departments, today = seen.departments, local_day(tx.now)
    if asked.department is not None:
        departments = tuple(one for one in departments if one == asked.department)
    awaiting = view == "awaiting" or bool(asked.missing or asked.piece)
    if awaiting and asked.status not in (None, Status.AWAITING):
        departments = ()  # no request has two statuses
    first, last = _day(asked.received_from, "received_from"), _day(asked.received_until, "received_until")
    return Filter(
        departments=departments,
        today=today,
        hidden=seen.hidden,
        closed=None if typed and not asked.view else closed,
        status=Status.AWAITING if awaiting else asked.status,
        area=asked.area,
        procedure=asked.procedure,
        assignee=assignee,
        covered=_covered(tx, covered, today) if assignee == actor.id else (),
        unread=view == "unread",
        overdue=view == "overdue" or bool(asked.overdue),
        alert=view == "alert",
        erasure=view == "erasure",
        pieces_late=asked.missing == "late",
        piece=asked.piece,
        agendas=_agendas(asked, agendas),
        since=start_of_day(first) if first else None,
        until=start_of_day(last + timedelta(days=1)) if last else None,
        number=number,
        part=numbers.part(typed),
        words=() if number else tuple(blind_index.searched(settings.signing_key, typed)),
    )


def _covered(tx: Transaction, known: Mapping[str, date] | None, today: date) -> tuple[str, ...]:
    return tuple(team.covered_by(tx, actor_of(tx).id, today) if known is None else known)


def _day(day: date | None, field: str) -> date | None:
    if day is not None and day.year not in YEARS:
        raise refusals.DayUnknown(fields={field: refusals.DayUnknown.message})
    return day


def _agendas(asked: ListWork, known: Sequence[Agenda]) -> tuple[str, ...] | None:
    """Those that are asked for, by their name or by the site where one comes; None: any, and requests without agenda."""
    if asked.agenda is None and asked.site is None:
        return None
    of_site = [one.slug for one in known if asked.site in (None, one.site)]
    if asked.agenda is None:
        return tuple(of_site)
    return (asked.agenda,) if asked.site is None or asked.agenda in of_site else ()
