"""What messaging asks of other services, always outside a transaction: the address and the values of one mail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from services.accounts.schemas.mails import Mail
from services.accounts.schemas.people import NoticeDetails, ReadNoticeDetails
from services.chassis.actors import system
from services.chassis.contracts import RemoteCall
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import RpcClient, ServiceFailed, send
from services.messaging.mails.mailer import Undelivered
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import PASSING, Notice, Reason, UnknownLetter
from services.requests.schemas.draft_links import DraftLinkMail, ReadDraftLinkMail
from services.requests.schemas.mail_details import AboutMail, MailDetails, ReadMailDetails, ReadMailsDetails
from services.requests.schemas.refusals import DraftLinkOver, ReminderOutdated, RequestErased

A = TypeVar("A")

MESSAGING = system("messaging")
REASONS: Mapping[type[Refusal], Reason] = {
    RequestErased: Reason.ERASED,
    ReminderOutdated: Reason.OUTDATED,
    DraftLinkOver: Reason.OUTDATED,
}
"""Of a mail that is not sent: there is no one left to write to, or what it is about is over."""


def about_requests(rpc: RpcClient, notices: Sequence[Notice], *, show_backlog: bool) -> dict[UUID, MailDetails]:
    """What requests says of each of these mails, by notice, asked at once; without those of which it says nothing, for whatever reason.

    `show_backlog`: they have waited for our own work alone, so that the age of acknowledgements shows requests how late that is.
    """
    mails = [
        AboutMail(
            request_id=UUID(str(one.request_id)),
            event_id=one.event_id,
            shows_backlog=show_backlog and one.purpose is Purpose.ACKNOWLEDGEMENT,
        )
        for one in notices
    ]
    asked = ReadMailsDetails(mails=tuple(mails))
    try:
        known = send(rpc, asked, actor=MESSAGING)
    except (Refusal, ServiceFailed):
        return {}
    return {notice.id: one for notice, one in zip(notices, known.items, strict=True) if one}


def about_request(rpc: RpcClient, notice: Notice, known: MailDetails | None = None) -> MailDetails:
    """What requests knows of the applicant, where it is not known by now; raises Undelivered when it cannot or will not say.

    Of a person who gave no e-mail address the one of the account that holds the request meanwhile; without either, `email`
    is None and the postal address is there.
    """
    asked = ReadMailDetails(
        request_id=UUID(str(notice.request_id)), event_id=notice.event_id, purpose=notice.purpose.value
    )
    known = known or _send(rpc, notice, asked)
    email = known.email or _email_of_holder(rpc, notice, known.account_id)
    if not (email or known.address):
        raise Undelivered(Reason.NO_ADDRESS)
    return replace(known, email=email)


def _email_of_holder(rpc: RpcClient, notice: Notice, account_id: str | None) -> str | None:
    """Not where the mail warns of that very account (glossary K7)."""
    if account_id is None or notice.purpose is Purpose.REQUEST_ATTACHED:
        return None
    asked = ReadNoticeDetails(account_id=UUID(account_id), purpose=Mail.ABOUT_A_REQUEST)
    return _send(rpc, notice, asked).email


def about_letter(rpc: RpcClient, notice: Notice) -> MailDetails:
    """The same at the moment when a letter is printed: what is not known now is a matter of another try."""
    try:
        return about_request(rpc, notice)
    except Undelivered as undelivered:
        if undelivered.reason in PASSING:
            raise Unavailable from None
        raise UnknownLetter from None


def about_account(rpc: RpcClient, notice: Notice) -> NoticeDetails:
    """What accounts knows of the holder; raises Undelivered when it cannot or will not say."""
    about = str(notice.about or "")
    asked = ReadNoticeDetails(account_id=UUID(str(notice.account_id)), purpose=Mail(notice.purpose), about=about)
    known = _send(rpc, notice, asked)
    if not known.email:
        raise Undelivered(Reason.NO_ADDRESS)
    return known


def about_draft(rpc: RpcClient, notice: Notice) -> DraftLinkMail:
    """What requests says of the draft behind a link; raises Undelivered when it cannot or will not say."""
    return _send(rpc, notice, ReadDraftLinkMail(link_id=UUID(notice.about or "")))


def _send(rpc: RpcClient, notice: Notice, asked: RemoteCall[A]) -> A:
    """Raises Undelivered: why a mail cannot be written yet, or is not."""
    try:
        return send(rpc, asked, actor=MESSAGING, correlation_id=notice.correlation_id)
    except Unavailable:
        raise Undelivered(Reason.OWNER_UNAVAILABLE) from None
    except Refusal as refusal:
        raise Undelivered(REASONS.get(type(refusal), Reason.OWNER_REFUSED)) from None
