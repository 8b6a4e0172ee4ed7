"""What a granted request changes in a profile, for accounts, which changes it."""

from services.chassis.actors import only_ourselves
from services.chassis.settings import Settings
from services.chassis.transaction import Transaction
from services.requests import profile_updates, refusals
from services.requests.schemas.profile_updates import ProfileUpdate
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
