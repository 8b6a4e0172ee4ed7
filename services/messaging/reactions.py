"""What messaging does with the facts of other services: it enqueues a mail, and keeps what mails will need.

A notice holds ids, a status or a date that the mail is about, and flags; no words of a person. Facts flagged `imported` (samples with their past dates) make no mail.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar, Unpack
from uuid import UUID

from services.accounts.schemas import facts as accounts
from services.chassis.bus.reactions import React, Received, reaction
from services.chassis.event_store.events import Event
from services.chassis.event_store.store import Transaction
from services.documents.schemas import facts as documents
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import KnownRequest
from services.messaging.notices import rows as store
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.use_cases import enqueue, enqueue_change, enqueue_news, leave_news
from services.messaging.personal_data import use_cases as personal_data
from services.procedures.schemas import facts as procedures
from services.requests.schemas import facts as requests
from services.townhall.town_time import start_of_day

F = TypeVar("F", bound=Event)

ERASURE_UNANSWERED_AFTER = timedelta(days=17)
"""Of the month for the answer, whichever month it is, fourteen days at most are left then: in those, any agent of the
department who decides can answer (`services/requests/request/erasure.py`)."""


@reaction(procedures.TownPublished, tables=("town",))
def remember_the_town(tx: Transaction, received: Received[procedures.TownPublished]) -> None:
    copied.save_town(tx.conn, received.fact.version, vars(received.fact))


@reaction(procedures.ProcedurePublished, tables=("procedures",))
def remember_the_procedure(tx: Transaction, received: Received[procedures.ProcedurePublished]) -> None:
    copied.save_procedure(tx.conn, received.fact.slug, received.fact.version, received.fact.definition)


def remember_the_request(tx: Transaction, received: Received[requests.RequestSubmitted]) -> None:
    """What every mail about it will need; all of it is public."""
    fact, implicit = received.fact, received.fact.implicit_decision
    copied.save_request(
        tx.conn,
        KnownRequest(
            id=received.subject_id,
            number=fact.number,
            procedure=fact.procedure,
            version=fact.version,
            department=fact.department,
            submitted_at=fact.submitted_at,
            implicit_effect=implicit.effect if implicit else None,
            implicit_on=implicit.at if implicit else None,
            appointment_id=UUID(fact.appointment) if fact.appointment else None,
            alert=fact.alert,
        ),
    )


@reaction(requests.RequestSubmitted, tables=("requests",), rebuild=remember_the_request, streams=lambda _: ())
def acknowledge(tx: Transaction, received: Received[requests.RequestSubmitted]) -> None:
    """The acknowledgement that the law asks for to the applicant, the news of a request to the department."""
    remember_the_request(tx, received)
    _mail_applicant(tx, received, Purpose.ACKNOWLEDGEMENT)
    fact = received.fact
    if not fact.imported:
        enqueue_news(tx, received.event_id, received.subject_id, fact.department, alert=fact.alert)


@reaction(requests.RequestStatusChanged, streams=lambda _: ())
def mail_the_change(tx: Transaction, received: Received[requests.RequestStatusChanged]) -> None:
    """Mailed when the procedure's flow says so, or when the agent wrote a reply, which then joins the thread."""
    _end_calls(tx, received, Purpose.DOCUMENTS_REMINDER)
    if received.fact.notify or received.fact.reply:
        _mail_applicant(tx, received, Purpose.STATUS_CHANGED, about=received.fact.to_status, reply=received.fact.reply)


@reaction(requests.RequestCancelled)
def confirm_the_cancellation(tx: Transaction, received: Received[requests.RequestCancelled]) -> None:
    """The applicant is mailed, and the department, whose news no longer names a request that it has not seen yet."""
    _end_calls(tx, received, Purpose.DOCUMENTS_REMINDER)
    _mail_both(tx, received, Purpose.REQUEST_CANCELLED)
    leave_news(tx, received.subject_id)


@reaction(requests.RequestDetached)
def send_the_way_back(tx: Transaction, received: Received[requests.RequestDetached]) -> None:
    """The account is closed, the request goes on: its applicant needs another way to it. Archived ones await nothing."""
    if not received.fact.archived:
        _mail_applicant(tx, received, Purpose.REQUEST_DETACHED)


@reaction(requests.RequestErased)
def forget_the_request(tx: Transaction, received: Received[requests.RequestErased]) -> None:
    personal_data.erase_request(tx, received.subject_id)


@reaction(accounts.PersonErased)
def forget_the_holder(tx: Transaction, received: Received[accounts.PersonErased]) -> None:
    personal_data.erase_account(tx, received.subject_id)


@reaction(requests.AppointmentBooked)
def mail_the_appointment(tx: Transaction, received: Received[requests.AppointmentBooked]) -> None:
    """The one taken with the request itself is in the acknowledgement, which is the first mail about a request."""
    known, with_request = copied.appointment_of(tx.conn, received.subject_id)
    if known and str(with_request) != received.fact.appointment_id:
        _mail_both(tx, received, Purpose.APPOINTMENT_BOOKED)


@reaction(requests.AppointmentRescheduled)
def mail_the_new_date(tx: Transaction, received: Received[requests.AppointmentRescheduled]) -> None:
    _end_calls(tx, received, Purpose.APPOINTMENT_REMINDER)
    _mail_both(tx, received, Purpose.APPOINTMENT_RESCHEDULED)


@reaction(requests.AppointmentCancelled)
def mail_the_cancelled_appointment(tx: Transaction, received: Received[requests.AppointmentCancelled]) -> None:
    """Cancelled with its request, it is in the mail that says how the request ended."""
    _end_calls(tx, received, Purpose.APPOINTMENT_REMINDER)
    if not received.fact.with_request:
        _mail_both(tx, received, Purpose.APPOINTMENT_CANCELLED)


@reaction(requests.AppointmentReminderDue)
def remind_of_the_appointment(tx: Transaction, received: Received[requests.AppointmentReminderDue]) -> None:
    _mail_applicant(tx, received, Purpose.APPOINTMENT_REMINDER, of_use_until=received.fact.starts_at)


@reaction(requests.DocumentsReminderDue)
def remind_of_the_pieces(tx: Transaction, received: Received[requests.DocumentsReminderDue]) -> None:
    until = start_of_day(received.fact.deadline + timedelta(days=1))
    _mail_applicant(tx, received, Purpose.DOCUMENTS_REMINDER, of_use_until=until)


@reaction(requests.DraftLinkRequested)
def send_the_link_to_the_draft(tx: Transaction, received: Received[requests.DraftLinkRequested]) -> None:
    """The draft is no request yet: its mail is about the link alone."""
    enqueue(tx, received.event_id, Purpose.DRAFT_LINK, about=received.fact.link_id)


@reaction(requests.AttestationRequested)
def mail_the_attestation_request(tx: Transaction, received: Received[requests.AttestationRequested]) -> None:
    _mail_both(tx, received, Purpose.ATTESTATION_REQUESTED)


@reaction(requests.ErasureRequested)
def mail_the_erasure_request(tx: Transaction, received: Received[requests.ErasureRequested]) -> None:
    """Only an applicant asks: the fact names no one. The department is mailed also while the news of the request
    waits: that mail says nothing of an erasure, and this one has to be answered within a month."""
    request_id = received.subject_id
    enqueue(tx, received.event_id, Purpose.ERASURE_REQUESTED, request_id=request_id, by_applicant=True)
    enqueue(tx, received.event_id, Purpose.CHANGE_TO_TOWN, request_id=request_id, about=Purpose.ERASURE_REQUESTED.value)
    reminded_at = received.time + ERASURE_UNANSWERED_AFTER
    enqueue(tx, received.event_id, Purpose.ERASURE_UNANSWERED, request_id=request_id, due_at=reminded_at)


@reaction(requests.ErasureAnswered)
def mail_the_erasure_answer(tx: Transaction, received: Received[requests.ErasureAnswered]) -> None:
    tx.conn.execute(store.DROP_DUE, {"request": received.subject_id, "purpose": Purpose.ERASURE_UNANSWERED.value})
    _mail_applicant(tx, received, Purpose.ERASURE_ANSWERED)


@reaction(documents.ArchiveReady)
def mail_the_ready_archive(tx: Transaction, received: Received[documents.ArchiveReady]) -> None:
    """Of a space to its holder, of a request to its applicant."""
    until = received.fact.expires_at.isoformat()
    if received.fact.of == "space":
        _mail_holder(tx, received, Purpose.ARCHIVE_READY, about=until)
    else:
        _mail_applicant(tx, received, Purpose.REQUEST_ARCHIVE_READY, about=until)


@reaction(accounts.EmailChangeRequested)
def send_the_email_change_link(tx: Transaction, received: Received[accounts.EmailChangeRequested]) -> None:
    """The old address is warned at once; no link leaves to the address of another space."""
    _mail_holder(tx, received, Purpose.EMAIL_CHANGE_ASKED, about=received.fact.change_id)
    if received.fact.link:
        _mail_holder(tx, received, Purpose.EMAIL_CHANGE_LINK, about=received.fact.change_id)


@reaction(accounts.CredentialsChanged)
def mail_the_new_credentials(tx: Transaction, received: Received[accounts.CredentialsChanged]) -> None:
    """A warning, too, to a holder who did not change them."""
    purposes = {"password": Purpose.PASSWORD_CHANGED, "username": Purpose.USERNAME_CHANGED}
    for changed in received.fact.changed:
        _mail_holder(tx, received, purposes[changed])


def _mail_holder(tx: Transaction, received: Received[F], purpose: Purpose, *, about: str | None = None) -> None:
    if not _imported(received):
        enqueue(tx, received.event_id, purpose, account_id=received.subject_id, about=about)


def _end_calls(tx: Transaction, received: Received[F], purpose: Purpose) -> None:
    """What agents were to remind of by phone has moved, ended or come: calls that are still to be made are of no use any more."""
    of: dict[str, object] = {"request": received.subject_id, "purpose": purpose.value}
    tx.conn.execute(store.END_LINES_TO_COME, of | {"now": tx.now})
    tx.conn.execute(store.END_CALLS, of)


def _mail_both(tx: Transaction, received: Received[F], change: Purpose) -> None:
    """The applicant, and the department when the change is not its own."""
    _mail_applicant(tx, received, change)
    if _is_own_act(received) and not _imported(received):
        enqueue_change(tx, received.event_id, received.subject_id, change)


class More(TypedDict, total=False):
    """As `enqueue` takes it."""

    about: str
    reply: bool
    of_use_until: datetime


def _mail_applicant(tx: Transaction, received: Received[F], purpose: Purpose, **more: Unpack[More]) -> None:
    if not _imported(received):
        own = _is_own_act(received)
        enqueue(tx, received.event_id, purpose, request_id=received.subject_id, by_applicant=own, **more)


def _is_own_act(received: Received[F]) -> bool:
    """Whether it is the applicant's: `by` of the fact says so; of a filing, of a file that was refused or of a lost link
    there is none."""
    return getattr(received.fact, "by", "") == "citizen"


def _imported(received: Received[F]) -> bool:
    return getattr(received.fact, "imported", False) is True


TO_THE_APPLICANT: Mapping[type[Event], Purpose] = {
    requests.RequestAttached: Purpose.REQUEST_ATTACHED,  # glossary K7: to the address given in the request
    requests.TrackingLinkRequested: Purpose.TRACKING_LINK,
    requests.AttestationGiven: Purpose.ATTESTATION_GIVEN,
    requests.EarlierSlotFreed: Purpose.EARLIER_SLOT,
    documents.FileRejected: Purpose.FILE_REJECTED,
}
"""Facts about a request from which one mail to its applicant follows."""

TO_THE_HOLDER: Mapping[type[Event], Purpose] = {
    accounts.AccountCreated: Purpose.ACCOUNT_ACTIVATION,
    accounts.ActivationLinkRenewed: Purpose.ACCOUNT_ACTIVATION,
    accounts.EmailUsedAgain: Purpose.EMAIL_USED_AGAIN,  # only the holder learns that another account was asked for
    accounts.EmailChanged: Purpose.EMAIL_CHANGED,
    accounts.EmailChangeUndone: Purpose.EMAIL_CHANGE_UNDONE,
    accounts.AccountInactive: Purpose.ACCOUNT_INACTIVE,
    accounts.AccountClosureRequested: Purpose.CLOSURE_ASKED,  # a warning, too, to a holder who did not ask for it
    accounts.AccountClosureLinkAsked: Purpose.CLOSURE_ASKED,
    accounts.AccountClosureNear: Purpose.CLOSURE_NEAR,
    accounts.AccountClosureDue: Purpose.CLOSURE_DONE,  # before the address is erased with the space, within the hour
    accounts.AccountClosureWithdrawn: Purpose.CLOSURE_WITHDRAWN,
    accounts.AgentInvited: Purpose.AGENT_INVITATION,
    accounts.PasswordResetLinkMade: Purpose.PASSWORD_RESET,
    accounts.RecoveryCodeUsed: Purpose.RECOVERY_CODE_USED,
    accounts.UsernameReminderAsked: Purpose.USERNAME_REMINDER,
    documents.StoredFileRejected: Purpose.STORED_FILE_REJECTED,
}
"""Facts about an account from which one mail to its holder, or to the agent, follows: about the change or the closure that
the fact names, if it names one."""


def _mail_to_applicant(purpose: Purpose) -> React[Event]:
    return lambda tx, received: _mail_applicant(tx, received, purpose)


def _mail_to_holder(purpose: Purpose) -> React[Event]:
    def react(tx: Transaction, received: Received[Event]) -> None:
        about: str | None = getattr(received.fact, "change_id", None) or getattr(received.fact, "closure_id", None)
        _mail_holder(tx, received, purpose, about=about)

    return react


for _fact, _purpose in TO_THE_APPLICANT.items():
    reaction(_fact)(_mail_to_applicant(_purpose))
for _fact, _purpose in TO_THE_HOLDER.items():
    reaction(_fact)(_mail_to_holder(_purpose))
