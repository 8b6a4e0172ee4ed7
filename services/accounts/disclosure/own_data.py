"""What accounts holds of one person: the space, the family, sessions and log-ins; for the archive of their data."""

from uuid import UUID

from services.accounts.family import use_cases as family
from services.accounts.own_space import views as own_space_views
from services.accounts.partners.partner_vault import KeyRing
from services.accounts.partners.views import partner_spaces_of
from services.accounts.profile_updates import rows as profile_update_rows
from services.accounts.schemas.own_data import ComingChange, OwnSpace, ReadOwnSpace
from services.accounts.sessions import views as own_sessions
from services.accounts.sessions.rules import LOG_INS_KEPT
from services.accounts.spaces.rules import NotYours
from services.chassis.actors import only_ourselves
from services.chassis.calls import Call
from services.chassis.event_store.store import Store


def own_space(store: Store, call: Call, asked: ReadOwnSpace) -> OwnSpace:
    only_ourselves(call.actor, NotYours)
    account_id: UUID = asked.account_id
    with store.viewing(call.actor) as tx:
        return OwnSpace(
            space=own_space_views.space_of(tx, account_id, most_changes=None),
            family=family.members_shown(tx, account_id),
            sessions=own_sessions.sessions_of(tx, account_id, since=tx.now - LOG_INS_KEPT, most=None),
            coming=tuple(
                ComingChange(
                    target=one.target,
                    names=tuple(one.names),
                    effective_on=one.effective_on.isoformat(),
                    granted=one.granted,
                )
                for one in profile_update_rows.of_account(tx.conn, account_id)
            ),
            partner_spaces=partner_spaces_of(tx, KeyRing(store.settings.partner_keys), account_id, with_uses=True),
        )
