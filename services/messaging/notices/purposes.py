"""What a mail is about: its purpose, and which purposes are treated alike. Pure."""

from enum import StrEnum

from services.accounts.schemas.mails import Mail


class Purpose(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    RECEIPTS = "receipts"
    """Several mails that follow from applicants' acts, to one address, in one: acknowledgements and what comes after them.
    About no request of its own: each of them stays due until it leaves."""
    NEW_REQUEST = "new_request"
    STATUS_CHANGED = "status_changed"
    EXCHANGE_TO_CITIZEN = "exchange_to_citizen"
    EXCHANGE_TO_TOWN = "exchange_to_town"
    CHANGE_TO_TOWN = "change_to_town"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_RESCHEDULED = "appointment_rescheduled"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    APPOINTMENT_REMINDER = "appointment_reminder"
    DOCUMENTS_REMINDER = "documents_reminder"
    EARLIER_SLOT = "earlier_slot"
    REQUEST_CANCELLED = "request_cancelled"
    REQUEST_ATTACHED = "request_attached"
    REQUEST_DETACHED = "request_detached"
    TRACKING_LINK = "tracking_link"
    DRAFT_LINK = "draft_link"
    """The private link to a draft, which is about no request yet. `about`: the id of the link."""
    FILE_REJECTED = "file_rejected"
    ATTESTATION_REQUESTED = "attestation_requested"
    ATTESTATION_GIVEN = "attestation_given"
    ERASURE_REQUESTED = "erasure_requested"
    ERASURE_ANSWERED = "erasure_answered"
    ERASURE_UNANSWERED = "erasure_unanswered"
    """To the department, two weeks before the end of the time for its answer."""
    ACCOUNT_ACTIVATION = Mail.ACCOUNT_ACTIVATION
    EMAIL_USED_AGAIN = Mail.EMAIL_USED_AGAIN
    EMAIL_CHANGE_LINK = Mail.EMAIL_CHANGE_LINK
    EMAIL_CHANGE_ASKED = Mail.EMAIL_CHANGE_ASKED
    EMAIL_CHANGED = Mail.EMAIL_CHANGED
    EMAIL_CHANGE_UNDONE = Mail.EMAIL_CHANGE_UNDONE
    PASSWORD_CHANGED = Mail.PASSWORD_CHANGED
    USERNAME_CHANGED = Mail.USERNAME_CHANGED
    AGENT_INVITATION = Mail.AGENT_INVITATION
    PASSWORD_RESET = Mail.PASSWORD_RESET
    USERNAME_REMINDER = Mail.USERNAME_REMINDER
    ACCOUNT_INACTIVE = Mail.ACCOUNT_INACTIVE
    CLOSURE_ASKED = Mail.CLOSURE_ASKED
    CLOSURE_NEAR = Mail.CLOSURE_NEAR
    CLOSURE_DONE = Mail.CLOSURE_DONE
    CLOSURE_WITHDRAWN = Mail.CLOSURE_WITHDRAWN
    ARCHIVE_READY = Mail.ARCHIVE_READY
    """`about`: until when it can be downloaded; so of the next one."""
    REQUEST_ARCHIVE_READY = "request_archive_ready"
    STORED_FILE_REJECTED = Mail.STORED_FILE_REJECTED
    RECOVERY_CODE_USED = Mail.RECOVERY_CODE_USED
    DELIVERY_FAILED = "delivery_failed"


LABELS = {
    Purpose.ACKNOWLEDGEMENT: "Accusé de réception",
    Purpose.STATUS_CHANGED: "Changement de statut",
    Purpose.EXCHANGE_TO_CITIZEN: "Message de la mairie à lire",
    Purpose.APPOINTMENT_BOOKED: "Rendez-vous pris",
    Purpose.APPOINTMENT_RESCHEDULED: "Rendez-vous modifié",
    Purpose.APPOINTMENT_CANCELLED: "Rendez-vous annulé",
    Purpose.APPOINTMENT_REMINDER: "Rappel de rendez-vous",
    Purpose.DOCUMENTS_REMINDER: "Rappel de pièces à fournir",
    Purpose.EARLIER_SLOT: "Créneau libéré plus tôt",
    Purpose.REQUEST_CANCELLED: "Demande annulée",
    Purpose.REQUEST_ATTACHED: "Demande rattachée à un espace",
    Purpose.REQUEST_DETACHED: "Demande détachée d’un espace fermé",
    Purpose.FILE_REJECTED: "Fichier refusé",
    Purpose.ATTESTATION_REQUESTED: "Attestation demandée",
    Purpose.ATTESTATION_GIVEN: "Attestation remise",
    Purpose.ERASURE_REQUESTED: "Effacement demandé",
    Purpose.ERASURE_ANSWERED: "Réponse à l’effacement demandé",
    Purpose.TRACKING_LINK: "Lien de suivi",
    Purpose.REQUEST_ARCHIVE_READY: "Archive des données prête",
}
"""What the staff call a mail to the person: in the file of the request, and where one could not be delivered."""

TO_DEPARTMENT = frozenset(
    {
        Purpose.NEW_REQUEST,
        Purpose.EXCHANGE_TO_TOWN,
        Purpose.CHANGE_TO_TOWN,
        Purpose.ERASURE_UNANSWERED,
        Purpose.DELIVERY_FAILED,
    }
)
"""Purposes whose reader is the department in charge: its address comes from the town's own data, no one is asked."""

REMINDERS = frozenset({Purpose.APPOINTMENT_REMINDER, Purpose.DOCUMENTS_REMINDER})
"""Purposes whose mail is of use for a while only. Requests says at each try whether it still is; one that is not is dropped
without a word, and so is one to a person without e-mail address: a letter would come too late."""

WITHOUT_LETTER = REMINDERS | {Purpose.REQUEST_ARCHIVE_READY, Purpose.EARLIER_SLOT}
"""Purposes of which no letter is made: of an archive, the page on which it was asked for says that it is ready; a slot that
freed would be taken before a letter comes. Requests says at each try whether that slot is still free, as of a reminder."""

WITHOUT_PROOF = frozenset({Purpose.DRAFT_LINK})
"""Purposes whose address was typed for that mail alone: neither it nor what was sent is kept."""

ALSO_AS_PREFERRED = frozenset(
    {
        Purpose.STATUS_CHANGED,
        Purpose.EXCHANGE_TO_CITIZEN,
        Purpose.APPOINTMENT_BOOKED,
        Purpose.APPOINTMENT_RESCHEDULED,
        Purpose.APPOINTMENT_CANCELLED,
        Purpose.FILE_REJECTED,
        Purpose.ERASURE_ANSWERED,
    }
)
"""What the town has to say: a person who prefers the post or the phone is also written to or called, by an agent. What
follows from the applicant's own act is mailed only. Of a reminder an agent calls, and writes no letter."""

WITH_CALENDAR = frozenset(
    {
        Purpose.ACKNOWLEDGEMENT,
        Purpose.APPOINTMENT_BOOKED,
        Purpose.APPOINTMENT_RESCHEDULED,
        Purpose.APPOINTMENT_CANCELLED,
        Purpose.APPOINTMENT_REMINDER,
        Purpose.REQUEST_CANCELLED,
    }
)
"""Purposes whose mail carries the calendar file of the request's appointment, when it has one. So does that of a change of
status which cancelled it."""

ABOUT_A_MAIL = frozenset({Purpose.CHANGE_TO_TOWN, Purpose.DELIVERY_FAILED})
"""Purposes that are `about` a mail to the person: the department is mailed of the same matter, or that the mail failed."""
