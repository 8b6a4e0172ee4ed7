"""Which mails that follow from applicants' acts leave each by itself, and which together: the share of a mailbox, counted by its
keyed hash. Acknowledgements, and what the applicant did to a request since.

Senders of any number count as one: each decides while it holds the lock of the mailbox.
"""

from collections.abc import Mapping, Sequence

from psycopg import Cursor
from psycopg.rows import DictRow

from services.chassis.event_store.store import Store, Transaction
from services.chassis.structs import Struct
from services.messaging.notices import rows
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import COUNTED_FOR, GATHERED_IN_A_MAIL, LONGEST_GATHERED, Notice, notice_id
from services.requests.schemas.mail_details import Addressed


class Counted(Struct):
    """A notice that counts in the share of its mailbox. `share`: mails an hour that leave alone."""

    notice: Notice
    to: Addressed
    share: float


def leave_alone(tx: Transaction, asked: Sequence[Counted]) -> list[bool]:
    """Of each, whether it leaves by its own mail: while its mailbox has some of its share left, or when it left a gathering. Else
    it is put with the others of its address. Counted once, however often it is tried. No two are for the same mailbox."""
    tx.lock(*(f"mailbox-{one.to.mailbox}" for one in asked))
    about = [_about(tx, one) for one in asked]
    known = [tx.conn.execute(rows.COUNTED, it) for it in about]
    left = [tx.conn.execute(rows.LEFT_ALREADY, it) for it in about]  # in one round trip, as nothing is fetched yet
    return [_leaves_alone(tx, *each) for each in zip(asked, about, known, left, strict=True)]


def _about(tx: Transaction, one: Counted) -> dict[str, object]:
    return {
        "id": one.notice.id,
        "mailbox": one.to.mailbox,
        "address": one.to.address,
        "now": tx.now,
        "since": tx.now - COUNTED_FOR,
        "at_most": GATHERED_IN_A_MAIL,
    }


def _leaves_alone(
    tx: Transaction, one: Counted, about: dict[str, object], known: Cursor[DictRow], left: Cursor[DictRow]
) -> bool:
    counted = known.fetchone()
    if counted is None or counted["counted_at"]:
        return counted is None or counted["gathered_in"] is None
    if left.fetchall()[0]["mails"] < one.share:
        tx.conn.execute(rows.COUNT, about)
        return True
    gathering = tx.conn.execute(rows.OPEN_GATHERING, about).fetchone() or _begin_gathering(tx, one.notice, about)
    tx.conn.execute(rows.GATHER, about | {"gathering": gathering["id"], "due_at": gathering["due_at"]})
    return False


def _begin_gathering(tx: Transaction, notice: Notice, about: Mapping[str, object]) -> Mapping[str, object]:
    """The mail in which the notice leaves: an hour from now, or an hour after the one before it to the same mailbox."""
    new: dict[str, object] = {
        "gathering": notice_id(notice.event_id, Purpose.RECEIPTS),
        "event_id": notice.event_id,
        "correlation_id": notice.correlation_id,
        "apart": COUNTED_FOR,
        "latest": tx.now + LONGEST_GATHERED,
    }
    [begun] = tx.conn.execute(rows.BEGIN_GATHERING, {**about, **new}).fetchall()
    return begun


def take_out(tx: Transaction, notice: Notice) -> None:
    """The notice leaves by a mail of its own, now: what delays it delays no other."""
    tx.conn.execute(rows.LEAVE_GATHERING, {"id": notice.id, "now": tx.now})


def settle(tx: Transaction, gathering: Notice) -> None:
    """No notice waits in it any more. The proof of what was sent is kept with each notice."""
    tx.conn.execute(rows.SENT, {"id": gathering.id, "now": tx.now, "proof": None})


def forget(store: Store) -> None:
    """Drops the hashes of mailboxes whose hour is over."""
    with store.transaction() as tx:
        over = {"before": tx.now - COUNTED_FOR}
        tx.conn.execute(rows.FORGET_MAILBOXES, over)
        tx.conn.execute(rows.FORGET_GATHERINGS, over)
