"""Who is written to by post, for the agents who print: messaging has the letters, requests knows names and addresses.

A letter to a person who gave no e-mail address holds the tracking link, which agents never see otherwise; each look at one is
recorded (D8). Of a person who prefers the post or the phone, letters have no link that opens anything, and agents see the number.
"""

from collections.abc import Sequence
from typing import Any

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import access, applicant, blind_index, draft, grants, refusals, staff_views, store
from services.requests.request import decider
from services.requests.store import RequestRow
from services.requests.use_cases.acting import actor_of
from services.townhall import postal_address

Json = dict[str, Any]
MOST = 20


def letter_grant(tx: Transaction, settings: Settings, number: str) -> Json:
    """`{grant, documents}`: every letter of the request for its department's agents who may decide on it, the acknowledgement
    alone for another agent, who filed it at the counter. `documents`: whether the grant opens the request's pieces as well.

    Raises RequestNotFound for anyone else, NothingOnPaper where the person is written to by e-mail alone.
    """
    row = store.by_number(tx, number)
    rights = _rights(tx, settings, row) if row else []
    if row is None or not rights:
        raise refusals.RequestNotFound
    request, _ = tx.fold(decider, row.stream)
    if request.erased or request.applicant is None:
        raise refusals.RequestErased
    if not request.told_by_agents:
        raise refusals.NothingOnPaper
    staff_views.record(tx, row.request_id, "letter")
    actor = actor_of(tx)
    given = grants.grant(
        settings,
        request_id=row.request_id,
        number=row.number,
        side=access.TOWN,
        rights=rights,
        actor=actor,
        name=actor.name,
        department=row.definition["department_details"]["name"],
        answers=(row.procedure, int(row.definition["version"])),
    )
    return {"number": row.number, "grant": given, "documents": "read" in rights}


def _rights(tx: Transaction, settings: Settings, row: RequestRow) -> list[str]:
    actor = actor_of(tx)
    if not access.is_staff(actor):
        return []
    if row.department in actor.departments and access.may(actor, "read_requests"):
        return ["read", "letters"] if access.may(actor, "change_status") else ["read", "receipt"]
    filer = blind_index.holder(settings.signing_key, "filer", draft.owner_of(actor))
    return ["receipt"] if row.filed_by == filer else []


def recipients(tx: Transaction, _: Settings, numbers: Sequence[str]) -> Json:
    """`{items}`: name and postal address of those of these requests that are the actor's to read and are not erased, in
    that order. It is the list « Courriers » that asks: a look that is recorded."""
    actor = actor_of(tx)
    if not access.is_staff(actor):
        raise refusals.NotAllowed
    access.require(actor, "read_requests")
    found = filter(None, (store.by_number(tx, number) for number in numbers[:MOST]))
    rows = [row for row in found if row.department in actor.departments and not row.erased]
    if rows:
        staff_views.record_list(tx, "letters", {}, (row.request_id for row in rows))
    return {"items": [_recipient(tx, row) for row in rows]}


def _recipient(tx: Transaction, row: RequestRow) -> Json:
    request, _ = tx.fold(decider, row.stream)
    who = request.applicant or {}
    return {
        "number": row.number,
        "name": applicant.full_name(who),
        "lines": postal_address.lines(who.get("address") or {}),
        "phone": who.get(who.get("preferred_contact") or "")
        if who.get("preferred_contact") in applicant.PHONES
        else None,
    }
