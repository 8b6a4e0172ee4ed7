"""How a mail that is due leaves: written, passed to its channel, its proof kept. The loop is the chassis's.

A mail sent twice, because its sender was killed between the server's answer and the commit, carries the same Message-ID.
"""

import time
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import mean
from uuid import UUID

from jinja2 import UndefinedError

from services.chassis.bus.deliveries import IN_FLIGHT, DeliveryLoop, Pending
from services.chassis.calls import Call
from services.chassis.errors import Unavailable
from services.chassis.event_store.db import Connection
from services.chassis.event_store.group_commit import GroupCommit
from services.chassis.event_store.store import Store, Transaction
from services.chassis.logs import Logger, get_logger
from services.chassis.rpc.client import RpcClient
from services.chassis.structs import Struct
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import KnownRequest, sender as sender_of
from services.messaging.delivery.writing import WithoutEmail, Written, about, asks_requests, write
from services.messaging.mails import texts
from services.messaging.mails.channels import Channels, Outgoing
from services.messaging.mails.mailer import Undelivered
from services.messaging.notices import mailbox_share, rows, use_cases
from services.messaging.notices.purposes import WITHOUT_LETTER, Purpose
from services.messaging.notices.rules import MAILS_OF_A_MAILBOX, PASSING, Notice, Reason
from services.messaging.other_services import about_requests
from services.messaging.schemas.mails import MailTried, TryMail
from services.requests.schemas.mail_details import MailDetails

LEASE = timedelta(seconds=20)
"""How long one sender has a mail: one that was killed leaves it to the next after so long. A mail server slower than that
may get the same mail twice, under the same Message-ID."""

LEASE_TOGETHER = timedelta(minutes=2)
"""The same of mails that leave together: the owner is asked once for each of them."""

# Raised where the town's texts or the owner's answer lack something that the mail says.
UNWRITTEN = (texts.UnfilledPlaceholder, UndefinedError, KeyError)

KNOWN_SECONDS = 2.0
"""For so long what requests said of a mail may be written: in a queue behind a slow mail server it is asked anew."""

BUSY_SERVER = 0.75 * IN_FLIGHT
"""Mails with the server at a time, as a mean of so many batches, from which on the server is what the others wait for."""
BATCHES_COMPARED = 8

Due = tuple[Notice, KnownRequest | None]


class Known(Struct):
    """What requests said of a mail, and at which monotonic second."""

    at: float
    details: MailDetails


log = get_logger(__name__)


def send_due(store: Store, client: RpcClient, channels: Channels) -> float | None:
    """Sends until nothing is due; in how many seconds the next notice will be, None where none waits."""
    loop = DeliveryLoop(store, due_mails(store, client, channels))
    if (seconds := loop.due_in()) != 0:
        return seconds
    loop.run()
    return loop.due_in()


def due_mails(store: Store, client: RpcClient, channels: Channels) -> "DueMails":
    shares, outcomes = GroupCommit(store, mailbox_share.leave_alone), GroupCommit(store, use_cases.sent)
    return DueMails(
        store=store,
        client=client,
        channels=channels,
        shares=shares,
        outcomes=outcomes,
        with_server=deque(maxlen=BATCHES_COMPARED),
        known={},
    )


def try_out(store: Store, _: Call, asked: TryMail, channels: Channels) -> MailTried:
    """Sends one mail that follows from no fact, at once; with the reason when the server did not take it."""
    with store.read() as conn:
        town = copied.town(conn)
    trial = Outgoing(text=texts.TRIAL, town=sender_of(town).name if town else "", recipient=asked.recipient)
    reason = None
    try:
        channels.send(trial, channels.identity(store.ids.new()), store.clock.now())
    except Undelivered as undelivered:
        reason = undelivered.reason
    return MailTried(server=channels.mailer.server, reason=reason)


class DueMails(Struct, Pending[Due]):
    """The mails that are due, as the loop claims, sends and postpones them."""

    store: Store
    client: RpcClient
    channels: Channels
    shares: GroupCommit[mailbox_share.Counted, bool]
    """Of mails that are written: whether each leaves alone."""
    outcomes: GroupCommit[use_cases.Accepted, None]
    """Of mails that are with the mail server, at most as many as the loop has in flight."""
    with_server: deque[int]
    """How many mails were with the mail server as each of the last batches was claimed."""
    known: dict[UUID, Known]
    """What requests said of mails that are claimed, by notice."""

    def claim(self, tx: Transaction, limit: int) -> list[Due]:
        until, until_gathered = tx.now + LEASE, tx.now + LEASE_TOGETHER
        return rows.claim(tx.conn, now=tx.now, until=until, until_gathered=until_gathered, limit=limit)

    def prepare(self, claimed: Sequence[Due]) -> None:
        """What requests says of several mails, asked at once: of one it is asked as it is written."""
        self.with_server.append(self.channels.mailer.with_server)
        asked = [notice for notice, _ in claimed if asks_requests(notice)]
        if len(asked) > 1:
            found = about_requests(
                self.client, asked, show_backlog=self._wait_for_us([notice for notice, _ in claimed])
            )
            at = time.monotonic()
            self.known.update({one: Known(at=at, details=details) for one, details in found.items()})

    def _wait_for_us(self, claimed: Sequence[Notice]) -> bool:
        """Whether these mails have waited for our own work alone, and most of them for that of filings. A server that has nearly as many
        mails as it is given at a time is what they wait for; beside one that was tried before, what an absence has left is made up for."""
        filings = sum(notice.purpose is Purpose.ACKNOWLEDGEMENT for notice in claimed)
        postponed = any(notice.postponed for notice in claimed)
        return mean(self.with_server) < BUSY_SERVER and 2 * filings > len(claimed) and not postponed

    def next_due(self, conn: Connection, now: datetime) -> float | None:
        return rows.due_in(conn, now)

    def about(self, due: Due) -> AbstractContextManager[Transaction]:
        return about(self.store, due[0])

    def send(self, due: Due) -> None:
        """Settles the notice: as a mail that has left or waits with others, or as a letter."""
        notice, request = due
        try:
            if notice.purpose is Purpose.RECEIPTS:
                self._send_together(notice)
                return
            with self.shares.member():
                written = write(self.store, self.client, notice, request, self._known_of(notice))
                alone = self._leaves_alone(notice, written)
            if alone:
                self._hand_over(notice, written)
        except WithoutEmail:
            with about(self.store, notice) as tx:
                tx.conn.execute(rows.DROP if notice.purpose in WITHOUT_LETTER else rows.ON_PAPER, {"id": notice.id})
        except (Undelivered, Unavailable):
            raise
        except Exception as defect:
            # the type only: a message may quote an address
            event = "mail_not_written" if isinstance(defect, UNWRITTEN) else "mail_not_sent"
            _log_of(notice).error(event, error=type(defect).__name__)
            raise

    def postpone(self, tx: Transaction, due: Due, error: Exception) -> datetime | None:
        return use_cases.not_sent(tx, due[0], _reason_of(error))

    def postponed(self, due: Due, error: Exception, again: datetime | None) -> None:
        notice = due[0]
        said = _log_of(notice).warning if again else _log_of(notice).error
        said("mail_waits" if again else "mail_given_up", purpose=notice.purpose.value, reason=_reason_of(error).value)

    def left_to_lease(self, due: Due, error: Exception) -> None:
        _log_of(due[0]).warning("mail_waits_for_its_lease", reason=_reason_of(error).value)

    def _known_of(self, notice: Notice) -> MailDetails | None:
        """None where it was not asked, or waited since: it may be otherwise by now."""
        known = self.known.pop(notice.id, None)
        return known.details if known and time.monotonic() - known.at < KNOWN_SECONDS else None

    def _leaves_alone(self, notice: Notice, written: Written) -> bool:
        if not notice.counted or written.to is None:
            return True
        share = MAILS_OF_A_MAILBOX * self.store.settings.rate_limits
        counted = mailbox_share.Counted(notice=notice, to=written.to, share=share)
        return self.shares.commit(counted, written.to.mailbox)

    def _hand_over(self, notice: Notice, written: Written) -> None:
        identity = self.channels.identity(notice.id)
        with self.outcomes.member():
            self.channels.send(written, identity, self.store.clock.now())
            self.outcomes.commit(_accepted(notice, written, identity, written.text.subject), notice.subject_id)

    def _send_together(self, gathering: Notice) -> None:
        """One mail for all that wait in the gathering; each keeps its own proof. A sender killed while it
        keeps them leaves the others due: they are sent again, under the same Message-ID."""
        with self.store.read() as conn:
            waiting = rows.gathered(conn, gathering.id)
        tried = [(replace(one, attempts=gathering.attempts), request) for one, request in waiting]
        leaving = [(one, written) for one, request in tried if (written := self._one_of(gathering, one, request))]
        if len(leaving) == 1:
            self._hand_over(*leaving[0])
        elif leaving:
            identity, mail = self.channels.identity(gathering.id), self._together(leaving)
            calendars = [
                replace(calendar, name=f"rendez-vous-{place}.ics")
                for place, (_, written) in enumerate(leaving, 1)
                for calendar in written.calendars
            ]
            self.channels.send(replace(leaving[0][1], text=mail, calendars=calendars), identity, self.store.clock.now())
            for one, written in leaving:
                with self.store.transaction() as tx:
                    use_cases.sent(tx, [_accepted(one, written, identity, mail.subject)])
        with about(self.store, gathering) as tx:
            mailbox_share.settle(tx, gathering)

    def _one_of(self, gathering: Notice, notice: Notice, request: KnownRequest | None) -> Written | None:
        """What the mail says; None where it cannot be written now or no longer goes to the same address: it then
        leaves the gathering and is settled by itself."""
        try:
            written = write(self.store, self.client, notice, request)
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
        with about(self.store, notice) as tx:
            mailbox_share.take_out(tx, notice)
        return None

    def _together(self, leaving: Sequence[tuple[Notice, Written]]) -> texts.MailText:
        with self.store.read() as conn:
            town = copied.town(conn)
        if town is None:
            raise Undelivered(Reason.TOWN_UNKNOWN)
        mails = [texts.Gathered(one.purpose, written.request, written.text) for one, written in leaving]
        return texts.together(sender_of(town), mails, self.store.settings.public_url)


def _accepted(notice: Notice, written: Written, identity: str, subject: str) -> use_cases.Accepted:
    proof = {
        "message_id": identity,
        "recipient": written.recipient,
        "subject": subject,
        "text": written.text.text,
    }
    return use_cases.Accepted(notice=notice, proof=proof, line=written.line)


def _reason_of(error: Exception) -> Reason:
    if isinstance(error, Undelivered):
        return error.reason
    if isinstance(error, Unavailable):
        return Reason.DATABASE_UNAVAILABLE
    return Reason.INCOMPLETE if isinstance(error, UNWRITTEN) else Reason.UNEXPECTED


def _log_of(notice: Notice) -> Logger:
    return log.bind(notice=str(notice.id), correlation_id=notice.correlation_id)
