"""What is proposed for an address as it is typed. Read only; what was typed is kept nowhere."""

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.addresses import rows, rules
from services.procedures.catalogue.views import present_town
from services.procedures.schemas.addresses import MOST_PROPOSED, ProposeAddresses, ProposedAddresses


def propose(tx: Transaction, _: Settings, asked: ProposeAddresses) -> ProposedAddresses:
    """Those of the town first; those of other towns in the file where the address may lie there and there is room."""
    typed = rules.read(asked.q)
    query = rules.looked_for(typed)
    if query is None:
        return ProposedAddresses(items=())
    territory = rules.territory_of(present_town(tx.conn)[1].town)
    here = rows.find(tx.conn, rules.within(query, territory), typed.number, rules.plain_cities(territory))
    found = rules.proposed(typed, here)
    if not asked.in_town and len(found) < MOST_PROPOSED:
        known = set(found)
        anywhere = rules.proposed(typed, rows.find(tx.conn, query, typed.number))
        found = [*found, *(one for one in anywhere if one not in known)][:MOST_PROPOSED]
    return ProposedAddresses(items=tuple(found))
