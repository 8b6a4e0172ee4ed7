"""What is owed to the applicant of a request, as agents and the applicant list it."""

from typing import Any

from services.chassis.event_store.store import Store, Transaction
from services.messaging.exchanges.grants import Grant
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import WAYS, State


def emails(store: Store, grant: Grant) -> list[dict[str, Any]]:
    """What is owed to the applicant of a request: kind and its words, since when, and whether it left. `letter_id`: of a
    letter, which can be read; `by`: the agent who handed it over, posted it or called."""
    grant.require_read()
    params = {"request": grant.request_id, "left_out": [purpose.value for purpose in TO_DEPARTMENT]}
    with store.transaction() as tx:
        found = tx.conn.execute(rows.EMAILS, params | {"now": tx.now}).fetchall()
        return [
            {
                "kind": row["purpose"],
                "label": LABELS.get(Purpose(row["purpose"]), "Courriel"),
                "at": row["at"].isoformat(),
                "state": row["state"],
                "letter_id": str(row["id"]) if row["state"] in (State.ON_PAPER, *WAYS) else None,
                "by": _delivered_by(tx, grant, row),
            }
            for row in found
        ]


def _delivered_by(tx: Transaction, grant: Grant, row: rows.Row) -> str | None:
    if row["state"] not in (*WAYS, State.CALLED) or row["proof"] is None:
        return None
    proof = tx.open(str(grant.request_id), row["proof"])
    return proof["delivered_by"] if proof else None
