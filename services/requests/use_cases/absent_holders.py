"""The holder of a space that is to be erased cannot log in: meanwhile the requests in it are followed by new tracking links."""

from typing import LiteralString

from services.chassis.event_store.transaction import Transaction
from services.requests import commands, retention_rows, store
from services.requests.use_cases import acting
from services.requests.use_cases.acting import act

ADD: LiteralString = "INSERT INTO absent_holders (account_id) VALUES (%s) ON CONFLICT DO NOTHING"
REMOVE: LiteralString = "DELETE FROM absent_holders WHERE account_id = %s"


def leave(tx: Transaction, account: str) -> None:
    """Its requests stay the account's. Links that were sent before it held them stay dead: one of them may lie with a stranger."""
    held = retention_rows.of_account(tx, account)
    tx.lock(*(store.stream(request_id) for request_id in held))
    for request_id in held:
        act(tx, acting.by_id(tx, request_id), commands.RenewLinks())
    tx.conn.execute(ADD, (account,))


def come_back(tx: Transaction, account: str) -> None:
    """The links of meanwhile ask for the log-in from now on."""
    tx.conn.execute(REMOVE, (account,))
