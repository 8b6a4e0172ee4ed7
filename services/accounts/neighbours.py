"""What accounts asks of its neighbours: what a granted request changes in a profile, who has a request under way, and how
the portal connects to a partner."""

from collections.abc import Sequence
from uuid import UUID

from services.accounts.partners.rules import Partner, PartnerField
from services.accounts.profile_updates.rules import Wanted
from services.chassis.actors import system
from services.chassis.contracts import from_json, to_json
from services.chassis.rpc.client import RpcClient
from services.content.schemas.partner_spaces import FORM_POST, SECRET, FindPartnerConnection, PartnerConnection
from services.requests.schemas.open_requests import AccountsWithOpenRequests, FilterOpenRequests
from services.requests.schemas.profile_updates import ProfileUpdate, ProfileUpdateOf

ACCOUNTS = system("accounts")
PARTNER_SECONDS = 1.0  # of the four in which a caller wants an answer, of which the partner's own site may take three


def wanted_by(neighbours: RpcClient, request_id: UUID) -> Wanted:
    """Raises the refusal of requests for one that was erased, and Unavailable."""
    asked = ProfileUpdateOf(request_id=request_id)
    answer = neighbours.call(f"requests.{asked.method()}", to_json(asked), actor=ACCOUNTS)
    update = from_json(ProfileUpdate, answer)
    return Wanted(values=update.values, cleared=update.cleared, number=update.number)


def partner(neighbours: RpcClient, slug: str) -> Partner:
    """Raises the refusal of content where the town has no such space, and Unavailable."""
    asked = FindPartnerConnection(slug=slug)
    method, body = f"content.{asked.method()}", to_json(asked)
    found = from_json(PartnerConnection, neighbours.call(method, body, actor=ACCOUNTS, timeout=PARTNER_SECONDS))
    return Partner(
        slug=found.space.slug,
        title=found.space.title,
        connects=found.space.kind == FORM_POST,
        site=found.site,
        form_url=found.form_url,
        form_origins=found.form_origins,
        check_url=found.check_url,
        check_origins=found.check_origins,
        success_marker=found.success_marker,
        failure_marker=found.failure_marker,
        hidden=found.hidden,
        fields=tuple(
            PartnerField(
                name=field.name, label=field.label, secret=field.role == SECRET, pattern=field.pattern, help=field.help
            )
            for field in found.space.fields
        ),
    )


def with_open_requests(neighbours: RpcClient, accounts: Sequence[UUID]) -> set[UUID]:
    """Those of these accounts that have a request under way. Raises Unavailable."""
    asked = FilterOpenRequests(accounts=tuple(accounts))
    answer = neighbours.call(f"requests.{asked.method()}", to_json(asked), actor=ACCOUNTS)
    return set(from_json(AccountsWithOpenRequests, answer).accounts)
