"""The end of a personal space: its holder is forgotten here at once, and everywhere else by the fact of it."""

from uuid import UUID

from services.accounts.schemas.facts import PersonErased
from services.accounts.sessions import rows as session_rows
from services.accounts.sessions.lifetime import publish_ended
from services.accounts.spaces import rows
from services.accounts.spaces.events import AccountClosed
from services.accounts.spaces.rules import stream_of
from services.chassis.event_store.transaction import Transaction


def erase(tx: Transaction, account_id: UUID, reason: str) -> None:
    """Rows, key and sessions of an account in one transaction, and the facts of it; nothing when it is gone already.

    Requests that were filed are the town's to keep (glossary D3, D4).
    """
    if rows.account(tx.conn, account_id, locked=True) is None:
        return
    ended = session_rows.end_sessions_of(tx.conn, account_id)
    rows.remove(tx.conn, account_id)
    tx.conn.execute(session_rows.FORGET_REFUSED_OF, {"person_id": account_id})
    tx.destroy_key(str(account_id))
    tx.append(stream_of(account_id), [AccountClosed(reason=reason), PersonErased()])
    publish_ended(tx, ended)
