"""Notices enqueued, sent and failed: one function and one transaction each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.event_store.store import Transaction
from services.chassis.structs import Struct
from services.messaging.notices import rows, rules
from services.messaging.notices.events import EmailFailed, EmailSent
from services.messaging.notices.purposes import WITHOUT_PROOF, Purpose

DUE = "owed"
"""The signal of a mail that became due, or whose time is known now: it wakes `send_due` of `delivery/delivery_loop.py`."""


def enqueue(
    tx: Transaction,
    event_id: UUID,
    purpose: Purpose,
    *,
    request_id: UUID | None = None,
    account_id: UUID | None = None,
    about: str | None = None,
    reply: bool = False,
    by_applicant: bool = False,
    of_use_until: datetime | None = None,
    due_at: datetime | None = None,
) -> None:
    """One notice an event and purpose, however often it is asked. `by_applicant`: the act is the applicant's own;
    `of_use_until`: when what it reminds of has begun or passed; `due_at`: when it is to leave, else now."""
    notice: dict[str, object] = {
        "id": rules.notice_id(event_id, purpose),
        "purpose": purpose.value,
        "event_id": event_id,
        "correlation_id": tx.correlation_id,
        "request_id": request_id,
        "account_id": account_id,
        "about": about,
        "reply": reply,
        "by_applicant": by_applicant,
        "of_use_until": of_use_until,
        "due_at": due_at or tx.now,
        "now": tx.now,
    }
    tx.wake(DUE)
    tx.conn.execute(rows.ENQUEUE, notice)


def enqueue_news(tx: Transaction, event_id: UUID, request_id: UUID, department: str, *, alert: bool = False) -> None:
    """The department is mailed of a new request: with the news that waits already, or by a mail of its own, in its time.

    What the procedure marks (`alert`) leaves at once, with all that waits.
    """
    tx.wake(DUE)
    news: dict[str, object] = {
        "event_id": event_id,
        "request_id": request_id,
        "department": department,
        "alert": alert,
        "now": tx.now,
    }
    if not tx.conn.execute(rows.JOIN_NEWS, news).fetchone():
        mail_id = rules.notice_id(event_id, Purpose.NEW_REQUEST)
        mail: dict[str, object] = {"id": mail_id, "correlation_id": tx.correlation_id, "apart": rules.NEWS_APART}
        tx.conn.execute(rows.ENQUEUE_NEWS, {**news, **mail})


def enqueue_change(tx: Transaction, event_id: UUID, request_id: UUID, change: Purpose) -> None:
    """The department is mailed of what the person did to a request, unless the news of that request still waits: it has
    not seen it yet. `change`: the mail to the person about the same."""
    if not tx.conn.execute(rows.NEWS_WAITS, {"request_id": request_id}).fetchone():
        enqueue(tx, event_id, Purpose.CHANGE_TO_TOWN, request_id=request_id, about=change.value)


def leave_news(tx: Transaction, request_id: UUID) -> None:
    """Takes this request out of news that has not left; news of no other request is dropped."""
    news: dict[str, object] = {"request_id": request_id}
    if tx.conn.execute(rows.LOCK_NEWS, news).fetchall():
        tx.conn.execute(rows.LEAVE_NEWS, news)
        tx.conn.execute(rows.DROP_NEWS, news)


class Accepted(Struct):
    """A mail that the mail server has. `proof`: what was said to whom; `line`: what agents do beside it."""

    notice: rules.Notice
    proof: Mapping[str, object]
    line: rules.State | None = None

    @property
    def key(self) -> str:
        return str(self.notice.subject_id)


def sent(tx: Transaction, mails: Sequence[Accepted]) -> Sequence[None]:
    """The proof of each is sealed with the key of its request or account, EmailSent is appended; two round trips for all of them."""
    still_due = tx.conn.execute(rows.STILL_DUE, {"ids": [mail.notice.id for mail in mails]})
    tx.keys.take_all(mail.key for mail in mails if mail.notice.purpose not in WITHOUT_PROOF)
    due = {row["id"] for row in still_due.fetchall()}
    for mail in mails:
        if mail.notice.id in due:
            with tx.following(mail.notice.correlation_id, str(mail.notice.event_id)):
                _keep_sent(tx, mail)
    return [None] * len(mails)


def _keep_sent(tx: Transaction, mail: Accepted) -> None:
    notice = mail.notice
    kept = None if notice.purpose in WITHOUT_PROOF else _sealed(tx, mail.key, mail.proof)
    tx.conn.execute(rows.SENT, {"id": notice.id, "now": tx.now, "proof": kept})
    if notice.purpose is Purpose.NEW_REQUEST:
        tx.conn.execute(rows.NONE_JOINED, {"id": notice.id})
    said = EmailSent(notice_id=str(notice.id), purpose=notice.purpose.value, attempts=notice.attempts)
    tx.append_unanswered(f"notice-{notice.id}", [said, *rules.settled(notice)], subject=mail.key)
    if mail.line:
        tx.conn.execute(
            rows.LINE, {"id": rules.line_id(notice.id), "beside": notice.id, "state": mail.line.value, "now": tx.now}
        )


def _sealed(tx: Transaction, key: str, proof: Mapping[str, object]) -> bytes | None:
    """None when its subject was erased while the mail was on its way."""
    try:
        return tx.seal(key, proof)
    except KeyDestroyed:
        return None


def not_sent(tx: Transaction, notice: rules.Notice, reason: rules.Reason) -> datetime | None:
    """When it will be tried again; None after the final failure, which is a fact and mailed to the department, and for a
    reminder that comes too late, which is dropped.

    Mails that were to leave together share every try, and each of them the final failure.
    """
    if reason is rules.Reason.OUTDATED:
        tx.conn.execute(rows.DROP, {"id": notice.id})
        return None
    again = rules.next_try(notice.attempts, reason, tx.now)
    if again:
        attempts = notice.attempts - 1 if reason in rules.PASSING else notice.attempts
        tx.conn.execute(rows.LATER, {"id": notice.id, "due_at": again, "reason": reason.value, "attempts": attempts})
        return again
    if not tx.conn.execute(rows.FAILED, {"id": notice.id, "now": tx.now, "reason": reason.value}).fetchone():
        return None
    if notice.purpose is Purpose.NEW_REQUEST:
        tx.conn.execute(rows.NONE_JOINED, {"id": notice.id})
    if notice.purpose is Purpose.RECEIPTS:
        for one, _ in rows.gathered(tx.conn, notice.id):
            not_sent(tx, replace(one, attempts=notice.attempts), reason)
    else:
        failed = EmailFailed(
            notice_id=str(notice.id), purpose=notice.purpose.value, attempts=notice.attempts, reason=reason.value
        )
        recorded = tx.append(f"notice-{notice.id}", [failed, *rules.settled(notice)], subject=str(notice.subject_id))
        if notice.request_id and not notice.to_department and reason is not rules.Reason.ERASED:
            event_id, about = recorded[0].event_id, notice.purpose.value
            enqueue(tx, event_id, Purpose.DELIVERY_FAILED, request_id=notice.request_id, about=about)
    return None
