"""The views that an agent has saved, each with how many requests it holds."""

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of, reach
from services.requests.definitions.rows import published
from services.requests.saved_views import rows
from services.requests.schemas.saved_views import ListSavedViews, SavedView, SavedViews
from services.requests.worklist import narrowing
from services.requests.worklist.counts import rows as counts

MOST_SHOWN = 999
"""Of what no tally counts, a view says how many up to so many."""


def saved_views(tx: Transaction, settings: Settings, _: ListSavedViews) -> SavedViews:
    """What a view of a department holds that the agent has lost is nothing: it is counted, and no error."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    agendas, seen, items = published.agendas(tx.conn), reach(tx), list[SavedView]()
    for one in rows.of_agent(tx, actor.id):
        wanted = narrowing.wanted_by(tx, settings, narrowing.list_of(one.narrowed), seen, agendas)
        count = counts.total(tx, wanted, at_most=MOST_SHOWN)
        more = not wanted.counted and count > MOST_SHOWN
        items.append(made_of(SavedView, one.narrowed, one, count=min(count, MOST_SHOWN) if more else count, more=more))
    return SavedViews(items=tuple(items))
