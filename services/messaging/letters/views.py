"""Letters and calls as agents list and read them, and what was sent about one request."""

from services.chassis.event_store.db import fetch_all
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, Purpose
from services.messaging.notices.rules import WAYS, State
from services.messaging.schemas.letters import CountLetters, LettersCount, ListLetters, WaitingLetters
from services.messaging.schemas.mails import ListMails, MailToApplicant
from services.townhall.grants import Grant, Right

PAGE = 20


def waiting(tx: Transaction, settings: Settings, asked: ListLetters) -> WaitingLetters:
    """The letters and calls that wait in the actor's departments, the oldest first; without any name.

    None for anyone but an agent who may read requests.
    """
    page = {"limit": PAGE, "offset": (asked.page - 1) * PAGE}
    found = tx.conn.execute(rows.LETTERS, {**_of_actor(tx), **page}).fetchall()
    total = found[0]["total"] if found else 0 if asked.page == 1 else count(tx, settings, CountLetters()).waiting
    return WaitingLetters(items=tuple(map(rows.waiting, found)), total=total, per_page=PAGE)


def count(tx: Transaction, _: Settings, __: CountLetters) -> LettersCount:
    [found] = fetch_all(tx.conn, LettersCount, rows.LETTERS_WAITING, _of_actor(tx))
    return found


def emails(tx: Transaction, _: Settings, __: ListMails, grant: Grant) -> tuple[MailToApplicant, ...]:
    """The mails to the applicant of a request, and what became of each."""
    grant.require(Right.READ)
    given: dict[str, object] = {"request": grant.request, "left_out": rows.LEFT_OUT, "now": tx.now}
    return tuple(
        MailToApplicant(
            kind=mail.purpose,
            label=LABELS.get(Purpose(mail.purpose), "Courriel"),
            at=mail.at.isoformat(),
            state=mail.state,
            letter_id=str(mail.id) if mail.state in (State.ON_PAPER, *WAYS) else None,
            by=_delivered_by(tx, grant, mail),
        )
        for mail in fetch_all(tx.conn, rows.Mail, rows.MAILS_OF_REQUEST, given)
    )


def _delivered_by(tx: Transaction, grant: Grant, mail: rows.Mail) -> str | None:
    if mail.state not in (*WAYS, State.CALLED):
        return None
    by = rows.opened(tx, grant.request, mail.proof).get("delivered_by")
    return by if isinstance(by, str) else None


def _of_actor(tx: Transaction) -> dict[str, object]:
    actor = tx.actor
    reads = actor is not None and actor.kind == "agent" and "read_requests" in actor.permissions
    confidential = actor is not None and "handle_confidential" in actor.permissions
    departments = list(actor.departments) if actor and reads else []
    return {"departments": departments, "confidential": confidential, "now": tx.now}
