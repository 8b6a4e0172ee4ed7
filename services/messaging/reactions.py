"""What messaging does when its neighbours say that something happened: it owes a mail, and keeps what mails will need.

A notice holds ids only. Facts flagged `imported` (samples with their past dates) owe nothing.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.bus.reactions import Heard, reaction
from services.chassis.event_store.store import Transaction
from services.messaging.heard import rows as heard_store
from services.messaging.heard.rules import HeardRequest
from services.messaging.notices import rows as store
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.use_cases import leave_news, owe, owe_change, owe_news
from services.messaging.personal_data import use_cases as personal_data
from services.townhall.town_time import start_of_day

ERASURE_UNANSWERED_AFTER = timedelta(days=17)
"""Of the month for the answer, whichever month it is, fourteen days at most are left then: in those, any agent of the
department who decides can answer (`services/requests/request/erasure.py`)."""


@reaction("procedures", "TownPublished", tables=("town",))
def remember_the_town(tx: Transaction, heard: Heard) -> None:
    heard_store.save_town(tx.conn, heard.data["version"], heard.data)


@reaction("procedures", "ProcedurePublished", tables=("procedures",))
def remember_the_procedure(tx: Transaction, heard: Heard) -> None:
    heard_store.save_procedure(tx.conn, heard.data["slug"], heard.data["version"], heard.data["definition"])


def remember_the_request(tx: Transaction, heard: Heard) -> None:
    """What every mail about it will need; all of it is public."""
    said, implicit = heard.data, heard.data.get("implicit_decision") or {}
    heard_store.save_request(
        tx.conn,
        HeardRequest(
            id=UUID(heard.subject),
            number=said["number"],
            procedure=said["procedure"],
            version=said["version"],
            department=said["department"],
            submitted_at=datetime.fromisoformat(said["submitted_at"]),
            implicit_effect=implicit.get("effect"),
            implicit_on=date.fromisoformat(implicit["at"][:10]) if implicit.get("at") else None,
            appointment_id=UUID(said["appointment"]) if said.get("appointment") else None,
            alert=said.get("alert", False),
        ),
    )


@reaction("requests", "RequestSubmitted", tables=("requests",), rebuild=remember_the_request)
def acknowledge(tx: Transaction, heard: Heard) -> None:
    """The applicant is owed the acknowledgement that the law asks for, the department the news of a request."""
    remember_the_request(tx, heard)
    _tell(tx, heard, Purpose.ACKNOWLEDGEMENT)
    if not heard.data.get("imported"):
        said = heard.data
        owe_news(tx, heard.event_id, UUID(heard.subject), said["department"], alert=said.get("alert", False))


@reaction("requests", "RequestStatusChanged")
def tell_of_the_change(tx: Transaction, heard: Heard) -> None:
    """Told when the procedure's flow says so, or when the agent wrote a reply, which then joins the thread."""
    _end_calls(tx, heard, Purpose.DOCUMENTS_REMINDER)
    if heard.data["notify"] or heard.data["reply"]:
        _tell(tx, heard, Purpose.STATUS_CHANGED, about=heard.data["to_status"], reply=heard.data["reply"])


@reaction("requests", "RequestCancelled")
def confirm_the_cancellation(tx: Transaction, heard: Heard) -> None:
    """The applicant is told, and the department, which is no longer sent to a request that it has not heard of yet."""
    _end_calls(tx, heard, Purpose.DOCUMENTS_REMINDER)
    _tell_both(tx, heard, Purpose.REQUEST_CANCELLED)
    leave_news(tx, UUID(heard.subject))


@reaction("requests", "RequestAttached")
def warn_of_the_attachment(tx: Transaction, heard: Heard) -> None:
    """Glossary K7: the address given in the request learns that an account has taken it."""
    _tell(tx, heard, Purpose.REQUEST_ATTACHED)


@reaction("requests", "RequestDetached")
def send_the_way_back(tx: Transaction, heard: Heard) -> None:
    """The account is closed, the request goes on: its applicant needs another way to it. Archived ones await nothing."""
    if not heard.data["archived"]:
        _tell(tx, heard, Purpose.REQUEST_DETACHED)


@reaction("requests", "RequestErased")
def forget_the_request(tx: Transaction, heard: Heard) -> None:
    personal_data.erase_request(tx, UUID(heard.subject))


@reaction("accounts", "PersonErased")
def forget_the_holder(tx: Transaction, heard: Heard) -> None:
    personal_data.erase_account(tx, UUID(heard.subject))


@reaction("requests", "TrackingLinkRequested")
def send_the_tracking_link(tx: Transaction, heard: Heard) -> None:
    _tell(tx, heard, Purpose.TRACKING_LINK)


@reaction("requests", "AppointmentBooked")
def tell_of_the_appointment(tx: Transaction, heard: Heard) -> None:
    """The one taken with the request itself is in the acknowledgement, which is the first thing heard of a request."""
    known, with_request = heard_store.appointment_of(tx.conn, UUID(heard.subject))
    if known and str(with_request) != heard.data["appointment_id"]:
        _tell_both(tx, heard, Purpose.APPOINTMENT_BOOKED)


@reaction("requests", "AppointmentRescheduled")
def tell_of_the_new_date(tx: Transaction, heard: Heard) -> None:
    _end_calls(tx, heard, Purpose.APPOINTMENT_REMINDER)
    _tell_both(tx, heard, Purpose.APPOINTMENT_RESCHEDULED)


@reaction("requests", "AppointmentCancelled")
def tell_of_the_cancelled_appointment(tx: Transaction, heard: Heard) -> None:
    """Cancelled with its request, it is in the mail that says how the request ended."""
    _end_calls(tx, heard, Purpose.APPOINTMENT_REMINDER)
    if not heard.data.get("with_request"):
        _tell_both(tx, heard, Purpose.APPOINTMENT_CANCELLED)


@reaction("requests", "AppointmentReminderDue")
def remind_of_the_appointment(tx: Transaction, heard: Heard) -> None:
    _tell(tx, heard, Purpose.APPOINTMENT_REMINDER, of_use_until=datetime.fromisoformat(heard.data["starts_at"]))


@reaction("requests", "DocumentsReminderDue")
def remind_of_the_pieces(tx: Transaction, heard: Heard) -> None:
    deadline = date.fromisoformat(heard.data["deadline"])
    _tell(tx, heard, Purpose.DOCUMENTS_REMINDER, of_use_until=start_of_day(deadline + timedelta(days=1)))


@reaction("documents", "FileRejected")
def tell_of_the_rejected_file(tx: Transaction, heard: Heard) -> None:
    _tell(tx, heard, Purpose.FILE_REJECTED)


@reaction("requests", "DraftLinkRequested")
def send_the_link_to_the_draft(tx: Transaction, heard: Heard) -> None:
    """The draft is no request yet: its mail is about the link alone."""
    owe(tx, heard.event_id, Purpose.DRAFT_LINK, about=heard.data["link_id"])


@reaction("requests", "AttestationRequested")
def tell_of_the_attestation_asked_for(tx: Transaction, heard: Heard) -> None:
    _tell_both(tx, heard, Purpose.ATTESTATION_REQUESTED)


@reaction("requests", "AttestationGiven")
def tell_of_the_attestation_given(tx: Transaction, heard: Heard) -> None:
    _tell(tx, heard, Purpose.ATTESTATION_GIVEN)


@reaction("requests", "ErasureRequested")
def tell_of_the_erasure_asked_for(tx: Transaction, heard: Heard) -> None:
    """Only an applicant asks: the fact does not say by whom. The department is mailed also while the news of the request
    waits: that mail says nothing of an erasure, and this one is owed an answer within a month."""
    request_id = UUID(heard.subject)
    owe(tx, heard.event_id, Purpose.ERASURE_REQUESTED, request_id=request_id, by_applicant=True)
    owe(tx, heard.event_id, Purpose.CHANGE_TO_TOWN, request_id=request_id, about=Purpose.ERASURE_REQUESTED.value)

    reminded_at = heard.time + ERASURE_UNANSWERED_AFTER
    owe(tx, heard.event_id, Purpose.ERASURE_UNANSWERED, request_id=request_id, due_at=reminded_at)


@reaction("requests", "ErasureAnswered")
def tell_of_the_answer_to_the_erasure(tx: Transaction, heard: Heard) -> None:
    reminder = {"request": UUID(heard.subject), "purpose": Purpose.ERASURE_UNANSWERED.value}
    tx.conn.execute(store.DROP_DUE, reminder)
    _tell(tx, heard, Purpose.ERASURE_ANSWERED)


@reaction("documents", "ArchiveReady")
def tell_of_the_archive(tx: Transaction, heard: Heard) -> None:
    """Of a space to its holder, of a request to its applicant."""
    until = heard.data["expires_at"]
    if heard.data["of"] == "space":
        _tell_holder(tx, heard, Purpose.ARCHIVE_READY, about=until)
    else:
        _tell(tx, heard, Purpose.REQUEST_ARCHIVE_READY, about=until)


@reaction("documents", "StoredFileRejected")
def tell_of_the_rejected_stored_file(tx: Transaction, heard: Heard) -> None:
    """The subject is the account whose storage space held it."""
    _tell_holder(tx, heard, Purpose.STORED_FILE_REJECTED)


@reaction("accounts", "AccountCreated")
def send_the_activation_link(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.ACCOUNT_ACTIVATION)


@reaction("accounts", "ActivationLinkRenewed")
def send_the_new_activation_link(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.ACCOUNT_ACTIVATION)


@reaction("accounts", "EmailUsedAgain")
def warn_the_holder(tx: Transaction, heard: Heard) -> None:
    """Only the address's holder learns that another account was asked for with it."""
    _tell_holder(tx, heard, Purpose.EMAIL_USED_AGAIN)


@reaction("accounts", "EmailChangeRequested")
def send_the_email_change_link(tx: Transaction, heard: Heard) -> None:
    """The old address is warned at once; no link leaves to the address of another space."""
    _tell_holder(tx, heard, Purpose.EMAIL_CHANGE_ASKED, about=heard.data["change_id"])
    if heard.data["link"]:
        _tell_holder(tx, heard, Purpose.EMAIL_CHANGE_LINK, about=heard.data["change_id"])


@reaction("accounts", "EmailChanged")
def tell_the_old_address(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.EMAIL_CHANGED, about=heard.data["change_id"])


@reaction("accounts", "EmailChangeUndone")
def tell_of_the_undone_change(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.EMAIL_CHANGE_UNDONE, about=heard.data["change_id"])


@reaction("accounts", "CredentialsChanged")
def tell_of_new_credentials(tx: Transaction, heard: Heard) -> None:
    """Whoever did not change them learns that somebody did."""
    purposes = {"password": Purpose.PASSWORD_CHANGED, "username": Purpose.USERNAME_CHANGED}
    for changed in heard.data["changed"]:
        _tell_holder(tx, heard, purposes[changed])


@reaction("accounts", "AccountInactive")
def warn_of_the_unused_space(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.ACCOUNT_INACTIVE)


@reaction("accounts", "AccountClosureRequested")
def tell_of_the_closure(tx: Transaction, heard: Heard) -> None:
    """Whoever did not ask for it learns of it, and has the way back."""
    _tell_holder(tx, heard, Purpose.CLOSURE_ASKED, about=heard.data["closure_id"])


@reaction("accounts", "AccountClosureLinkAsked")
def send_the_way_back_to_the_space(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.CLOSURE_ASKED, about=heard.data["closure_id"])


@reaction("accounts", "AccountClosureNear")
def remind_of_the_closure(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.CLOSURE_NEAR, about=heard.data["closure_id"])


@reaction("accounts", "AccountClosureDue")
def tell_of_the_erasure(tx: Transaction, heard: Heard) -> None:
    """The address is erased with the space within the hour: it is the last mail that can reach it."""
    _tell_holder(tx, heard, Purpose.CLOSURE_DONE, about=heard.data["closure_id"])


@reaction("accounts", "AccountClosureWithdrawn")
def tell_of_the_return(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.CLOSURE_WITHDRAWN, about=heard.data["closure_id"])


@reaction("accounts", "AgentInvited")
def send_the_invitation(tx: Transaction, heard: Heard) -> None:
    """The link by which an agent chooses a password and takes a second factor."""
    owe(tx, heard.event_id, Purpose.AGENT_INVITATION, account_id=UUID(heard.subject))


@reaction("accounts", "PasswordResetLinkMade")
def send_the_password_reset_link(tx: Transaction, heard: Heard) -> None:
    """To the holder of the space, or to the agent, who forgot the password."""
    _tell_holder(tx, heard, Purpose.PASSWORD_RESET)


@reaction("accounts", "RecoveryCodeUsed")
def tell_of_the_used_code(tx: Transaction, heard: Heard) -> None:
    """An agent whose codes somebody else has found learns of it."""
    _tell_holder(tx, heard, Purpose.RECOVERY_CODE_USED)


@reaction("accounts", "UsernameReminderAsked")
def send_the_username(tx: Transaction, heard: Heard) -> None:
    _tell_holder(tx, heard, Purpose.USERNAME_REMINDER)


def _tell_holder(tx: Transaction, heard: Heard, purpose: Purpose, *, about: str | None = None) -> None:
    if not heard.data.get("imported"):
        owe(tx, heard.event_id, purpose, account_id=UUID(heard.subject), about=about)


def _end_calls(tx: Transaction, heard: Heard, purpose: Purpose) -> None:
    """What agents were to remind of by phone has moved, ended or come: calls that nobody made are of no use any more."""
    of = {"request": UUID(heard.subject), "purpose": purpose.value}
    tx.conn.execute(store.END_LINES_TO_COME, of | {"now": tx.now})
    tx.conn.execute(store.END_CALLS, of)


def _tell_both(tx: Transaction, heard: Heard, change: Purpose) -> None:
    """The applicant, and the department when the change is not its own."""
    _tell(tx, heard, change)
    if heard.data["by"] == "citizen" and not heard.data.get("imported"):
        owe_change(tx, heard.event_id, UUID(heard.subject), change)


def _tell(tx: Transaction, heard: Heard, purpose: Purpose, **more: Any) -> None:
    """`by` of the fact says whether it is the applicant's own act; of a filing, of a file that was refused or of a lost link
    there is none. `more`: as `owe` takes it."""
    if not heard.data.get("imported"):
        own = heard.data.get("by") == "citizen"
        owe(tx, heard.event_id, purpose, request_id=UUID(heard.subject), by_applicant=own, **more)
