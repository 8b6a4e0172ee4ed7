"""The last use of spaces, and what their holders were warned of: rows and statements."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from services.accounts.inactivity.rules import Space
from services.chassis.event_store.db import Connection, fetch_all, fetch_one

SPACES = "SELECT account_id, last_used_at, closes_on, warned_days FROM accounts AS a "
UNUSED = (
    SPACES
    + """
WHERE activated_at IS NOT NULL AND last_used_at < %(before)s AND (last_used_at, account_id) > (%(used_at)s, %(account_id)s)
  AND NOT EXISTS (SELECT FROM closures AS c WHERE c.account_id = a.account_id AND c.state IN ('asked', 'reminded', 'told'))
ORDER BY last_used_at, account_id LIMIT 100
"""
)
LOCKED = SPACES + "WHERE account_id = %(account_id)s FOR UPDATE"
WARNED = """
UPDATE accounts SET closes_on = %(closes_on)s, warned_days = %(warned_days)s WHERE account_id = %(account_id)s
"""


def unused(conn: Connection, before: datetime, after: Space | None) -> Sequence[Space]:
    """At most a hundred active spaces that were not used since, those used the longest ago first; `after`: the last one of the page
    before."""
    params = {
        "before": before,
        "used_at": after.last_used_at if after else datetime.fromtimestamp(0, UTC),
        "account_id": after.account_id if after else UUID(int=0),
    }
    return fetch_all(conn, Space, UNUSED, params)


def locked(conn: Connection, account_id: UUID) -> Space | None:
    return fetch_one(conn, Space, LOCKED, {"account_id": account_id})


def warned(conn: Connection, account_id: UUID, closes_on: date | None, warned_days: int | None) -> None:
    """None: the warning that was sent is void."""
    conn.execute(WARNED, {"account_id": account_id, "closes_on": closes_on, "warned_days": warned_days})
