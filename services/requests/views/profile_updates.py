"""What a granted request changes in a profile, for accounts, which changes it; what it cannot change, for the agent who decides."""

from typing import Any

from services.chassis.actors import only_ourselves
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import history, profile_updates, refusals
from services.requests.schemas.profile_updates import ProfileUpdate
from services.requests.state import Request
from services.requests.use_cases import acting
from services.requests.use_cases.acting import actor_of


def profile_update_of(tx: Transaction, _: Settings, request_id: str) -> ProfileUpdate:
    """Raises NotAllowed to anyone but our own processes, RequestNotFound, RequestErased."""
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    on = acting.shown_by_id(tx, request_id)
    if on.request.answers is None:
        raise refusals.RequestErased
    return ProfileUpdate(
        values=profile_updates.values(on.definition, on.request.answers),
        cleared=profile_updates.cleared(on.definition, on.request.answers),
        number=on.request.number,
    )


def profile_unchanged(definition: dict[str, Any], request: Request) -> dict[str, Any] | None:
    """Before an agent decides: the status `at` which the profile would change, the `reason` for which none will, and the
    sentence of that reason (`because`). None where it will, where nothing is asked of it, and once the request is closed."""
    reason = profile_updates.not_applicable(definition, request) if request.is_open(definition) else None
    if reason is None:
        return None
    because, *_ = history.NOT_APPLIED[reason]
    return {"at": definition["updates_profile"]["when"], "reason": reason, "because": because}
