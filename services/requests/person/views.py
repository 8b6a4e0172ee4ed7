"""The other requests of the person of a file, as an agent may know of them."""

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.access import rows as journal
from services.requests.access.use_cases import actor_of, visible
from services.requests.person import rules
from services.requests.request import flow, rows as store
from services.requests.request.rows import RequestRow
from services.requests.schemas.person import ListOthersOfPerson, OtherRequest, OthersOfPerson
from services.townhall.grants import Side

MOST = 20
"""So many are read; those of confidential procedures are left out of them."""


def others_of_person(tx: Transaction, settings: Settings, asked: ListOthersOfPerson) -> OthersOfPerson:
    """For an agent of its department; a look at each of them."""
    row, side = visible(tx, settings, asked.number)
    if side is not Side.TOWN:
        raise refusals.NotAllowed
    by = "account" if row.account_id else "email" if row.email_hash else ""
    found = store.others_of_person(tx, row, departments=actor_of(tx).departments, limit=MOST + 1) if by else []
    shown = [one for one in found[:MOST] if not one.definition.confidential]
    if shown:
        journal.record_list(tx, "person", {"number": row.number}, (one.request_id for one in shown))
    return OthersOfPerson(by=by, items=tuple(_line(one, row) for one in shown), more=len(found) > MOST)


def _line(one: RequestRow, here: RequestRow) -> OtherRequest:
    return OtherRequest(
        number=one.number,
        procedure_title=one.definition.title,
        status=flow.described(one.definition, one.status),
        submitted_at=one.submitted_at,
        member=rules.for_whom(one),
        duplicate=rules.seem_the_same(one, here),
    )
