"""What messaging asks of other services, always outside a transaction: the address and the values of one mail."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.accounts.schemas.people import ReadNoticeDetails
from services.chassis.actors import system
from services.chassis.contracts import RemoteCall
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import RpcClient, send
from services.messaging.mails.mailer import Undelivered
from services.messaging.mails.values import AccountKnown, DraftKnown, Known
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import PASSING, Addressed, Notice, Reason, UnknownLetter
from services.requests.schemas.draft_links import ReadDraftLinkMail
from services.requests.schemas.refusals import DraftLinkOver, ReminderOutdated, RequestErased

A = TypeVar("A")

MESSAGING = system("messaging")
REASONS = {RequestErased: Reason.ERASED, ReminderOutdated: Reason.OUTDATED, DraftLinkOver: Reason.OUTDATED}
"""Of a mail that is not sent: there is nobody left to write to, or what it is about is over."""


def about_request(rpc: RpcClient, notice: Notice) -> Known:
    """What requests knows of the applicant; raises Undelivered when it cannot or will not say.

    Of a person who gave no e-mail address the one of the account that holds the request meanwhile; without either, `email`
    is None and the postal address is there.
    """
    answer = _ask(
        rpc,
        notice,
        "requests.notice_details",
        {
            "request_id": str(notice.request_id),
            "event_id": str(notice.event_id),
            "purpose": notice.purpose.value,
        },
    )
    email = answer.get("email") or _email_of_holder(rpc, notice, answer.get("account_id"))
    address = answer.get("address") or ()
    if not (email or address):
        raise Undelivered(Reason.NO_ADDRESS)
    return Known(
        email=email,
        address=tuple(address),
        applicant_name=answer["applicant_name"],
        tracking_token=answer.get("tracking_token"),
        values=answer.get("values") or {},
        ics=answer.get("ics"),
        preferred=answer.get("preferred_contact") or "email",
        calls_off=answer.get("calls_off", False),
        reply_text=answer.get("reply_text"),
        agent=answer.get("agent"),
        to=Addressed(**answer["mailed_to"]) if answer.get("mailed_to") else None,
    )


def _email_of_holder(rpc: RpcClient, notice: Notice, account_id: str | None) -> str | None:
    """Not where the mail warns of that very account (glossary K7)."""
    if account_id is None or notice.purpose is Purpose.REQUEST_ATTACHED:
        return None
    asked = ReadNoticeDetails(account_id=UUID(account_id), purpose="about_a_request")
    return _send(rpc, notice, asked).email


def about_letter(rpc: RpcClient, notice: Notice) -> Known:
    """The same at the moment when a letter is printed: what is not known now is a matter of another try."""
    try:
        return about_request(rpc, notice)
    except Undelivered as undelivered:
        if undelivered.reason in PASSING:
            raise Unavailable from None
        raise UnknownLetter from None


def about_account(rpc: RpcClient, notice: Notice) -> AccountKnown:
    """What accounts knows of the holder; raises Undelivered when it cannot or will not say."""
    asked = ReadNoticeDetails(
        account_id=UUID(str(notice.account_id)), purpose=notice.purpose.value, about=str(notice.about or "")
    )
    answer = _send(rpc, notice, asked)
    if not answer.email:
        raise Undelivered(Reason.NO_ADDRESS)
    return AccountKnown(
        email=answer.email,
        name=answer.name,
        username=answer.username,
        token=answer.token,
        valid_hours=answer.valid_hours,
        second_factor_only=answer.second_factor_only,
        valid_days=answer.valid_days,
        valid_minutes=answer.valid_minutes,
        last_day=_day(answer.last_day),
        erased_on=_day(answer.erased_on),
        inactive=answer.inactive,
        closes_on=_day(answer.closes_on),
        months=answer.months,
    )


def about_draft(rpc: RpcClient, notice: Notice) -> DraftKnown:
    """What requests says of the draft behind a link; raises Undelivered when it cannot or will not say."""
    answer = _send(rpc, notice, ReadDraftLinkMail(link_id=UUID(notice.about or "")))
    until = datetime.fromisoformat(answer.expires_at)
    return DraftKnown(email=answer.email, title=answer.procedure_title, until=until)


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _send(rpc: RpcClient, notice: Notice, asked: RemoteCall[A]) -> A:
    with _undelivered():
        return send(rpc, asked, actor=MESSAGING, correlation_id=notice.correlation_id)


def _ask(rpc: RpcClient, notice: Notice, method: str, body: dict[str, Any]) -> dict[str, Any]:
    with _undelivered():
        return rpc.call(method, body, actor=MESSAGING, correlation_id=notice.correlation_id)


@contextmanager
def _undelivered() -> Generator[None]:
    """Why a mail cannot be written yet, or is not: what its owner did not answer, or refused to."""
    try:
        yield
    except Unavailable:
        raise Undelivered(Reason.OWNER_UNAVAILABLE) from None
    except Refusal as refusal:
        raise Undelivered(REASONS.get(type(refusal), Reason.OWNER_REFUSED)) from None
