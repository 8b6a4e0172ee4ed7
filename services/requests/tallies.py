"""Tallies of the work list, so that a total costs the same for a thousand requests and a hundred thousand.

Each request is counted as its row says now; what it was counted as before is taken off. Counting again changes nothing.
"""

from collections.abc import Sequence
from typing import LiteralString

from services.chassis.event_store.db import Connection
from services.chassis.event_store.projections import tally
from services.chassis.event_store.transaction import Transaction
from services.requests.request import events as e

PRESENT: LiteralString = """
SELECT request_id, department, area, procedure, status, coalesce(assignee, '') AS assignee, closed,
       CASE WHEN closed THEN NULL ELSE aimed_on END AS due_on, least(unread_town, 1) AS unread,
       open_alert::integer AS alert
FROM requests
"""
RECOUNT: LiteralString = (
    "WITH present AS ("  # noqa: S608 every part is written here
    + PRESENT
    + """WHERE request_id = ANY((SELECT %(ids)s)::uuid[])
), before AS (
    SELECT * FROM counted WHERE request_id = ANY((SELECT %(ids)s)::uuid[])
), kept AS (
    INSERT INTO counted SELECT * FROM present
    ON CONFLICT (request_id) DO UPDATE SET status = excluded.status, assignee = excluded.assignee,
        closed = excluded.closed, due_on = excluded.due_on, unread = excluded.unread, alert = excluded.alert
), cells AS (
    SELECT department, area, procedure, status, assignee, closed, sum(n) AS requests, sum(u) AS unread, sum(a) AS alerts
    FROM (
        SELECT department, area, procedure, status, assignee, closed, 1 AS n, unread AS u, alert AS a FROM present
        UNION ALL
        SELECT department, area, procedure, status, assignee, closed, -1, -unread, -alert FROM before
    ) AS moves GROUP BY department, area, procedure, status, assignee, closed
    HAVING sum(n) <> 0 OR sum(u) <> 0 OR sum(a) <> 0
), work AS (
    INSERT INTO work_counts (department, area, procedure, status, assignee, closed, requests, unread, alerts)
    SELECT * FROM cells
    ON CONFLICT (department, area, procedure, status, assignee, closed) DO UPDATE
    SET requests = work_counts.requests + excluded.requests, unread = work_counts.unread + excluded.unread,
        alerts = work_counts.alerts + excluded.alerts
)
INSERT INTO due_counts (department, due_on, requests)
SELECT department, due_on, sum(n) FROM (
    SELECT department, due_on, 1 AS n FROM present WHERE due_on IS NOT NULL
    UNION ALL
    SELECT department, due_on, -1 FROM before WHERE due_on IS NOT NULL
) AS moves GROUP BY department, due_on HAVING sum(n) <> 0
ON CONFLICT (department, due_on) DO UPDATE SET requests = due_counts.requests + excluded.requests
"""
)
COUNT_ALL: LiteralString = (
    "WITH present AS (INSERT INTO counted "  # noqa: S608 every part is written here
    + PRESENT
    + """RETURNING *), work AS (
    INSERT INTO work_counts (department, area, procedure, status, assignee, closed, requests, unread, alerts)
    SELECT department, area, procedure, status, assignee, closed, count(*), sum(unread), sum(alert)
    FROM present GROUP BY department, area, procedure, status, assignee, closed
)
INSERT INTO due_counts (department, due_on, requests)
SELECT department, due_on, count(*) FROM present WHERE due_on IS NOT NULL GROUP BY department, due_on
"""
)


def recount(conn: Connection, request_ids: Sequence[str]) -> None:
    """Counts these requests as they are now. One process does this for the whole database, so no two counts cross."""
    conn.execute(RECOUNT, {"ids": list(request_ids)})


def count_all(tx: Transaction) -> None:
    """Counts every request as it is now, where nothing is counted yet: at once, for a rebuild keeps readers waiting."""
    tx.conn.execute(COUNT_ALL)


@tally(
    e.RequestSubmitted,
    e.RequestStatusChanged,
    e.RequestAssigned,
    e.RequestCancelled,
    e.RequestErased,
    e.AttestationRequested,
    e.AttestationGiven,
    e.ExchangeAdded,
    e.ExchangeRead,
    e.AppointmentBooked,
    e.AppointmentRescheduled,
    e.AppointmentCancelled,
    tables=("work_counts", "due_counts", "counted"),
    count_all=count_all,
)
def count_requests(tx: Transaction, request_ids: Sequence[str]) -> None:
    """What events changed of a request's place in the work list is in its row already, written with them."""
    recount(tx.conn, request_ids)
