"""The other requests of the person of a file, as an agent may know of them, and which seem to ask for the same thing."""

from datetime import timedelta

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.access import rows as journal
from services.requests.access.use_cases import reach, visible
from services.requests.request import flow, rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas.person import ListOthersOfPerson, OtherRequest, OthersOfPerson
from services.requests.schemas.statuses import Status
from services.townhall.grants import Side

MOST = 20
SAME_TIME = timedelta(days=30)


def others_of_person(tx: Transaction, settings: Settings, asked: ListOthersOfPerson) -> OthersOfPerson:
    """For an agent of its department; a look at each of them."""
    row, side = visible(tx, settings, asked.number)
    if side is not Side.TOWN:
        raise refusals.NotAllowed
    by = "account" if row.account_id else "email" if row.email_hash else ""
    seen = reach(tx)
    found = (
        store.others_of_person(tx, row, departments=seen.departments, hidden=seen.hidden, limit=MOST + 1) if by else []
    )
    shown = found[:MOST]
    if shown:
        journal.record_list(tx, "person", {"number": row.number}, (one.request_id for one in shown))
    return OthersOfPerson(by=by, items=tuple(_line(one, row) for one in shown), more=len(found) > MOST)


def _line(one: RequestRow, here: RequestRow) -> OtherRequest:
    return OtherRequest(
        number=one.number,
        procedure_title=one.definition.title,
        status=flow.described(one.definition, one.status),
        submitted_at=one.submitted_at,
        member=one.member_name,
        duplicate=seem_the_same(one, here),
    )


def seem_the_same(one: RequestRow, other: RequestRow) -> bool:
    """The same procedure for the same person, filed within thirty days of each other; neither was cancelled."""
    return (
        one.procedure == other.procedure
        and abs(one.submitted_at - other.submitted_at) <= SAME_TIME
        and Status.CANCELLED not in (one.status, other.status)
        and one.member_name == other.member_name
    )
