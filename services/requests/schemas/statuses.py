"""The statuses that a rule or a word of the product knows; the flow of a procedure may name others of the town's own."""

from enum import StrEnum

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

KNOWN = (
    SUBMITTED, IN_REVIEW, AWAITING, SCHEDULED, WAITING_LIST, ACTIVE,
    ACCEPTED, REFUSED, DONE, REDIRECTED, LAPSED, CANCELLED,
)  # fmt: skip


class AppointmentStatus(StrEnum):
    """Whether the appointment stands; one that was moved is cancelled, and another is booked."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
