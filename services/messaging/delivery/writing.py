"""What a mail says: the owner of its values is asked, then it is written. Outside a transaction."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

from services.chassis.event_store.store import Store, Transaction
from services.chassis.rpc.client import RpcClient
from services.messaging import other_services
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import KnownRequest, department as department_of, sender as sender_of
from services.messaging.exchanges import use_cases as exchanging
from services.messaging.mails import texts, values
from services.messaging.mails.channels import Outgoing
from services.messaging.mails.mailer import Calendar, Undelivered
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import Notice, Reason, State, line_beside, reply_exchange_id
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.towns import Town
from services.requests.schemas.mail_details import Addressed, MailDetails
from services.townhall.grants import Side


class WithoutEmail(Exception):
    """The person has no e-mail address: the mail is a letter."""


class Written(Outgoing):
    """What is said, as it is to leave."""

    request: str = ""
    """The request that it is about, as mails name it."""
    to: Addressed | None = None
    line: State | None = None  # what agents do beside the mail


def about(store: Store, notice: Notice) -> AbstractContextManager[Transaction]:
    """A transaction whose events name the fact from which the mail follows, and its call."""
    return store.transaction(correlation_id=notice.correlation_id, causation_id=str(notice.event_id))


def asks_requests(notice: Notice) -> bool:
    """Whether the mail is to an applicant, of whom requests is asked."""
    return not (notice.account_id or notice.to_department or notice.purpose in (Purpose.DRAFT_LINK, Purpose.RECEIPTS))


def write(
    store: Store,
    client: RpcClient,
    notice: Notice,
    request: KnownRequest | None,
    known: MailDetails | None = None,
) -> Written:
    """`known`: what requests said of it a moment ago. Raises WithoutEmail, Undelivered where it cannot be written now, and what a text or value that is missing raises."""
    public_url = store.settings.public_url
    with store.read() as conn:
        town = copied.town(conn)
        request = request or (copied.request(conn, notice.request_id) if notice.request_id else None)
        procedure = copied.procedure_of(conn, request)
    if town is None:
        raise Undelivered(Reason.TOWN_UNKNOWN)
    if notice.account_id:
        holder = other_services.about_account(client, notice)
        said = values.space_values(notice, town, holder, public_url)
        return _written(notice, town, said, holder.email)
    if notice.purpose is Purpose.DRAFT_LINK:
        draft = other_services.about_draft(client, notice)
        said = values.draft_values(notice, town, draft, store.settings.signing_key, public_url)
        return _written(notice, town, said, draft.email)
    if request is None or procedure is None:
        raise Undelivered(Reason.TOWN_UNKNOWN)
    if notice.to_department:
        said = values.public_values(notice, request, procedure, town, public_url)
        return _written(notice, town, said, department_of(town, request.department).email)
    known = other_services.about_request(client, notice, known)
    return _to_applicant(store, notice, request, procedure, town, known)


def _written(notice: Notice, town: Town, said: Mapping[str, object], recipient: str) -> Written:
    sender = sender_of(town)
    return Written(text=texts.write(notice.purpose, sender, said), town=sender.name, recipient=recipient)


def _to_applicant(
    store: Store, notice: Notice, request: KnownRequest, procedure: Procedure, town: Town, known: MailDetails
) -> Written:
    if notice.reply and known.reply_text and procedure.exchanges:
        author = known.agent or department_of(town, request.department).name
        _keep_reply(store, notice, request, known.reply_text, author)
    if known.email is None:
        raise WithoutEmail
    said = values.personal_values(notice, request, procedure, town, known, store.settings.public_url)
    calendar = values.calendar(notice, procedure, known)
    return replace(
        _written(notice, town, said, known.email),
        calendars=[Calendar(text=calendar)] if calendar else [],
        request=str(said["request"]),
        to=known.mailed_to,
        line=line_beside(notice, known.preferred_contact or "email"),
    )


def _keep_reply(store: Store, notice: Notice, request: KnownRequest, text: str, author: str) -> None:
    """What an agent wrote with a change of status joins the thread before the mail that announces it."""
    with about(store, notice) as tx:
        exchanging.keep_exchange(tx, reply_exchange_id(notice.event_id), request.id, Side.TOWN, author, text)
