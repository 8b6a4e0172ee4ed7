"""An agent saves, changes and removes views of the list."""

from dateutil.relativedelta import relativedelta

from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of, reach
from services.requests.definitions.rows import published
from services.requests.saved_views import rows, rules
from services.requests.schemas.saved_views import RemoveView, SavedViewKey, SaveView
from services.requests.worklist import narrowing


def save_view(tx: Transaction, settings: Settings, asked: SaveView) -> SavedViewKey:
    """Locked by agent: of two tabs that save a twelfth view, one does. Raises also as `narrowing.wanted_by`."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    narrowing.wanted_by(tx, settings, narrowing.list_of(asked), reach(tx), ())
    name = rules.named(asked.name)
    tx.lock(f"saved_views-{actor.id}")
    known = {one.view_id: one.name for one in rows.of_agent(tx, actor.id)}
    rules.require_room(known, name, asked.view_id)
    view_id = asked.view_id or str(tx.new_id())
    rows.save(tx, actor.id, view_id, name, asked)
    return SavedViewKey(view_id=view_id)


def remove_view(tx: Transaction, _: Settings, asked: RemoveView) -> None:
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    rows.remove(tx, actor.id, asked.view_id)


def forget_unused(store: Store) -> None:
    """The views of an agent end with the last of that agent's looks in the journal: those of who left, or is disabled, too."""
    with store.transaction() as tx:
        months = published.town(tx.conn).portal_settings.access_log_months
        rows.forget(tx, tx.now - relativedelta(months=months))
