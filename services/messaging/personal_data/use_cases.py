"""What messaging drops when a request has reached its end, or an account its own. One transaction each.

Keys go first: what was sealed with them is unreadable in any copy of the database whose keys are as young as this one's.
A mail that is on its way while this happens leaves, and leaves no proof.
"""

from uuid import UUID

from services.chassis.event_store.transaction import Transaction
from services.messaging.exchanges import begun_messages, rows as exchange_rows
from services.messaging.notices import rows
from services.messaging.notices.use_cases import leave_news


def erase_request(tx: Transaction, request_id: UUID) -> None:
    """Its thread, the proofs of its mails and the mails still due; that mails left, and when, stays countable."""
    tx.destroy_key(str(request_id))
    tx.conn.execute(exchange_rows.DELETE_EXCHANGES, {"request": request_id})
    begun_messages.drop(tx, request_id)
    leave_news(tx, request_id)  # else what joined it would be dropped with it
    tx.conn.execute(rows.DROP_DUE_OF_REQUEST, {"request": request_id})
    tx.conn.execute(rows.DROP_PROOFS_OF_REQUEST, {"request": request_id})


def erase_account(tx: Transaction, account_id: UUID) -> None:
    """Mails about the account itself. Those about its requests are proofs that the town has to keep (glossary R5)."""
    tx.destroy_key(str(account_id))
    tx.conn.execute(rows.DROP_DUE_OF_ACCOUNT, {"account": account_id})
    tx.conn.execute(rows.DROP_PROOFS_OF_ACCOUNT, {"account": account_id})
