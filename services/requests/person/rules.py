"""Which request of a person seems to ask for the same thing as another. Pure."""

from datetime import timedelta

from services.requests.request.rows import RequestRow
from services.requests.schemas.statuses import Status

SAME_TIME = timedelta(days=30)


def seem_the_same(one: RequestRow, other: RequestRow) -> bool:
    """The same procedure for the same person, filed within thirty days of each other; neither was cancelled."""
    return (
        one.procedure == other.procedure
        and abs(one.submitted_at - other.submitted_at) <= SAME_TIME
        and Status.CANCELLED not in (one.status, other.status)
        and for_whom(one) == for_whom(other)
    )


def for_whom(row: RequestRow) -> str:
    """The member of the household for whom it is; "" for who asks."""
    return str(row.shown["member_name"]) if row.shown else ""
