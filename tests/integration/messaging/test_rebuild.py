"""The copies of messaging are made anew from what it received; what it alone knows is left as it is."""

from typing import Any
from uuid import UUID, uuid4

from services.chassis.process.rebuild import rebuild
from services.chassis.settings import Settings
from services.messaging.exchanges.rules import Side
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_exchanges import add
from tests.servers.mailbox import Mailbox
from tests.support import published
from tests.support.heard import hear
from tests.support.readable import rows_of

TABLES = ("town", "procedures", "requests", "exchanges", "notices")
ROAD = "signalement-voirie"


def submitted(messaging: Messaging, **changes: Any) -> UUID:
    request_id = uuid4()
    said = {
        "number": f"2026-{request_id.hex[:4]}".upper(),
        "procedure": ROAD,
        "version": 1,
        "department": "services-techniques",
        "submitted_at": "2026-11-25T09:00:00+00:00",
        "implicit_decision": {"effect": "rejection", "at": "2027-01-25"},
        "appointment": None,
    }
    hear(messaging.store, "requests", "RequestSubmitted", request_id, **{**said, **changes})
    return request_id


def rows(messaging: Messaging) -> dict[str, list[str]]:
    with messaging.store.read() as conn:
        return rows_of(conn, TABLES)


def test_a_rebuild_makes_the_copies_anew_and_enqueues_no_mail_twice(
    messaging: Messaging, smtp: Mailbox, settings: Settings
) -> None:
    with messaging.store.read() as conn:
        for table in ("town", "procedures", "requests", "heard"):
            conn.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
    hear(messaging.store, "procedures", "TownPublished", "town", **{"version": 1, **published.town()})
    definition = {"slug": ROAD, "version": 1, "definition": published.definition(ROAD)}
    hear(messaging.store, "procedures", "ProcedurePublished", ROAD, **definition)
    first, second = submitted(messaging, alert=True), submitted(messaging, appointment=str(uuid4()))
    hear(messaging.store, "requests", "RequestCancelled", second, by="citizen", from_status="submitted")
    add(messaging, first, Side.CITIZEN, "Bonjour.")
    with messaging.store.read() as conn:  # settled long ago and tidied away: not to be enqueued again
        conn.execute("DELETE FROM notices WHERE request_id = %s", (second,))
    before = rows(messaging)
    assert ["'alert': True" in row for row in before["requests"]].count(True) == 1
    assert len(before["requests"]) == 2
    with messaging.store.read() as conn:
        conn.execute("UPDATE requests SET number = 'lost'")
        conn.execute("DELETE FROM procedures")

    assert rebuild(settings, "messaging").rows == {"town": 1, "procedures": 1, "requests": 2}
    assert rows(messaging) == before
    assert messaging.said(f"request-{first}") == ["ExchangeAdded"]


def test_more_than_a_batch_of_received_events_comes_back_whole(messaging: Messaging, settings: Settings) -> None:
    with messaging.store.transaction() as tx:
        tx.conn.execute("DELETE FROM requests")
        tx.conn.execute("DELETE FROM heard WHERE type = 'RequestSubmitted'")
    submitted(messaging)
    with messaging.store.transaction() as tx:
        tx.conn.execute(
            """
            INSERT INTO heard (event_id, source, type, subject, position, body)
            SELECT made.id, source, type, made.id::text, position + number, replace(replace(body, event_id::text, made.id::text),
                '"subject":"' || subject || '"', '"subject":"' || made.id::text || '"')
            FROM heard, generate_series(1, 1200) AS n, LATERAL (SELECT n AS number, gen_random_uuid() AS id) AS made
            WHERE type = 'RequestSubmitted'
            """
        )
    assert rebuild(settings, "messaging").rows["requests"] == 1201
