"""Several PostgreSQL servers, of which one at a time takes writes: what is acknowledged survives the loss of that one."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, nullcontext
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.bus import relay, subscribers
from services.chassis.bus.envelope import unpack
from services.chassis.bus.parking import park
from services.chassis.bus.queues import declare, queue_of
from services.chassis.bus.reactions import Reaction
from services.chassis.calls import Call
from services.chassis.event_store import db
from services.chassis.event_store.store import DatabaseDown, TransactionAborted
from services.chassis.process.migrate import migrate
from tests.integration.chassis import facts
from tests.integration.chassis.conftest import EMPTY, listening, relaying, until
from tests.integration.chassis.facts import Noted, letter
from tests.servers.broker import channel_to, publish
from tests.servers.databases import TOLD_NOTHING
from tests.servers.notebook import Notebook
from tests.servers.standby import Pair, naming, started

CLOSED = "127.0.0.1:9"
CALL = Call(method="note", actor=Actor(kind="visitor", id="v"), body={"subject": "one"}, command_id="once")
REACTIONS = {"Noted": Reaction(Noted, facts.keep)}


@pytest.fixture(scope="module")
def servers(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A leader with everything that the tests' own service needs, and a standby that its commits wait for."""
    with started(environment, tmp_path_factory.mktemp("several"), "tests") as pair:
        migrate(pair.settings, "tests")
        with db.connect(pair.settings.owner_database("tests"), "tests") as conn:
            conn.execute(facts.TABLES)
            subscribers.keep(conn, {"tests": ["Noted"]})
        migrate(pair.settings, "tests")
        yield pair


@pytest.fixture
def pair(servers: Pair) -> Pair:
    """The same, empty, as is the queue of the tests' own service."""
    with db.connect(servers.settings.owner_database("tests"), "tests") as conn:
        conn.execute(EMPTY)
        conn.execute(TOLD_NOTHING)
    with channel_to(servers.settings.amqp_url) as channel:
        declare(channel, servers.settings.amqp_url, "tests", "tests", ["Noted"])
        channel.queue_purge(queue_of("tests", "tests"))
    return servers


@pytest.fixture
def store(pair: Pair) -> Iterator[Notebook]:
    opened = Notebook(pair.settings, "tests")
    yield opened
    opened.close()


def effects(store: Notebook) -> list[int]:
    """The positions of the events that took effect."""
    return [row["sequence"] for row in store.ask("SELECT sequence FROM effects ORDER BY sequence")]


def queued(pair: Pair) -> int:
    with channel_to(pair.settings.amqp_url) as channel:
        return channel.queue_declare(queue_of("tests", "tests"), passive=True).message_count


def test_a_pool_finds_the_leader_beside_dead_and_silent_servers_in_time(pair: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        others = (CLOSED, f"127.0.0.1:{silent.getsockname()[1]}", f"127.0.0.1:{pair.other.port}")
        named = naming(pair.settings.database_url, *others, f"127.0.0.1:{pair.leader.port}")
        in_this_order = replace(pair.settings, database_url=f"{named}?load_balance_hosts=disable")

        with db.open_pool(in_this_order, "tests") as pool, pool.connection() as conn:
            assert conn.info.port == pair.leader.port


def test_no_time_out_cuts_the_wait_for_a_standby_short(pair: Pair) -> None:
    def write(mark: str, *, in_transaction: bool) -> None:
        with (
            db.connect(pair.settings.database("tests"), mark, statement_timeout="1s") as conn,
            conn.transaction() if in_transaction else nullcontext(),
        ):
            conn.execute("UPDATE marks SET position = position WHERE name = %s", (mark,))

    with ThreadPoolExecutor() as threads, pair.no_standby():
        writing = [
            threads.submit(write, "counted", in_transaction=True),
            threads.submit(write, "published", in_transaction=False),
        ]
        until(lambda: pair.waiting("counted", seconds=1.5) and pair.waiting("published", seconds=1.5))
        assert not any(one.done() for one in writing)
    for one in writing:
        one.result()


def test_a_command_is_acknowledged_only_once_a_standby_has_its_effect(pair: Pair, store: Notebook) -> None:
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(store.run(CALL, lambda tx: facts.note(tx, "one")))
        except DatabaseDown as down:
            answers.append(type(down.__cause__))

    with pair.no_standby():
        for _ in ("done here alone", "found done"):
            asking = Thread(target=ask)
            asking.start()
            pair.cut_short("parvis-tests")
            asking.join()
    ask()

    assert answers == [db.NotReplicated, db.NotReplicated, {"version": 1}]
    assert len(store.history("note-one")) == 1


def test_an_event_is_in_hand_until_a_standby_has_its_effect(pair: Pair, store: Notebook) -> None:
    with ExitStack() as meanwhile:
        with pair.no_standby():
            meanwhile.enter_context(listening(store, REACTIONS))
            publish(pair.settings.amqp_url, [letter(1)])
            for _ in ("its effect", "found done"):
                pair.cut_short("parvis-tests")
            until(lambda: pair.waiting("parvis-tests"))
        until(lambda: queued(pair) == 0)
    assert effects(store) == [1]
    assert store.ask("SELECT FROM parked") == []


def test_an_event_found_applied_is_not_put_aside_before_a_standby_has_its_effect(pair: Pair, store: Notebook) -> None:
    message = letter(1)
    envelope = unpack(message.body)
    with ExitStack() as meanwhile:
        with pair.no_standby():
            meanwhile.enter_context(listening(store, REACTIONS))
            publish(pair.settings.amqp_url, [message])
            pair.cut_short("parvis-tests")  # its effect is seen, here alone
            until(lambda: pair.waiting("parvis-tests"))
            with pytest.raises(TransactionAborted):
                park(store, envelope, message.body.decode(), ValueError())
        until(lambda: queued(pair) == 0)
        park(store, envelope, message.body.decode(), ValueError())
    assert store.ask("SELECT FROM parked") == []


def test_a_relay_publishes_nothing_before_a_standby_has_the_number(pair: Pair, store: Notebook) -> None:
    store.append("note-one", [Noted(number=1)])
    with ExitStack() as meanwhile:
        with pair.no_standby():
            meanwhile.enter_context(relaying(pair.settings))
            for _ in ("when it begins", "when it begins anew"):
                pair.cut_short("parvis-relay")
            until(lambda: pair.waiting("parvis-relay"))
            assert queued(pair) == 0
        until(lambda: queued(pair) == 1)


def test_a_leader_that_leads_no_more_counts_as_down_and_the_new_one_is_found(
    pair: Pair, store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_SECONDS", 0.1)
    receiving = Notebook(pair.settings, "tests")
    with closing(receiving), relaying(pair.settings), listening(receiving, REACTIONS):
        store.append("note-one", [Noted(number=1)])
        until(lambda: effects(store) == [1])

        pair.fail_over()

        with pytest.raises(DatabaseDown):
            store.append("note-one", [Noted(number=2)])
        store.append("note-one", [Noted(number=3)])
        until(lambda: effects(store) == [1, 2])
    assert store.ask("SELECT FROM parked") == []
    assert [recorded.event.number for recorded in store.history("note-one")] == [1, 3]
