"""The end of a space. While it waits for its erasure its holder cannot log in: its requests are followed by new tracking links.
Then what was being typed goes at once; what was filed stays as long as the law has the town keep it."""

from services.chassis.event_store.transaction import Transaction
from services.requests.access import use_cases as acting
from services.requests.access.use_cases import act
from services.requests.capacity import use_cases as capacity
from services.requests.drafts import rows as draft_rows, use_cases as drafts
from services.requests.request import commands, rows as store
from services.requests.space import rows as space_rows


def erase_person(tx: Transaction, account: str) -> None:
    """Gives up the account's drafts, with their keys; filed requests belong to no account any more, and keep theirs (glossary D3, D4).

    A request under way goes on: it is followed by its tracking link, which messaging sends anew.
    """
    filed = space_rows.of_account(tx, account)
    tx.lock(*(store.stream(request_id) for request_id in filed))
    for request_id in filed:
        act(tx, acting.by_id(tx, request_id), commands.Detach())
    begun = draft_rows.of_owner(tx, f"citizen:{account}")
    tx.lock(*(capacity.day_of(known.held.agenda, known.held.start) for known in begun if known.held))
    for known in begun:
        drafts.discard(tx, known.id)


def leave(tx: Transaction, account: str) -> None:
    """Its requests stay the account's. Links sent before it held them stay revoked: a stranger may have one of them."""
    own = space_rows.of_account(tx, account)
    tx.lock(*(store.stream(request_id) for request_id in own))
    for request_id in own:
        act(tx, acting.by_id(tx, request_id), commands.RenewLinks())
    space_rows.add_absent(tx, account)
