"""Which procedures have no place left now, for whoever lists procedures."""

from typing import Any

from services.chassis.settings import Settings
from services.chassis.transaction import Transaction
from services.requests.definitions import heard
from services.requests.use_cases import capacity

Json = dict[str, Any]


def quotas_reached(tx: Transaction, _: Settings) -> Json:
    """`{items}`: each offered procedure whose places of the present period are all taken, with when the next one begins."""
    told = ((one["slug"], capacity.quota_told(tx, one)) for one in heard.offered(tx.conn) if one["quota"])
    return {
        "items": [
            {"procedure": slug, "reopens_at": quota["reopens_at"]} for slug, quota in told if quota and quota["reached"]
        ]
    }
