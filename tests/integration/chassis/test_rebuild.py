"""A rebuild makes tables anew from the events, and no write meanwhile is lost."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from services.chassis.bus import reactions
from services.chassis.bus.envelope import Received
from services.chassis.bus.reactions import Reaction
from services.chassis.event_store import db, projections, transaction
from services.chassis.event_store.counting import COUNTING, count_once
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.projections import projection, tally
from services.chassis.event_store.transaction import Transaction
from services.chassis.process import rebuild
from services.chassis.settings import Settings
from tests.integration.chassis.facts import Noted, letter
from tests.servers.notebook import Notebook

TABLE = """
DROP TABLE IF EXISTS shown;
CREATE TABLE shown (stream text, version integer, number integer, CONSTRAINT shown_once PRIMARY KEY (stream, version));
GRANT ALL ON shown TO PUBLIC;
"""


def show(tx: Transaction, recorded: Recorded[Noted]) -> None:
    values = (recorded.stream, recorded.version, recorded.event.number)
    tx.conn.execute("INSERT INTO shown (stream, version, number) VALUES (%s, %s, %s)", values)


@pytest.fixture
def shown(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with db.connect(own_settings.owner_database("tests"), "tests") as conn:
        conn.execute(TABLE)
    monkeypatch.setattr(projections, "_projections", {})
    monkeypatch.setattr(transaction, "_on_append", {})
    projection(Noted, tables=("shown",))(show)
    yield
    with db.connect(own_settings.owner_database("tests"), "tests") as conn:
        conn.execute("DROP TABLE shown")


def counted(store: Notebook) -> tuple[int, int]:
    with store.read() as conn:
        row = conn.execute("SELECT (SELECT count(*) FROM shown) AS shown, count(*) AS events FROM events").fetchall()[0]
        return row["shown"], row["events"]


def test_rows_are_made_again_while_others_write(shown: None, store: Notebook, own_settings: Settings) -> None:
    store.append("note-a", [Noted(number=n) for n in range(300)])
    with store.connection() as conn:
        conn.execute("SELECT number_positions()")
        conn.execute("DELETE FROM shown WHERE version % 3 = 0")
        conn.execute("UPDATE shown SET number = -1 WHERE version % 3 = 1")
    with ThreadPoolExecutor(3) as writers:
        writing = [writers.submit(store.append, f"note-{n}", [Noted(number=n)]) for n in range(60)]
        with db.connect(own_settings.owner_database("tests"), "tests", lock_timeout="10s") as conn:
            result = rebuild.Rebuild(own_settings, "tests", conn).run()
        for one in writing:
            one.result()
    assert result.rows["shown"] >= 300
    have, events = counted(store)
    assert have == events == 360
    with store.read() as conn:
        wrong = conn.execute("SELECT count(*) AS n FROM shown WHERE number < 0").fetchall()[0]["n"]
        names = conn.execute("SELECT indexname AS name FROM pg_indexes WHERE tablename = 'shown'").fetchall()
    assert wrong == 0
    assert names == [{"name": "shown_once"}]


def count_all(tx: Transaction) -> None:
    tx.conn.execute("INSERT INTO sums (stream, rows) SELECT stream, count(*) FROM shown GROUP BY stream")


def count(tx: Transaction, subjects: Sequence[str]) -> None:
    """From the rows, as a counter that may receive an event again."""
    tx.conn.execute(
        "INSERT INTO sums (stream, rows) SELECT stream, count(*) FROM shown WHERE stream = ANY(%s) GROUP BY stream "
        "ON CONFLICT (stream) DO UPDATE SET rows = excluded.rows",
        ([f"note-{subject}" for subject in subjects],),
    )


@pytest.fixture
def summed(shown: None, own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with db.connect(own_settings.owner_database("tests"), "tests") as conn:
        conn.execute("DROP TABLE IF EXISTS sums; CREATE TABLE sums (stream text PRIMARY KEY, rows integer NOT NULL)")
        conn.execute("GRANT ALL ON sums TO PUBLIC")
    monkeypatch.setattr(projections, "_tallies", {})
    tally(Noted, tables=("sums",), count_all=count_all)(count)
    yield
    with db.connect(own_settings.owner_database("tests"), "tests") as conn:
        conn.execute("DROP TABLE sums")


def test_sums_are_counted_anew_while_others_write_and_count(
    summed: None, store: Notebook, own_settings: Settings
) -> None:
    store.append("note-a", [Noted(number=n) for n in range(300)])
    with store.connection() as conn:
        conn.execute("SELECT number_positions()")
        conn.execute("INSERT INTO sums (stream, rows) VALUES ('note-a', 7), ('note-lost', 3)")
        conn.execute("UPDATE marks SET position = 300 WHERE name = 'counted'")
    stopping, relay = threading.Event(), threading.Lock()

    def write_and_count(number: int) -> None:
        while not stopping.is_set():
            store.append(f"note-{number}", [Noted(number=number)])
            with relay, store.connection() as conn:  # one works at a time
                conn.execute("SELECT number_positions()")
            count_once(store, at_most=3)

    with ThreadPoolExecutor(3) as writers:
        writing = [writers.submit(write_and_count, n) for n in range(3)]
        for _ in range(5):
            with db.connect(own_settings.owner_database("tests"), "tests", lock_timeout="10s") as conn:
                rebuild.Rebuild(own_settings, "tests", conn).run()
        stopping.set()
        for one in writing:
            one.result()
    while count_once(store):
        pass
    with store.read() as conn:
        true = conn.execute("SELECT stream, count(*)::integer AS rows FROM events GROUP BY stream ORDER BY stream")
        sums = conn.execute("SELECT stream, rows FROM sums ORDER BY stream")
        assert sums.fetchall() == true.fetchall()


def test_no_process_counts_while_sums_are_put_in_place(summed: None, store: Notebook, own_settings: Settings) -> None:
    store.append("note-a", [Noted(number=1)])
    with store.connection() as conn:
        conn.execute("SELECT number_positions()")
    with db.connect(own_settings.owner_database("tests"), "tests") as rebuilding:
        rebuilding.execute("SELECT pg_advisory_lock(%s)", (COUNTING,))
        assert count_once(store) == 0
        rebuilding.execute("SELECT pg_advisory_unlock(%s)", (COUNTING,))
    assert count_once(store) == 1


def test_an_event_received_and_recorded_under_one_id_is_shown_like_any_other(
    shown: None, store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore = Reaction(Noted, lambda _tx, _received: None, ("shown",))
    monkeypatch.setattr(reactions, "_reactions", {"tests": {"tests": {"Noted": ignore}}})
    result = letter(1)
    with store.transaction() as tx:
        tx.append("note-a", [Noted(number=n) for n in range(rebuild.BATCH)])  # the echo comes in the second batch
        tx.append("note-b", [Noted(number=1)], event_id=UUID(result.id))
        tx.conn.execute(
            "INSERT INTO heard (event_id, source, type, subject, position, body) VALUES (%s, 'tests', 'Noted', 'b', 1, %s)",
            (result.id, result.body.decode()),
        )
    with db.connect(own_settings.owner_database("tests"), "tests", lock_timeout="10s") as conn:
        rebuild.Rebuild(own_settings, "tests", conn).run()
    have, events = counted(store)
    assert have == events == rebuild.BATCH + 1


def test_a_reaction_is_replayed_by_the_part_that_fills_its_tables_alone(
    shown: None, store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(tx: Transaction, received: Received[Noted]) -> None:
        tx.conn.execute("INSERT INTO shown (stream, version, number) VALUES ('heard', 1, %s)", (received.fact.number,))

    def fill_and_say(tx: Transaction, received: Received[Noted]) -> None:
        fill(tx, received)
        tx.append("note-said", [Noted(number=0)])

    result = letter(7)
    with store.transaction() as tx:
        tx.conn.execute(
            "INSERT INTO heard (event_id, source, type, subject, position, body) VALUES (%s, 'tests', 'Noted', 'b', 1, %s)",
            (result.id, result.body.decode()),
        )
    for reaction in (Reaction(Noted, fill_and_say, ("shown",), fill), Reaction(Noted, fill_and_say, ("shown",))):
        monkeypatch.setattr(reactions, "_reactions", {"tests": {"tests": {"Noted": reaction}}})
        with db.connect(own_settings.owner_database("tests"), "tests", lock_timeout="10s") as conn:
            if reaction.rebuild is None:
                with pytest.raises(TypeError, match="appends nothing"):
                    rebuild.Rebuild(own_settings, "tests", conn).run()
            else:
                rebuild.Rebuild(own_settings, "tests", conn).run()
        assert counted(store) == (1, 0)
