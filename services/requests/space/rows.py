"""The requests of an account, and the accounts whose holder cannot log in."""

from typing import LiteralString

from services.chassis.event_store.transaction import Transaction

OF_ACCOUNT: LiteralString = "SELECT request_id::text AS id FROM requests WHERE account_id = %s ORDER BY request_id"

ADD_ABSENT: LiteralString = "INSERT INTO absent_holders (account_id) VALUES (%s) ON CONFLICT DO NOTHING"
REMOVE_ABSENT: LiteralString = "DELETE FROM absent_holders WHERE account_id = %s"


def of_account(tx: Transaction, account: str) -> list[str]:
    """The ids of the account's requests."""
    return [row["id"] for row in tx.conn.execute(OF_ACCOUNT, (account,)).fetchall()]


def add_absent(tx: Transaction, account: str) -> None:
    tx.conn.execute(ADD_ABSENT, (account,))


def remove_absent(tx: Transaction, account: str) -> None:
    """The links that were sent meanwhile ask for the log-in from now on."""
    tx.conn.execute(REMOVE_ABSENT, (account,))
