"""The event store on a real server: nothing lost, nothing doubled, nothing that cannot be proved afterwards."""

import os
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import Barrier, Thread
from uuid import uuid4

import psycopg
import pytest

from services.chassis.actors import Actor
from services.chassis.bus import parking
from services.chassis.bus.envelope import unpack
from services.chassis.bus.reactions import Reaction
from services.chassis.calls import Call
from services.chassis.errors import Refusal, Unavailable
from services.chassis.event_store import commands, db
from services.chassis.event_store.decider import Decider
from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.event_store.locks import LockOrder, declare_lock_order
from services.chassis.event_store.store import CommandReused, Transaction
from services.chassis.event_store.transaction import NoTransaction
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import MovedClock
from tests.integration.chassis.facts import Noted, Told, letter, note
from tests.servers.notebook import Notebook
from tests.servers.round_trips import RoundTrips
from tests.support.readable import in_clear

ROUNDS = {"gate": 3, "release": 20}
WRITERS = 200
IN_ORDER_OF_POSITION = """
SELECT array_agg(version ORDER BY position) AS versions FROM positions JOIN events USING (event_id) GROUP BY stream
"""
HEARD = """
INSERT INTO heard (event_id, source, type, subject, position, body)
VALUES (%(event_id)s, %(source)s, %(type)s, %(subject)s, %(position)s, %(body)s)
"""
CALL = Call(
    method="note",
    actor=Actor(kind="visitor", id="v"),
    body={"name": "Zoé"},
    command_id="0199f3a2-7c41-7d52-9b0e-000000000001",
)
COUNT = Decider[int, int, Noted](
    decide=lambda number, _: [Noted(number=number)], evolve=lambda n, _: n + 1, initial=int
)

declare_lock_order({"file": 1, "slot": 2})


def number_all(store: Notebook) -> list[int]:
    with store.connection() as conn:
        conn.execute("SELECT number_positions()")
        return [row["position"] for row in conn.execute("SELECT position FROM positions ORDER BY position")]


@pytest.fixture
def wide(own_settings: Settings) -> Iterator[Notebook]:
    """A store through which as many may be in the server at once as a server of its usual size takes."""
    with db.connect(own_settings.database("tests"), "tests") as conn:
        [most] = conn.execute("SELECT setting::int AS connections FROM pg_settings WHERE name = 'max_connections'")
    opened = Notebook(replace(own_settings, database_pool_size=min(WRITERS, most["connections"] // 2)), "tests")
    yield opened
    opened.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("streams", [1, 200])
def test_two_hundred_appends_at_once_are_all_there_once_in_order(wide: Notebook, faults: str, streams: int) -> None:
    store, rounds = wide, ROUNDS[faults]
    at_once = store.settings.database_pool_size
    together = Barrier(at_once)
    names = [[f"note-{turn}-{place}" for place in range(streams)] for turn in range(rounds)]

    def append(turn: int, number: int) -> None:
        call = replace(CALL, command_id=str(uuid4()))
        waits = number < at_once

        def in_the_server(tx: Transaction) -> dict[str, object]:
            nonlocal waits
            if waits:  # until all have a transaction open; who has to try again goes on by itself
                waits = False
                together.wait()
            return {"noted": len(tx.execute(COUNT, names[turn][number % streams], number))}

        while True:
            try:
                store.run(call, in_the_server)
                return
            except (
                Unavailable
            ):  # of two hundred, some find no connection or no lock in time, and ask again as callers do
                time.sleep(0.1)

    with ThreadPoolExecutor(WRITERS) as writers:
        for turn in range(rounds):
            list(writers.map(append, [turn] * WRITERS, range(WRITERS)))

    assert number_all(store) == list(range(1, WRITERS * rounds + 1))
    for turn in range(rounds):
        histories = [store.history(name) for name in names[turn]]
        assert Counter(r.event.number for events in histories for r in events) == dict.fromkeys(range(WRITERS), 1)
        assert all([r.version for r in events] == list(range(1, WRITERS // streams + 1)) for events in histories)
    events = store.ask(IN_ORDER_OF_POSITION)
    assert all(row["versions"] == sorted(row["versions"]) for row in events)


def test_positions_follow_the_order_of_each_stream(store: Notebook) -> None:
    store.append("note-a", [Noted(number=n) for n in range(5)])
    number_all(store)
    store.append("note-a", [Noted(number=n) for n in range(5, 9)])
    number_all(store)
    rows = store.ask("SELECT version FROM positions JOIN events USING (event_id) ORDER BY position")
    assert [row["version"] for row in rows] == list(range(1, 10))


@pytest.mark.timeout(1800)
def test_moves_that_cross_never_wait_for_each_other_in_a_ring(store: Notebook, faults: str) -> None:
    def move(files: tuple[str, str, str]) -> None:
        file, old, new = files
        with store.transaction() as tx:
            tx.load(COUNT, file)
            tx.lock(old, new)
            tx.execute(COUNT, old, 1)
            tx.execute(COUNT, new, 2)
            tx.append(file, [Noted(number=3)])

    for day in range(ROUNDS[faults]):  # each has slots of its own, as long as those of a town's busy day
        one, other = f"slot-{day}-1", f"slot-{day}-2"
        crossing = [(f"file-{day}-a", one, other), (f"file-{day}-b", other, one)] * 50
        with ThreadPoolExecutor(8) as movers:
            list(movers.map(move, crossing))
        assert len(store.history(one)) == len(crossing)


def test_locking_back_is_a_defect_that_shows_at_once(store: Notebook) -> None:
    with pytest.raises(LockOrder), store.transaction() as tx:
        tx.lock("slot-1")
        tx.lock("file-a")


def test_a_view_can_neither_lock_nor_append(store: Notebook) -> None:
    store.append("note-a", [Noted(number=1)])
    with store.viewing(None) as view:
        for wanted in (
            lambda: view.lock("note-a"),
            lambda: view.load(COUNT, "note-a"),
            lambda: view.append("note-a", [Noted(number=2)]),
        ):
            with pytest.raises(NoTransaction):
                wanted()
        assert view.fold(COUNT, "note-a") == (1, 1)


def test_a_failed_transaction_leaves_no_event_and_no_outbox_row(store: Notebook) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        tx.append("note-a", [Noted(number=1)])
        raise ZeroDivisionError
    assert store.history("note-a") == []
    assert number_all(store) == []


def test_what_a_transaction_writes_is_sent_with_its_commit(store: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = RoundTrips(monkeypatch)
    with store.transaction() as tx:
        tx.load(COUNT, "note-a")
        tx.append("note-a", [Noted(number=1), Noted(number=2)])
        tx.conn.execute("INSERT INTO hopeless VALUES ('a')")
    assert trips.count == 2
    assert [one.version for one in store.history("note-a")] == [1, 2]


def test_a_write_that_fails_is_the_failure_of_its_transaction(store: Notebook) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation), store.transaction() as tx:
        tx.append("note-a", [Noted(number=1)])
        tx.conn.execute("INSERT INTO hopeless VALUES ('a')")
        tx.conn.execute("INSERT INTO hopeless VALUES ('a')")
        tx.conn.execute("INSERT INTO hopeless VALUES ('b')")
    assert not store.history("note-a")
    assert not store.ask("SELECT subject FROM hopeless WHERE subject IN ('a', 'b')")


def test_a_savepoint_takes_back_what_was_sent_within_it_alone(store: Notebook) -> None:
    with store.transaction() as tx:
        tx.conn.execute("INSERT INTO hopeless VALUES ('before')")
        with pytest.raises(psycopg.errors.UniqueViolation), tx.conn.transaction():
            tx.conn.execute("INSERT INTO hopeless VALUES ('within')")
            tx.conn.execute("INSERT INTO hopeless VALUES ('before')")
        with pytest.raises(ZeroDivisionError), tx.conn.transaction():
            tx.conn.execute("INSERT INTO hopeless VALUES ('never sent')")
            raise ZeroDivisionError
        tx.conn.execute("INSERT INTO hopeless VALUES ('after')")
    assert store.ask("SELECT subject FROM hopeless ORDER BY subject") == [{"subject": "after"}, {"subject": "before"}]


def test_a_command_sent_ten_times_at_once_has_one_effect_and_one_answer(store: Notebook) -> None:
    def use_case(tx: Transaction) -> dict[str, object]:
        return note(tx, "a", number=len(tx.history("note-a")) + 1)

    with ThreadPoolExecutor(10) as hands:
        answers = list(hands.map(lambda _: store.run(CALL, use_case), range(10)))
    assert answers == [{"version": 1}] * 10
    assert len(store.history("note-a")) == 1


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        (replace(CALL, method="forget"), CommandReused),
        (replace(CALL, body={"name": "Léa"}), CommandReused),
        (replace(CALL, actor=Actor(kind="visitor", id="w")), commands.CommandOfAnother),
    ],
    ids=["another method", "another body", "another actor"],
)
def test_a_command_id_with_another_method_body_or_actor_is_refused(
    store: Notebook, other: Call, refusal: type[Refusal]
) -> None:
    store.run(CALL, lambda tx: note(tx, "a"))
    with pytest.raises(refusal):
        store.run(other, lambda tx: note(tx, "a"))


def test_a_command_done_before_its_method_was_kept_is_not_done_again(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(commands, "hash_of", commands._hash_of_before)
        store.run(CALL, lambda tx: note(tx, "a"))
    assert store.run(CALL, lambda tx: note(tx, "a")) == {"version": 1}
    assert len(store.history("note-a")) == 1


def test_the_outcome_of_a_command_is_kept_for_forty_eight_hours(store: Notebook, clock: MovedClock) -> None:
    answer = store.run(CALL, lambda tx: note(tx, "a"))
    clock.move(hours=47)
    store.forget_commands()
    assert store.run(CALL, lambda tx: note(tx, "a")) == answer
    assert len(store.history("note-a")) == 1
    clock.move(hours=2)
    store.forget_commands()
    assert store.ask("SELECT command_id FROM commands") == []


def test_neither_a_sealed_field_nor_a_kept_outcome_can_be_read_in_the_database(store: Notebook) -> None:
    store.append("note-a", [Told(number=1, name="MARKER")], key="a")
    store.run(CALL, lambda tx: {"tracking_token": "MARKER"})
    with store.read() as conn:
        assert in_clear(conn, "MARKER") == []
        assert ("events", "note-a") in in_clear(conn, "note-a")


def test_a_destroyed_key_hides_the_sealed_part_and_takes_nothing_more(store: Notebook, own_settings: Settings) -> None:
    store.append("note-a", [Told(number=7, name="Zoé")], key="a")
    assert store.history("note-a")[0].event == Told(number=7, name="Zoé")
    with store.transaction() as tx:
        tx.destroy_key("a")
    (recorded,) = store.history("note-a")
    assert (recorded.event.number, recorded.event.name, recorded.readable) == (7, None, False)
    assert verify(own_settings, "tests").sound
    with pytest.raises(KeyDestroyed):
        store.append("note-a", [Told(number=8, name="Zoé")], key="a")
    with store.transaction() as tx:
        tx.destroy_key("never-heard-of")
    with pytest.raises(KeyDestroyed), store.transaction() as tx:
        tx.seal("never-heard-of", {"name": "Zoé"})


def test_a_key_is_destroyed_with_the_transaction_or_not_at_all(store: Notebook) -> None:
    sealed = store.seal("c", {"name": "Zoé"})
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        tx.destroy_key("c")
        raise ZeroDivisionError
    assert store.open("c", sealed) == {"name": "Zoé"}


def test_no_key_names_its_person(store: Notebook) -> None:
    store.seal("a", {"name": "Zoé"})
    with store.read() as conn:
        [kept] = conn.execute("SELECT * FROM keys").fetchall()
    assert kept.keys() == {"key_id", "wrapped", "destroyed_at"}


def test_the_role_of_a_service_can_neither_change_nor_remove_an_event(store: Notebook) -> None:
    store.append("note-a", [Noted(number=1)])
    for statement in ("UPDATE events SET public = '{}'", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), store.read() as conn:
            conn.execute(statement)


@pytest.mark.parametrize(
    "crime",
    [
        "UPDATE events SET public = '{\"number\": 9}' WHERE version = 2",
        "UPDATE events SET sealed = sealed || '\\x00'::bytea WHERE sealed IS NOT NULL",
        "UPDATE events SET time = time + interval '1 day' WHERE version = 1",
        "DELETE FROM events WHERE version = 2",
        "UPDATE events SET shared = true",
        "UPDATE events SET shared = false WHERE version = 3",
        "UPDATE positions SET event_id = (SELECT event_id FROM positions WHERE position = 2) WHERE position = 3",
        "UPDATE positions p SET event_id = q.event_id FROM positions q WHERE p.position + q.position = 5",
    ],
)
def test_verify_finds_a_row_that_was_changed_or_removed(store: Notebook, own_settings: Settings, crime: str) -> None:
    store.append("note-a", [Noted(number=1), Told(number=2, name="x"), Noted(number=3)], key="a")
    number_all(store)
    store.append("note-a", [Noted(number=4)])
    assert verify(own_settings, "tests").sound
    with db.connect(own_settings.owner_database("tests"), "crime") as conn:
        conn.execute(crime)
    assert not verify(own_settings, "tests").sound


def test_a_store_that_lost_its_end_says_so_and_gives_no_number_twice(store: Notebook, own_settings: Settings) -> None:
    store.append("note-a", [Noted(number=1), Noted(number=2)])
    with db.connect(own_settings.owner_database("tests"), "short restore") as conn:
        conn.execute("SELECT number_positions()")
        conn.execute("UPDATE marks SET position = 2")
        conn.execute("DELETE FROM positions WHERE position = 2")
        conn.execute("DELETE FROM events WHERE version = 2")
        assert "la fin manque" in str(verify(own_settings, "tests"))
        store.append("note-b", [Noted(number=3)])
        conn.execute("SELECT number_positions()")
        assert conn.execute("SELECT max(position) AS last FROM positions").fetchone() == {"last": 3}, "to be published"
    assert "il manque 1 position" in str(verify(own_settings, "tests"))


def test_a_backlog_too_long_for_one_statement_is_numbered_in_order(own_settings: Settings) -> None:
    with db.connect(own_settings.owner_database("tests"), "backlog") as conn:
        conn.execute("INSERT INTO outbox (event_id) SELECT gen_random_uuid() FROM generate_series(1, 10500)")
        expected = [row["event_id"] for row in conn.execute("SELECT event_id FROM outbox ORDER BY id")]
        bites = [conn.execute("SELECT number_positions() AS n").fetchall()[0]["n"] for _ in range(3)]
        numbered = conn.execute("SELECT event_id FROM positions ORDER BY position").fetchall()
    assert bites == [10_000, 500, 0]
    assert [row["event_id"] for row in numbered] == expected


def test_an_event_received_by_another_process_is_neither_parked_nor_tried_again(store: Notebook) -> None:
    body = letter(1, "a").body
    event, effects = unpack(body), []
    reactions = {"tests": {"Noted": Reaction(Noted, lambda _, received: effects.append(received.event_id))}}
    key = {"event_id": event.event_id, "source": "tests"}

    parking.park(store, event, body.decode(), ZeroDivisionError())  # whose connection was lost in the middle
    with store.transaction() as tx:  # and who was given it again
        tx.conn.execute(HEARD, {**vars(event), "body": body.decode()})
    parking.try_again(store, reactions, key)
    assert effects == []

    parking.park(store, event, body.decode(), ZeroDivisionError())
    assert not parking.try_again(store, reactions, key)
    assert effects == []


def test_an_absent_database_is_unavailable_within_the_limit(own_settings: Settings) -> None:
    nowhere = Notebook(replace(own_settings, database_url="postgresql://x@127.0.0.1:1/{service}"), "tests")
    with pytest.raises(Unavailable), nowhere.read():
        pass
    nowhere.close()


@pytest.mark.parametrize("leave", ["says why", "is cut"])
def test_an_idle_connection_that_the_server_ended_is_not_handed_out(
    store: Notebook, own_settings: Settings, leave: str
) -> None:
    with store.connection() as conn:
        pid = conn.info.backend_pid
        idle = socket.fromfd(conn.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM)
    if leave == "says why":
        with db.connect(own_settings.owner_database("tests"), "tests") as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    else:
        idle.shutdown(socket.SHUT_RDWR)
    idle.close()

    with store.connection() as conn:
        assert conn.execute("SELECT 1").fetchone()
        assert conn.info.backend_pid != pid


def test_a_pool_whose_connections_were_all_ended_gives_a_new_one_in_time(
    store: Notebook, own_settings: Settings
) -> None:
    with ExitStack() as stack:
        pids = [stack.enter_context(store.connection()).info.backend_pid for _ in range(6)]
    with db.connect(own_settings.owner_database("tests"), "tests") as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", (pids,))

    with store.connection() as conn:
        assert conn.info.backend_pid not in pids


def test_an_idle_connection_unknown_to_its_server_is_not_handed_out(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "TRUSTED_SECONDS", 0.0)
    with store.connection() as conn, socket.create_server(("127.0.0.1", 0)) as elsewhere:
        pid = conn.info.backend_pid
        silent = socket.create_connection(elsewhere.getsockname())
        silent.setblocking(False)  # as libpq has its own
        peer, _ = elsewhere.accept()
        os.dup2(silent.fileno(), conn.pgconn.socket)
        silent.close()

    def forget() -> None:
        peer.recv(1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()  # by a reset: the server knows no such connection

    Thread(target=forget, daemon=True).start()
    with store.connection() as conn:
        assert conn.execute("SELECT 1").fetchone()
        assert conn.info.backend_pid != pid


def test_a_transaction_that_the_server_ended_because_it_slept_is_unavailable(store: Notebook) -> None:
    with pytest.raises(Unavailable), store.connection() as conn, conn.transaction():
        conn.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
        time.sleep(0.3)  # what a starved process does
        conn.execute("SELECT 1")

    assert verify(store.settings, "tests").sound
