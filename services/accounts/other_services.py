"""What accounts asks of others: of requests, what a granted one changes in a profile and who has one under way; of content,
how the portal connects to a partner."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.actors import system
from services.chassis.rpc.client import RpcClient, send
from services.content.schemas.partner_spaces import FindPartnerConnection, PartnerConnection
from services.requests.schemas.own_data import FilterOpenRequests, ProfileUpdate, ProfileUpdateOf

ACCOUNTS = system("accounts")
PARTNER_SECONDS = 1.0  # of the four in which a caller wants an answer, of which the partner's own site may take three


def wanted_by(rpc: RpcClient, request_id: UUID) -> ProfileUpdate:
    """Raises the refusal of requests for one that was erased, and Unavailable."""
    return send(rpc, ProfileUpdateOf(request_id=request_id), actor=ACCOUNTS)


def partner(rpc: RpcClient, slug: str) -> PartnerConnection:
    """Raises the refusal of content where the town has no such space, and Unavailable."""
    return send(rpc, FindPartnerConnection(slug=slug), actor=ACCOUNTS, timeout=PARTNER_SECONDS)


def with_open_requests(rpc: RpcClient, accounts: Sequence[UUID]) -> set[UUID]:
    """Those of these accounts that have a request under way. Raises Unavailable."""
    return set(send(rpc, FilterOpenRequests(accounts=tuple(accounts)), actor=ACCOUNTS).accounts)
