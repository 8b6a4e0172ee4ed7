"""A person is erased: what was being typed goes at once; what was filed stays as long as the law has the town keep it."""

from services.chassis.transaction import Transaction
from services.requests import draft_rows
from services.requests.use_cases import drafts


def erase_person(tx: Transaction, account: str) -> None:
    """Gives up the account's drafts. Filed requests keep their key until the end of their retention (glossary D3, D4)."""
    for known in draft_rows.of_owner(tx, f"citizen:{account}"):
        drafts.discard(tx, known)
