"""How a mail that is owed leaves: ask the owner, write, hand to the mail server, keep the proof. The loop is the chassis's.

A mail sent twice, because its sender was killed between the server's answer and the commit, carries the same Message-ID.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from jinja2 import UndefinedError

from services.chassis.bus.deliveries import DeliveryLoop
from services.chassis.errors import Unavailable
from services.chassis.event_store.db import Rows
from services.chassis.event_store.store import Store, Transaction
from services.chassis.logs import get_logger
from services.chassis.rpc.client import RpcClient
from services.messaging import neighbours
from services.messaging.exchanges import use_cases as exchanging
from services.messaging.exchanges.rules import Side
from services.messaging.heard.cache import Heard
from services.messaging.heard.rules import HeardRequest, Procedure, RequestNotHeardYet, Town
from services.messaging.mails import facts, letter
from services.messaging.mails.mailer import Calendar, Mailer, Undelivered, Written, message
from services.messaging.notices import mailbox_share, rows, use_cases
from services.messaging.notices.purposes import WITHOUT_LETTER, Purpose
from services.messaging.notices.rules import (
    MAILS_OF_A_MAILBOX,
    PASSING,
    Notice,
    Reason,
    line_beside,
    message_id,
    reply_exchange_id,
)

LEASE = timedelta(seconds=20)
"""How long a mail is in the hands of one sender: one that was killed leaves it to the next after so long. A mail server
slower than that may get the same mail twice, under the same Message-ID."""

LEASE_TOGETHER = timedelta(minutes=2)
"""The same of mails that leave together: the owner is asked once for each of them."""

# Raised where the town's texts or the owner's answer lack something that the mail says.
UNWRITTEN = (letter.UnfilledPlaceholder, UndefinedError, KeyError)

Due = tuple[Notice, HeardRequest | None]

log = get_logger(__name__)


class WithoutEmail(Exception):
    """The person has no e-mail address: the mail is a letter."""


class Delivery:
    """One per process: what the loop of the chassis claims, sends and postpones (`Owed`)."""

    def __init__(
        self, store: Store, neighbours: RpcClient, mailer: Mailer, public_url: str, rate_limits: float = 1.0
    ) -> None:
        self._store = store
        self._neighbours = neighbours
        self._mailer = mailer
        self._public_url = public_url
        self._share = MAILS_OF_A_MAILBOX * rate_limits
        self._heard = Heard(store)
        self._loop = DeliveryLoop(store, self)

    @property
    def server(self) -> str:
        """The mail server as host:port."""
        return self._mailer.server

    def run(self) -> int:
        """Sends until nothing is due; gives the number of notices tried."""
        return self._loop.run()

    def due_in(self) -> float | None:
        """In how many seconds the next notice is due, 0 for one that is; None where none is owed."""
        return self._loop.due_in()

    def try_out(self, recipient: str) -> Reason | None:
        """Sends one mail that nothing owes, at once; the reason when the server did not take it."""
        identity = message_id(self._store.ids.new(), self._mailer.mail_from)
        try:
            self._send(letter.TRIAL, self._sender(self._heard.town()), recipient, identity)
        except Undelivered as undelivered:
            return undelivered.reason
        return None

    def close(self) -> None:
        """Ends the mail connections that wait for use."""
        self._mailer.close()

    # --- what the loop asks

    def claim(self, tx: Transaction, limit: int) -> list[Due]:
        until, until_gathered = tx.now + LEASE, tx.now + LEASE_TOGETHER
        return rows.claim(tx.conn, now=tx.now, until=until, until_gathered=until_gathered, limit=limit)

    def next_due(self, conn: Rows, now: datetime) -> float | None:
        return rows.due_in(conn, now)

    def send(self, due: Due) -> None:
        """Settles the notice: as a mail that has left or waits with others, or as a letter."""
        notice, request = due
        try:
            if notice.purpose is Purpose.RECEIPTS:
                self._send_together(notice)
                return
            written = self._write(notice, request)
            if self._leaves_alone(notice, written):
                self._hand_over(notice, written)
        except WithoutEmail:
            with self._about(notice) as tx:
                tx.conn.execute(rows.DROP if notice.purpose in WITHOUT_LETTER else rows.ON_PAPER, {"id": notice.id})
        except (Undelivered, Unavailable):
            raise
        except Exception as defect:
            # the type only: a message may quote an address
            event = "mail_not_written" if isinstance(defect, UNWRITTEN) else "mail_not_sent"
            _log_of(notice).error(event, error=type(defect).__name__)
            raise

    def about(self, due: Due) -> AbstractContextManager[Transaction]:
        return self._about(due[0])

    def postpone(self, tx: Transaction, due: Due, error: Exception) -> datetime | None:
        return use_cases.not_sent(tx, due[0], _reason_of(error))

    def postponed(self, due: Due, error: Exception, again: datetime | None) -> None:
        notice = due[0]
        said = _log_of(notice).warning if again else _log_of(notice).error
        said("mail_waits" if again else "mail_given_up", purpose=notice.purpose.value, reason=_reason_of(error).value)

    def left_to_lease(self, due: Due, error: Exception) -> None:
        _log_of(due[0]).warning("mail_waits_for_its_lease", reason=_reason_of(error).value)

    def _about(self, notice: Notice) -> AbstractContextManager[Transaction]:
        """A transaction whose events say by which fact the mail was owed, and of which call."""
        return self._store.transaction(correlation_id=notice.correlation_id, causation_id=str(notice.event_id))

    def _leaves_alone(self, notice: Notice, written: Written) -> bool:
        if not notice.counted or written.to is None:
            return True
        with self._about(notice) as tx:
            return mailbox_share.leaves_alone(tx, notice, written.to, self._share)

    def _hand_over(self, notice: Notice, written: Written) -> None:
        identity = message_id(notice.id, self._mailer.mail_from)
        self._send(written.letter, written.sender, written.recipient, identity, written.calendars)
        self._prove(notice, written, identity, written.letter.subject)

    def _prove(self, notice: Notice, written: Written, identity: str, subject: str) -> None:
        proof = {
            "message_id": identity,
            "recipient": written.recipient,
            "subject": subject,
            "text": written.letter.text,
        }
        with self._about(notice) as tx:
            use_cases.sent(tx, notice, proof, line=written.line)

    def _send_together(self, gathering: Notice) -> None:
        """One mail for all that wait in the gathering; each keeps its own proof. A sender killed while it
        keeps them leaves the others due: they are sent again, under the same Message-ID."""
        with self._store.read() as conn:
            waiting = rows.gathered(conn, gathering.id)
        tried = [(replace(one, attempts=gathering.attempts), request) for one, request in waiting]
        leaving = [(one, written) for one, request in tried if (written := self._one_of(gathering, one, request))]
        if len(leaving) == 1:
            self._hand_over(*leaving[0])
        elif leaving:
            first, identity = leaving[0][1], message_id(gathering.id, self._mailer.mail_from)
            mail = self._together(leaving)
            calendars = [
                replace(calendar, name=f"rendez-vous-{place}.ics")
                for place, (_, written) in enumerate(leaving, 1)
                for calendar in written.calendars
            ]
            self._send(mail, first.sender, first.recipient, identity, calendars)
            for one, written in leaving:
                self._prove(one, written, identity, mail.subject)
        with self._about(gathering) as tx:
            mailbox_share.settle(tx, gathering)

    def _one_of(self, gathering: Notice, notice: Notice, request: HeardRequest | None) -> Written | None:
        """What the mail says; None where it cannot be written now or no longer goes to the same address: it then
        leaves the gathering and is settled by itself."""
        try:
            written = self._write(notice, request)
        except Undelivered as undelivered:
            if undelivered.reason in PASSING:
                raise
            written = None
        except Unavailable:
            raise
        except Exception as defect:  # of one mail: by itself it is settled with its reason, the others leave
            _log_of(notice).warning("mail_leaves_its_gathering", error=type(defect).__name__)
            written = None
        if written and written.to and written.to.address == gathering.address:
            return written
        with self._about(notice) as tx:
            mailbox_share.take_out(tx, notice)
        return None

    def _together(self, leaving: Sequence[tuple[Notice, Written]]) -> letter.Letter:
        town = self._heard.town()
        if town is None:
            raise Undelivered(Reason.TOWN_UNKNOWN)
        mails = [letter.Gathered(one.purpose, written.request, written.letter) for one, written in leaving]
        return letter.together(town.sender, mails, self._public_url)

    def _sender(self, town: Town | None) -> str:
        """Whom a mail is from: the name that the setting gives, else that of the town hall, once it is known."""
        name, address = parseaddr(self._mailer.mail_from)
        return formataddr((name or (town.sender.name if town else ""), address))

    def _send(
        self, said: letter.Letter, sender: str, recipient: str, identity: str, calendars: Sequence[Calendar] = ()
    ) -> None:
        mail = message(
            said,
            sender=sender,
            recipient=recipient,
            message_id=identity,
            date=self._store.clock.now(),
            calendars=calendars,
        )
        self._mailer.send(mail, recipient)

    def _write(self, notice: Notice, request: HeardRequest | None) -> Written:
        town = self._heard.town()
        if town is None:
            raise Undelivered(Reason.TOWN_UNKNOWN)
        if notice.account_id:
            return self._to_account(notice, town)
        if notice.purpose is Purpose.DRAFT_LINK:
            return self._to_draft(notice, town)
        request = request or (self._heard.request(notice.request_id) if notice.request_id else None)
        procedure = self._heard.procedure(request) if request else None
        if request is None or procedure is None:
            raise Undelivered(Reason.TOWN_UNKNOWN)
        if notice.to_department:
            said = facts.public_facts(notice, request, procedure, town, self._public_url)
            written = letter.write(notice.purpose, town.sender, said)
            return self._written(town, written, town.department(request.department).email)
        return self._to_applicant(notice, request, procedure, town)

    def _written(self, town: Town, said: letter.Letter, recipient: str) -> Written:
        return Written(letter=said, sender=self._sender(town), recipient=recipient)

    def _to_applicant(self, notice: Notice, request: HeardRequest, procedure: Procedure, town: Town) -> Written:
        known = neighbours.about_request(self._neighbours, notice)
        if notice.reply and known.reply_text and procedure.exchanges:
            self._keep_reply(notice, known.reply_text, known.agent or town.department(request.department).name)
        if known.email is None:
            raise WithoutEmail
        said = facts.personal_facts(notice, request, procedure, town, known, self._public_url)
        calendar = facts.calendar(notice, procedure, known)
        return Written(
            letter=letter.write(notice.purpose, town.sender, said),
            sender=self._sender(town),
            recipient=known.email,
            calendars=[Calendar(text=calendar)] if calendar else [],
            request=str(said["request"]),
            to=known.to,
            line=line_beside(notice, known.preferred),
        )

    def print_out(self, notice: Notice, exchange: str | None, enclosed: Sequence[str]) -> dict[str, Any]:
        """The letter that the notice is on paper, with its envelope; raises Unavailable where it cannot be known now. `exchange`:
        the text of the message that it is about; `enclosed`: the town's documents, named if it is a decision."""
        town = self._heard.town()
        request = self._heard.request(notice.request_id) if notice.request_id else None
        procedure = self._heard.procedure(request) if request else None
        if town is None or request is None or procedure is None:
            raise RequestNotHeardYet
        known = neighbours.about_letter(self._neighbours, notice)
        paper = facts.on_paper(notice, procedure, known, exchange=exchange, enclosed=enclosed)
        said = facts.personal_facts(notice, request, procedure, town, known, self._public_url, paper=paper)
        printed = letter.print_out(notice.purpose, town.sender, said)
        return {
            "number": request.number,
            "kind": notice.purpose.value,
            "subject": printed.subject,
            "title": printed.title,
            "parts": [vars(part) for part in printed.parts],
            "decision": paper.decision,
            "enclosed": list(paper.enclosed),
            "recipient": {"name": known.applicant_name, "lines": list(known.address)},
            "department": vars(town.department(request.department)),
            "town": town.sender.legal_name,
            "place": town.city,
        }

    def _keep_reply(self, notice: Notice, text: str, author: str) -> None:
        """What an agent wrote with a change of status joins the thread before the mail that announces it."""
        if notice.request_id is None:
            return
        new = exchanging.NewExchange(
            id=reply_exchange_id(notice.event_id),
            request_id=notice.request_id,
            side=Side.TOWN,
            author=author,
            text=text,
        )
        with self._about(notice) as tx:
            exchanging.keep_exchange(tx, new)

    def _to_account(self, notice: Notice, town: Town) -> Written:
        known = neighbours.about_account(self._neighbours, notice)
        said = facts.space_facts(notice, town, known, self._public_url)
        return self._written(town, letter.write(notice.purpose, town.sender, said), known.email)

    def _to_draft(self, notice: Notice, town: Town) -> Written:
        known = neighbours.about_draft(self._neighbours, notice)
        said = facts.draft_facts(notice, town, known, self._store.settings.signing_key, self._public_url)
        return self._written(town, letter.write(notice.purpose, town.sender, said), known.email)


def _reason_of(error: Exception) -> Reason:
    match error:
        case Undelivered():
            return error.reason
        case Unavailable():
            return Reason.DATABASE_UNAVAILABLE
        case _:
            return Reason.INCOMPLETE if isinstance(error, UNWRITTEN) else Reason.UNEXPECTED


def _log_of(notice: Notice) -> Any:
    return log.bind(notice=str(notice.id), correlation_id=notice.correlation_id)
