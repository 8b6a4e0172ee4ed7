"""The statuses of a request, of its appointment and of its erasure."""

from enum import StrEnum


class Status(StrEnum):
    """The statuses that a rule or a word of the product knows. The flow of a procedure may name others of the town's own, so
    that the status of a request is a `str`, compared with these."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    AWAITING = "awaiting_documents"
    SCHEDULED = "scheduled"
    WAITING_LIST = "waiting_list"
    ACTIVE = "active"
    ACCEPTED = "accepted"
    REFUSED = "rejected"
    DONE = "done"
    REDIRECTED = "redirected"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class AppointmentStatus(StrEnum):
    """Whether the appointment stands; one that was moved is cancelled, and another is booked."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Erasure(StrEnum):
    """Where the erasure that the applicant asks for stands."""

    NONE = "none"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
