"""Notices: a mail that is due, from the fact that caused it to its delivery or its final failure. Pure rules.

A mail to a person without e-mail address becomes a letter, which agents print, then hand over or post. A notice holds a
purpose, ids and keyed hashes, never an address or a name. Its id derives from the event that caused it, so that an event received twice
makes one mail; its Message-ID derives from its id, so that a mail sent twice is seen as one.
"""

from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from uuid import UUID, uuid5

from services.chassis.errors import Conflict, NotFound, NotKnownYet
from services.chassis.retries import Schedule
from services.chassis.structs import Struct
from services.messaging.notices.purposes import ALSO_AS_PREFERRED, REMINDERS, TO_DEPARTMENT, Purpose
from services.messaging.schemas.facts import DraftLinkMailSettled
from services.messaging.schemas.mails import State
from services.townhall.person import PHONES


class UnknownLetter(NotFound):
    code = "letter_unknown"
    message = "Nous ne trouvons pas ce courrier."


class LetterNotKnownYet(NotKnownYet):
    """The mail that it may become is still to be tried."""

    code = "letter_not_heard_yet"
    message = "Ce courrier se prépare : réessayez dans un instant."


class LetterNotPrinted(Conflict):
    message = "Imprimez d’abord ce courrier : le portail garde la copie de ce qui est remis ou posté."


class LetterAlreadyDelivered(Conflict):
    message = "Ce courrier a déjà été remis ou posté."


class CallAlreadyNoted(Conflict):
    message = "Cet appel est déjà noté."


class NoSuchWay(Conflict):
    message = "Un courrier se remet ou se poste ; un appel se note « appelé »."


WAYS = (State.HANDED_OVER, State.POSTED)
"""How a letter reaches the person."""

LINES = {"postal": State.ON_PAPER, **dict.fromkeys(("phone", *PHONES), State.TO_CALL)}
"""By preferred means of contact, what agents do beside the mail; older requests name one of three phones."""


class Reason(StrEnum):
    """Why a mail has not left. Kept and published: never a name, an address or a server's own words."""

    NO_ADDRESS = "no_address"
    OWNER_UNAVAILABLE = "owner_unavailable"
    DATABASE_UNAVAILABLE = "database_unavailable"
    OWNER_REFUSED = "owner_refused"
    TOWN_UNKNOWN = "town_unknown"
    INCOMPLETE = "incomplete"
    UNEXPECTED = "unexpected"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_NOT_TRUSTED = "server_not_trusted"
    ACCOUNT_REFUSED = "account_refused"
    SERVER_DEFERRED = "server_deferred"
    ADDRESS_REFUSED = "address_refused"
    ERASED = "erased"
    OUTDATED = "outdated"


FINAL = frozenset({Reason.NO_ADDRESS, Reason.OWNER_REFUSED, Reason.ADDRESS_REFUSED, Reason.ERASED})
"""Reasons that another try does not cure: staff are mailed at once, but for a request that was erased."""

PASSING = frozenset({Reason.OWNER_UNAVAILABLE, Reason.DATABASE_UNAVAILABLE})
"""Reasons that lie with our own services. They do not count as tries: the mail leaves soon after they pass, however long they last."""

NEWS_APART = timedelta(minutes=5)
"""At least so long between two mails about new requests to a department: on a busy day one mail names many. What a
procedure marks does not wait, and takes the others with it."""

MAILS_OF_A_MAILBOX = 5
"""So many mails an hour that follow from the applicants' own acts leave each by itself; those above leave together, so that a
stranger who files with the address of another, then cancels or moves, does not fill that mailbox."""

COUNTED_FOR = timedelta(hours=1)
"""The hour of that share; and the least time between two mails that gather what is above it."""

GATHERED_IN_A_MAIL = 100
"""At most so many in one mail, which stays well below what mail servers take; more of them leave an hour later."""

LONGEST_GATHERED = timedelta(days=5)
"""However many mails wait for one mailbox, they leave within the ten working days of R4."""

TRIES = Schedule.of_seconds(2, 10, 30, 120, 600, 3_600, 14_400, 43_200)
"""Waits between tries. Long enough in all (17 h) for a mail server's bad night; well below the ten working days of R4."""


class Notice(Struct):
    id: UUID
    purpose: Purpose
    event_id: UUID
    correlation_id: str | None
    """Of the call that set it off; of news, the first."""
    request_id: UUID | None
    account_id: UUID | None
    attempts: int
    reply: bool
    about: str | None
    others: int = 0
    """Of the news of a request: how many more came while it waited."""
    alerts: tuple[str, ...] = ()
    """Of the same news: what their procedures mark, in the town's words, once for each request that is marked."""
    address: str | None = None
    """Of mails that leave together: the keyed hash of the address that all of them go to."""
    by_applicant: bool = False
    """Whether the mail follows from the applicant's own act, once the request is filed: a cancellation, a moved appointment."""
    postponed: bool = False
    """Whether it was tried before, or waited with others of its mailbox."""

    @property
    def counted(self) -> bool:
        """Whether it counts in the share of its mailbox, and may wait for it. What the town does never waits."""
        return self.purpose is Purpose.ACKNOWLEDGEMENT or self.by_applicant

    @property
    def subject_id(self) -> UUID:
        """The request or the account that the mail is about; its key seals the proof."""
        return self.request_id or self.account_id or self.id

    @property
    def to_department(self) -> bool:
        return self.purpose in TO_DEPARTMENT


class StoredLetter(Struct):
    """A letter or a call of agents, or the mail that it may become. `proof`: what was kept of it, sealed."""

    notice: Notice
    state: State
    created_at: datetime
    settled_at: datetime | None
    proof: bytes | None


def notice_id(event_id: UUID, purpose: Purpose) -> UUID:
    return uuid5(event_id, purpose.value)


def settled(notice: Notice) -> list[DraftLinkMailSettled]:
    """What is said to the owner of the address, beside that the mail was sent or failed."""
    return [DraftLinkMailSettled(link_id=notice.about)] if notice.purpose is Purpose.DRAFT_LINK and notice.about else []


def line_beside(notice: Notice, preferred: str) -> State | None:
    """What agents do beside the mail to a person who prefers that means; None where the mail is all."""
    does = LINES.get(preferred)
    if notice.purpose in REMINDERS:  # a letter would come too late
        return does if does is State.TO_CALL else None
    return does if notice.purpose in ALSO_AS_PREFERRED and not notice.by_applicant else None


def line_id(notice: UUID) -> UUID:
    """What agents do beside that mail: the same however often the mail is sent."""
    return uuid5(notice, "preferred contact")


def reply_exchange_id(event_id: UUID) -> UUID:
    """The exchange that an agent's reply becomes: the same however often the event is received."""
    return uuid5(event_id, "reply")


def message_id(notice: UUID, mail_from: str) -> str:
    domain = parseaddr(mail_from)[1].rpartition("@")[2] or "parvis.invalid"
    return f"<{notice.hex}@{domain}>"


def next_try(attempts: int, reason: Reason, now: datetime) -> datetime | None:
    """When to try again after `attempts` failed tries; None when this was the last one."""
    return None if reason in FINAL else TRIES.next_try(attempts, now, passing=reason in PASSING)
