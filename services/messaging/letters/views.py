"""Letters and calls as agents list and read them, and what was sent about one request."""

from services.chassis.actors import Actor
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.messaging.exchanges.grants import Grant
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import WAYS, State
from services.messaging.schemas.letters import CountLetters, LettersCount, ListLetters, WaitingLetter, WaitingLetters
from services.messaging.schemas.mails import ListMails, MailToApplicant

PAGE = 20


def waiting(tx: Transaction, settings: Settings, asked: ListLetters) -> WaitingLetters:
    """The letters and calls that wait in the actor's departments, the oldest first; without any name.

    None for anyone but an agent who may read requests.
    """
    page = {"limit": PAGE, "offset": (asked.page - 1) * PAGE}
    found = tx.conn.execute(rows.LETTERS, {"departments": _departments(tx.actor), "now": tx.now} | page).fetchall()
    total = found[0]["total"] if found else 0 if asked.page == 1 else count(tx, settings, CountLetters()).waiting
    return WaitingLetters(items=tuple(_line(row) for row in found), total=total, per_page=PAGE)


def count(tx: Transaction, _: Settings, __: CountLetters) -> LettersCount:
    given = {"departments": _departments(tx.actor), "now": tx.now}
    [found] = tx.conn.execute(rows.LETTERS_WAITING, given).fetchall()
    return LettersCount(waiting=found["waiting"])


def emails(tx: Transaction, _: Settings, __: ListMails, grant: Grant) -> tuple[MailToApplicant, ...]:
    """The mails to the applicant of a request, and what became of each."""
    grant.require_read()
    params = {"request": grant.request_id, "left_out": [purpose.value for purpose in TO_DEPARTMENT]}
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


def _departments(actor: Actor | None) -> list[str]:
    if actor is None or actor.kind != "agent" or "read_requests" not in actor.permissions:
        return []
    return list(actor.departments)


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
