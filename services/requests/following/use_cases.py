"""The citizen's side of a filed request: tracking link, attaching, withdrawing."""

import hmac

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import blind_index
from services.requests.access import rules as access, tracking_link, use_cases as acting
from services.requests.access.use_cases import act, actor_of, opened
from services.requests.appointments import use_cases as appointments
from services.requests.request import commands, rows as store
from services.requests.schemas import following as calls
from services.requests.schemas.held_data import RequestErasure
from services.requests.schemas.refusals import RequestNotFound
from services.requests.schemas.shapes import OnRequest
from services.requests.schemas.statuses import Status
from services.townhall.grants import Side


def send_tracking_link(tx: Transaction, settings: Settings, asked: calls.SendTrackingLink) -> None:
    row = store.by_number(tx, asked.number)
    typed = blind_index.holder(settings.signing_key, "email", asked.email)
    if row is None or not hmac.compare_digest(typed, row.email_hash):
        return
    on = acting.by_id(tx, row.request_id)
    expired = tracking_link.expired(row.generation_since, tx.now, acting.links(settings, row, tx.now).days)
    act(tx, on, commands.RequestTrackingLink(expired=expired))


def revoke_tracking_links(tx: Transaction, settings: Settings, asked: calls.RevokeTrackingLinks) -> OnRequest:
    on = opened(tx, settings, asked.number)
    if on.side is Side.TOWN:
        access.require(actor_of(tx), "change_status")
    act(tx, on, commands.RevokeTrackingLinks())
    return OnRequest(number=on.row.number)


def attach(tx: Transaction, settings: Settings, asked: calls.AttachRequest) -> OnRequest:
    row = store.by_number(tx, asked.number)
    actor = actor_of(tx)
    account = access.require_citizen(actor)
    if row is None:
        raise RequestNotFound
    holds = access.holds_link(actor.tokens, row, acting.links(settings, row, tx.now))
    if row.account_id != account and not holds:
        raise RequestNotFound
    on = acting.by_id(tx, row.request_id)
    act(tx, on, commands.Attach(account=account))
    return OnRequest(number=row.number)


def cancel(tx: Transaction, settings: Settings, asked: calls.CancelRequest) -> calls.Cancelled:
    on = opened(tx, settings, asked.number, seen=asked.version, only=Side.CITIZEN)
    appointments.give_back(tx, on, act(tx, on, commands.Cancel(definition=on.definition)))
    return calls.Cancelled(number=on.row.number, status=Status.CANCELLED)


def request_attestation(tx: Transaction, settings: Settings, asked: calls.RequestAttestation) -> None:
    """The attestation of an acceptance by silence (R14), recorded once however often it is asked for."""
    on = opened(tx, settings, asked.number, only=Side.CITIZEN)
    act(tx, on, commands.RequestAttestation(definition=on.definition))


def request_erasure(tx: Transaction, settings: Settings, asked: RequestErasure) -> None:
    on = opened(tx, settings, asked.number, only=Side.CITIZEN)
    act(tx, on, commands.RequestErasure())
