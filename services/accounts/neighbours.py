"""What accounts asks of requests: what a granted request changes in a profile."""

from uuid import UUID

from services.accounts.profile_updates import Wanted
from services.chassis.actors import system
from services.chassis.contracts import from_json, to_json
from services.chassis.rpc import RpcClient
from services.requests.schemas.profile_updates import ProfileUpdate, ProfileUpdateOf

ACCOUNTS = system("accounts")


def wanted_by(neighbours: RpcClient, request_id: UUID) -> Wanted:
    """Raises the refusal of requests for one that was erased, and Unavailable."""
    asked = ProfileUpdateOf(request_id=request_id)
    answer = neighbours.call(f"requests.{asked.method()}", to_json(asked), actor=ACCOUNTS)
    update = from_json(ProfileUpdate, answer)
    return Wanted(values=update.values, cleared=update.cleared)
