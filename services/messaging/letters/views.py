"""What is owed to the applicant of a request, as agents and the applicant list it."""

from services.chassis.event_store.store import Store, Transaction
from services.messaging.exchanges.grants import Grant
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import WAYS, State
from services.messaging.schemas.mails import MailToApplicant


def emails(store: Store, grant: Grant) -> tuple[MailToApplicant, ...]:
    """What is owed to the applicant of a request, and whether it left."""
    grant.require_read()
    params = {"request": grant.request_id, "left_out": [purpose.value for purpose in TO_DEPARTMENT]}
    with store.transaction() as tx:
        found = tx.conn.execute(rows.EMAILS, params | {"now": tx.now}).fetchall()
        return tuple(
            MailToApplicant(
                kind=row["purpose"],
                label=LABELS.get(Purpose(row["purpose"]), "Courriel"),
                at=row["at"].isoformat(),
                state=row["state"],
                letter_id=str(row["id"]) if row["state"] in (State.ON_PAPER, *WAYS) else None,
                by=_delivered_by(tx, grant, row),
            )
            for row in found
        )


def _delivered_by(tx: Transaction, grant: Grant, row: rows.Row) -> str | None:
    if row["state"] not in (*WAYS, State.CALLED) or row["proof"] is None:
        return None
    proof = tx.open(str(grant.request_id), row["proof"])
    return proof["delivered_by"] if proof else None
