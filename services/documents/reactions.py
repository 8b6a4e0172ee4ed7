"""What documents does when its neighbours say that something happened."""

from datetime import datetime
from uuid import UUID

from services.chassis.bus.reactions import Heard, reaction
from services.chassis.event_store.store import Transaction
from services.documents.files import rows
from services.documents.lifetime import use_cases as lifetime


@reaction("procedures", "TownPublished", tables=("town",))
def remember_the_limits(tx: Transaction, heard: Heard) -> None:
    rows.save_town(tx.conn, heard.data["version"], heard.data["portal_settings"])


@reaction("procedures", "ProcedurePublished", tables=("procedures",))
def remember_the_pieces(tx: Transaction, heard: Heard) -> None:
    rows.save_procedure(tx.conn, heard.data["slug"], heard.data["version"], heard.data["definition"])


def remember_the_request(tx: Transaction, heard: Heard) -> None:
    """Which version of which procedure says what its pieces are."""
    known = {"id": UUID(heard.subject), "procedure": heard.data["procedure"], "version": heard.data["version"]}
    tx.conn.execute(rows.SAVE_REQUEST, known)


def remember_the_end(tx: Transaction, heard: Heard) -> None:
    """Closed by a status, withdrawn or erased: no proof is laid under it any more that was for the decision only."""
    if heard.data.get("closed", True):
        tx.conn.execute(rows.CLOSE_REQUEST, (UUID(heard.subject),))


def remember_the_ended_draft(tx: Transaction, heard: Heard) -> None:
    lifetime.note_the_end(tx, UUID(heard.subject), heard.time)


@reaction("requests", "RequestSubmitted", tables=("requests",), rebuild=remember_the_request)
def hand_in(tx: Transaction, heard: Heard) -> None:
    """What was frozen under the draft becomes the request's documents; what was not goes."""
    request_id = UUID(heard.subject)
    remember_the_request(tx, heard)
    lifetime.bind(tx, request_id, datetime.fromisoformat(heard.data["submitted_at"]))


@reaction("requests", "DraftDiscarded", tables=("ended_drafts",), rebuild=remember_the_ended_draft)
def end_the_draft(tx: Transaction, heard: Heard) -> None:
    """Given up or expired: what was laid under it goes."""
    lifetime.end_draft(tx, UUID(heard.subject), heard.time)


@reaction("requests", "RequestStatusChanged", tables=("requests",), rebuild=remember_the_end)
def erase_what_was_for_the_decision(tx: Transaction, heard: Heard) -> None:
    """Identity proofs and their like go once the request is closed (glossary P2, D7)."""
    if heard.data["closed"]:
        lifetime.erase_after_decision(tx, UUID(heard.subject))


@reaction("requests", "RequestCancelled", tables=("requests",), rebuild=remember_the_end)
def erase_with_the_request(tx: Transaction, heard: Heard) -> None:
    lifetime.erase_after_decision(tx, UUID(heard.subject))


@reaction("requests", "RequestErased", tables=("requests",), rebuild=remember_the_end)
def erase_the_request(tx: Transaction, heard: Heard) -> None:
    """Its retention has ended. A person's own erasure comes as the end of each draft: what was filed is the town's to keep."""
    lifetime.erase_request(tx, UUID(heard.subject))


@reaction("accounts", "PersonErased")
def end_the_space(tx: Transaction, heard: Heard) -> None:
    """Nobody is left whose space it would be."""
    lifetime.end_space(tx, UUID(heard.subject))
