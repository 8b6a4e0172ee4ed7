"""A person is erased: what was being typed goes at once; what was filed stays as long as the law has the town keep it."""

from services.chassis.event_store.transaction import Transaction
from services.requests import commands, draft_rows, retention_rows, store
from services.requests.use_cases import acting, capacity, drafts
from services.requests.use_cases.acting import act


def erase_person(tx: Transaction, account: str) -> None:
    """Gives up the account's drafts, with their keys; filed requests belong to no account any more, and keep theirs (glossary D3, D4).

    A request under way goes on: it is followed by its tracking link, which messaging sends anew.
    """
    filed = retention_rows.of_account(tx, account)
    tx.lock(*(store.stream(request_id) for request_id in filed))
    for request_id in filed:
        act(tx, acting.by_id(tx, request_id), commands.Detach())
    begun = draft_rows.of_owner(tx, f"citizen:{account}")
    tx.lock(*(capacity.day_of(known.held.agenda, known.held.start) for known in begun if known.held))
    for known in begun:
        drafts.discard(tx, known.id)
