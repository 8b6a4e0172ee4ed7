"""Declared calls about following a filed request: tracking links, the list of a space, withdrawing, attaching, an attestation."""

from services.chassis.contracts import Command, Done, Query, checked, text
from services.chassis.french_fields import Text
from services.chassis.structs import Struct
from services.requests.schemas.dashboard import RequestLine
from services.requests.schemas.shapes import OnNumber, OnRequest, OnVersion, optional_whole


class TrackedRequest(Struct):
    """`login_required`: it belongs to an account, or its procedure is confidential."""

    number: str
    request_id: str
    login_required: bool


class OpenTracking(Query[TrackedRequest]):
    """Which request the link opens; raises TrackingLinkInvalid where it is forged, revoked or expired."""

    token: str = checked(Text(required=True))


class SendTrackingLink(OnNumber, Command[Done]):
    """To the address of the request; the same answer whether or not there is such a request."""

    email: str = checked(Text(required=True))


class RevokeTrackingLinks(OnNumber, Command[OnRequest]):
    """Every link that was sent for this request stops working; a new one is sent on demand. Raises AlreadyAttached."""


class OwnList(Struct):
    """A page of the account's requests, the most recent first, with how many there are."""

    items: tuple[RequestLine, ...]
    total: int
    page: int
    pages: int


class ListMine(Query[OwnList], method="mine"):
    """Of the citizen who asks: those under way and closed, or the archived ones."""

    archived: bool = False
    page: int | None = optional_whole(least=1, most=10_000)


class UnreadCount(Struct):
    unread: int


class CountUnread(Query[UnreadCount], method="unread"):
    """How many exchanges wait in the requests of the citizen who asks that are not archived."""


class Cancelled(OnRequest):
    status: str


class CancelRequest(OnVersion, Command[Cancelled], method="cancel"):
    """Archived at once, its place and its slot given back."""


class AttachRequest(OnNumber, Command[OnRequest], method="attach"):
    """Puts a request filed without an account into the citizen's; the tracking link is needed too."""


class RequestAttestation(Command[Done]):
    """By whom the request is. Asked twice, it is recorded once; NoAttestation where silence has not accepted."""

    number: str = text(40, required=True)
