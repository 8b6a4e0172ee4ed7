"""Letters and calls as agents list and read them, and what was sent about one request."""

from typing import Any

from services.chassis.actors import Actor
from services.chassis.event_store.store import Store, Transaction
from services.messaging.exchanges.grants import Grant
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import WAYS, State
from services.messaging.schemas.letters import LettersCount, WaitingLetter, WaitingLetters
from services.messaging.schemas.mails import MailToApplicant

PAGE = 20

Json = dict[str, Any]


def waiting(store: Store, actor: Actor, page: int) -> WaitingLetters:
    """The letters and calls that wait in the actor's departments, the oldest first; without any name.

    None for anyone but an agent who may read requests.
    """
    asked = {"departments": _departments(actor), "now": store.clock.now(), "limit": PAGE, "offset": (page - 1) * PAGE}
    with store.read() as conn:
        found = conn.execute(rows.LETTERS, asked).fetchall()
    total = found[0]["total"] if found else 0 if page == 1 else count(store, actor).waiting
    return WaitingLetters(items=tuple(_line(row) for row in found), total=total, per_page=PAGE)


def count(store: Store, actor: Actor) -> LettersCount:
    with store.read() as conn:
        asked = {"departments": _departments(actor), "now": store.clock.now()}
        found: Any = conn.execute(rows.LETTERS_WAITING, asked).fetchone()
    return LettersCount(waiting=found["waiting"])


def emails(store: Store, grant: Grant) -> tuple[MailToApplicant, ...]:
    """The mails to the applicant of a request, and what became of each."""
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


def _departments(actor: Actor) -> list[str]:
    reads = actor.kind == "agent" and "read_requests" in actor.permissions
    return list(actor.departments) if reads else []


def _line(row: rows.Row) -> WaitingLetter:
    return WaitingLetter(
        id=str(row["id"]),
        kind=row["purpose"],
        label=LABELS[Purpose(row["purpose"])],
        number=row["number"],
        procedure_title=row["procedure_title"],
        since=row["created_at"].isoformat(),
        printed=row["printed"],
        call=row["state"] == State.TO_CALL,
    )
