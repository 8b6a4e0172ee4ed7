"""What documents does with the facts of other services."""

from services.accounts.schemas import facts as accounts
from services.chassis.bus.reactions import Received, reaction
from services.chassis.event_store.store import Transaction
from services.documents.files import definitions, rows
from services.documents.lifetime import use_cases as lifetime
from services.procedures.schemas import facts as procedures
from services.requests.schemas import facts as requests


@reaction(procedures.TownPublished, tables=("town",))
def remember_the_limits(tx: Transaction, received: Received[procedures.TownPublished]) -> None:
    rows.save_town(tx.conn, received.fact.version, received.fact.portal_settings)


@reaction(procedures.ProcedurePublished, tables=("procedures",))
def remember_the_pieces(tx: Transaction, received: Received[procedures.ProcedurePublished]) -> None:
    definitions.save_procedure(tx.conn, received.fact.slug, received.fact.version, received.fact.definition)


def remember_the_request(tx: Transaction, received: Received[requests.RequestSubmitted]) -> None:
    """Which version of which procedure says what its pieces are."""
    known = {"id": received.subject_id, "procedure": received.fact.procedure, "version": received.fact.version}
    tx.conn.execute(rows.SAVE_REQUEST, known)


def remember_the_end(
    tx: Transaction,
    received: Received[requests.RequestStatusChanged]
    | Received[requests.RequestCancelled]
    | Received[requests.RequestErased],
) -> None:
    """Closed by a status, withdrawn or erased: no proof is laid under it any more that was for the decision only."""
    fact = received.fact
    if not isinstance(fact, requests.RequestStatusChanged) or fact.closed:
        tx.conn.execute(rows.CLOSE_REQUEST, (received.subject_id,))


def remember_the_ended_draft(tx: Transaction, received: Received[requests.DraftDiscarded]) -> None:
    lifetime.note_the_end(tx, received.subject_id, received.time)


@reaction(
    requests.RequestSubmitted,
    tables=("requests",),
    rebuild=remember_the_request,
    streams=lambda envelope: (f"request-{envelope.subject}",),
)
def hand_in(tx: Transaction, received: Received[requests.RequestSubmitted]) -> None:
    """What was frozen under the draft becomes the request's documents; what was not goes."""
    request_id = received.subject_id
    remember_the_request(tx, received)
    lifetime.bind(tx, request_id, received.fact.submitted_at)


@reaction(requests.DraftDiscarded, tables=("ended_drafts",), rebuild=remember_the_ended_draft)
def end_the_draft(tx: Transaction, received: Received[requests.DraftDiscarded]) -> None:
    """Given up or expired: what was laid under it goes."""
    lifetime.end_draft(tx, received.subject_id, received.time)


@reaction(requests.RequestStatusChanged, tables=("requests",), rebuild=remember_the_end)
def erase_what_was_for_the_decision(tx: Transaction, received: Received[requests.RequestStatusChanged]) -> None:
    """Identity proofs and their like go once the request is closed (glossary P2, D7); what waits for this status is announced."""
    lifetime.announce_enclosed(tx, received.subject_id, received.fact.to_status, closed=received.fact.closed)
    if received.fact.closed:
        lifetime.erase_after_decision(tx, received.subject_id)


@reaction(requests.RequestCancelled, tables=("requests",), rebuild=remember_the_end)
def erase_with_the_request(tx: Transaction, received: Received[requests.RequestCancelled]) -> None:
    lifetime.drop_enclosed(tx, received.subject_id)
    lifetime.erase_after_decision(tx, received.subject_id)


@reaction(requests.RequestErased, tables=("requests",), rebuild=remember_the_end)
def erase_the_request(tx: Transaction, received: Received[requests.RequestErased]) -> None:
    """Its retention has ended. A person's own erasure comes as the end of each draft: what was filed is the town's to keep."""
    lifetime.erase_request(tx, received.subject_id)


@reaction(accounts.PersonErased)
def end_the_space(tx: Transaction, received: Received[accounts.PersonErased]) -> None:
    lifetime.end_space(tx, received.subject_id)
