"""The citizen's own requests: all, archived, and the latest."""

from typing import Any

from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import access, deadlines, flow, store
from services.requests.definitions import heard
from services.requests.schemas.dashboard import Dashboard
from services.requests.store import RequestRow
from services.requests.use_cases.acting import actor_of
from services.requests.views.receipt import appointment, implicit
from services.townhall.town_time import local_day, start_of_day

Json = dict[str, Any]

PAGE = 20


def mine(tx: Transaction, _: Settings, archived: bool, page: int) -> Json:
    """A page of the account's requests, most recent first, with how many there are."""
    account = access.require_citizen(actor_of(tx))
    rows, total = store.of_account(tx, account, archived=archived, limit=PAGE, offset=(page - 1) * PAGE)
    return {"items": [item(row) for row in rows], "total": total, "page": page, "pages": max(-(-total // PAGE), 1)}


def latest(tx: Transaction, _: Settings) -> list[Json]:
    """« Dernières demandes »: as many as the town says, none of them archived."""
    account = access.require_citizen(actor_of(tx))
    shown = int(heard.town(tx.conn)["portal_settings"]["latest_requests_shown"])
    return [item(row) for row in store.latest_of_account(tx, account, archived=False, limit=shown)]


def waiting(tx: Transaction, _: Settings) -> Json:
    """The account's requests that are not archived and have an exchange to read, and those whose appointment's day is not
    over, the nearest first: all of them, as `unread` counts all."""
    account = access.require_citizen(actor_of(tx))
    today = start_of_day(local_day(tx.now))
    rows = store.waiting_for_account(tx, account, today)
    coming = [row for row in rows if row.appointment_at is not None and row.appointment_at >= today]
    coming.sort(key=lambda row: row.appointment_at or today)
    return {
        "unread": [item(row) for row in rows if row.unread_citizen],
        "appointments": [item(row) for row in coming],
    }


def read_dashboard(tx: Transaction, settings: Settings) -> Dashboard:
    waits = waiting(tx, settings)
    to_read = sum(line["unread"] for line in waits["unread"])
    return from_json(Dashboard, {"latest": latest(tx, settings), **waits, "to_read": to_read})


def unread(tx: Transaction, _: Settings) -> Json:
    """How many exchanges wait to be read in the account's requests that are not archived."""
    return {"unread": store.unread_of_account(tx, access.require_citizen(actor_of(tx)))}


def item(row: RequestRow) -> Json:
    return {
        "request_id": row.request_id,
        "number": row.number,
        "procedure": row.procedure,
        "procedure_title": row.definition["title"],
        "area": row.area,
        "member_name": row.shown["member_name"] if row.shown else "",
        "status": flow.described(row.definition, row.status),
        "submitted_at": row.submitted_at.isoformat(),
        "due_on": row.aimed_on.isoformat() if row.aimed_on else None,
        "implicit_decision": implicit(row.implicit_effect, row.implicit_on),
        "archived": row.archived,
        "unread": row.unread_citizen,
        **appointment(row),
        "kept": deadlines.retention(row.definition, local_day(row.closed_at) if row.closed_at else None),
    }
