"""What a round of the relay costs its database."""

from services.chassis.bus import relay
from services.chassis.event_store import db
from services.chassis.settings import Settings
from tests.servers.notebook import Notebook

STORED = """
WITH stored AS (
    INSERT INTO events (stream, version, event_id, type, type_version, subject, time, public, shared, hash)
    SELECT 'note-' || n, 1, gen_random_uuid(), 'Noted', 1, n::text, now(), '{}', false, ''
    FROM generate_series(1, 3000) AS n RETURNING event_id
)
INSERT INTO positions (position, event_id) SELECT row_number() OVER (), event_id FROM stored
"""
READ_WHOLE = "SELECT pg_stat_get_xact_numscans('events'::regclass) AS n, pg_stat_get_xact_numscans('positions'::regclass) AS of_positions"
ONE_AUDIENCE = {"audiences": ["published"], "marks": [2998], "published": [2998], "at_most": relay.BATCH}


def test_a_round_reads_the_events_that_it_publishes_and_no_others(own_settings: Settings) -> None:
    """However many are stored; also once PostgreSQL has one plan for all rounds, which it makes after five of them."""
    with (
        db.connect(own_settings.owner_database("tests"), "rounds") as conn,
        conn.transaction(force_rollback=True),
    ):
        conn.execute(STORED)
        conn.execute("ANALYZE events, positions")
        conn.execute("UPDATE marks SET position = 2998")
        before = conn.execute(READ_WHOLE).fetchall()
        for _ in range(8):
            rows = conn.execute(relay.STEP, ONE_AUDIENCE).fetchall()
            assert [row["position"] for row in rows] == [2999, 3000]
        assert conn.execute(READ_WHOLE).fetchall() == before


def test_no_statement_is_compiled(store: Notebook) -> None:
    """Among a hundred thousand events a round is expected to read a tenth of them, which PostgreSQL would compile it for, each time."""
    assert store.ask("SHOW jit") == [{"jit": "off"}]
