"""A person is erased: what was being typed goes at once; what was filed stays as long as the law has the town keep it."""

from services.chassis.transaction import Transaction
from services.requests import draft_rows
from services.requests.use_cases import capacity, drafts


def erase_person(tx: Transaction, account: str) -> None:
    """Gives up the account's drafts. Filed requests keep their key until the end of their retention (glossary D3, D4)."""
    begun = draft_rows.of_owner(tx, f"citizen:{account}")
    tx.lock(*(capacity.day_of(known.held.agenda, known.held.start) for known in begun if known.held))
    for known in begun:
        drafts.discard(tx, known)
