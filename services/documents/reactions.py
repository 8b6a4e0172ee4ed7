"""What documents does when its neighbours say that something happened."""

from uuid import UUID

from services.chassis.reactions import Heard, reaction
from services.chassis.store import Transaction
from services.documents import lifetime, store
from services.documents.document import DefinitionNotHeardYet, closing_statuses


@reaction("procedures", "TownPublished", tables=("town",))
def remember_the_limits(tx: Transaction, heard: Heard) -> None:
    store.save_town(tx.conn, heard.data["version"], heard.data["portal_settings"])


@reaction("procedures", "ProcedurePublished", tables=("procedures",))
def remember_the_pieces(tx: Transaction, heard: Heard) -> None:
    store.save_procedure(tx.conn, heard.data["slug"], heard.data["version"], heard.data["definition"])


@reaction("requests", "RequestSubmitted")
def hand_in(tx: Transaction, heard: Heard) -> None:
    """What was frozen under the draft becomes the request's documents; what was not goes."""
    request_id = UUID(heard.subject)
    known = {"id": request_id, "procedure": heard.data["procedure"], "version": heard.data["version"]}
    tx.conn.execute(store.SAVE_REQUEST, known)
    lifetime.bind(tx, request_id)


@reaction("requests", "DraftDiscarded")
def end_the_draft(tx: Transaction, heard: Heard) -> None:
    """Given up or expired: what was laid under it goes."""
    lifetime.end_draft(tx, UUID(heard.subject), heard.time)


@reaction("requests", "RequestStatusChanged")
def erase_what_was_for_the_decision(tx: Transaction, heard: Heard) -> None:
    """Identity proofs and their like go once the request is closed (glossary P2, D7)."""
    request_id = UUID(heard.subject)
    definition = store.definition_of(tx.conn, request_id)
    if definition is None:
        raise DefinitionNotHeardYet
    if heard.data["to_status"] in closing_statuses(definition):
        lifetime.erase_after_decision(tx, request_id)


@reaction("requests", "RequestCancelled")
def erase_with_the_request(tx: Transaction, heard: Heard) -> None:
    lifetime.erase_after_decision(tx, UUID(heard.subject))


@reaction("requests", "RequestErased")
def erase_the_request(tx: Transaction, heard: Heard) -> None:
    """Its retention has ended. A person's own erasure comes as the end of each draft: what was filed is the town's to keep."""
    lifetime.erase_request(tx, UUID(heard.subject))
