"""What has come of the town's publications, by version."""

from services.chassis.event_store.db import fetch_all, fetch_one
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.definitions import rows
from services.requests.schemas.streams import ReadReceived, Received


def received_versions(tx: Transaction, _: Settings, asked: ReadReceived) -> Received:
    town = fetch_one(tx.conn, dict[str, int], rows.TOWN)
    return Received(
        procedures={one.slug: one.version for one in fetch_all(tx.conn, rows.Version, rows.OFFERED)},
        agendas={one.slug: one.version for one in fetch_all(tx.conn, rows.Version, rows.AGENDAS)},
        town=town["version"] if town else None,
    )
