"""Idle processes ask nothing; a commit wakes its waiters, and a waiter that was not woken looks by itself."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.chassis.bus import broker_connection, parking, relay
from services.chassis.bus.broker_connection import BrokerConnection
from services.chassis.bus.envelope import unpack
from services.chassis.bus.reactions import Reaction
from services.chassis.event_store import counting, db, signals
from services.chassis.event_store.signals import EVENTS
from services.chassis.retries import Schedule
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import ROOT, looping, relaying, until
from tests.integration.chassis.facts import Noted, letter
from tests.servers.notebook import Notebook

NEVER = 3600.0
SESSION = (
    "SELECT state_change FROM pg_stat_activity WHERE application_name = 'parvis-relay' AND datname = current_database()"
)


class Refusal(Exception):
    pass


def published(store: Notebook) -> int:
    return store.ask("SELECT min(position) AS told FROM marks WHERE name <> 'counted'")[0]["told"]


def asked_last(store: Notebook) -> Any:
    return store.ask(SESSION)[0]["state_change"]


def rests(store: Notebook) -> None:
    """Waits until the relay has asked nothing for as long as it stays awake after a wake-up."""
    last, since = None, time.monotonic()
    while time.monotonic() - since < 2 * relay.STAYS_BUSY_SECONDS:
        if (now := asked_last(store)) != last:
            last, since = now, time.monotonic()
        time.sleep(0.05)


def test_a_relay_with_nothing_to_publish_asks_nothing_and_is_woken_by_a_commit(
    store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_SECONDS", NEVER)
    with relaying(own_settings) as works:
        until(lambda: works.ready)
        for number in range(1, 4):
            rests(store)
            store.append("note-a", [Noted(number=number)])
            until(lambda number=number: published(store) == number, 30)


def test_a_relay_whose_wake_up_was_lost_looks_by_itself(
    store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_SECONDS", 0.5)
    with relaying(own_settings) as works:
        until(lambda: works.ready)
        time.sleep(relay.STAYS_BUSY_SECONDS)
        monkeypatch.setattr(signals, "NOTIFY", "SELECT 1")
        store.append("note-a", [Noted(number=1)])
        until(lambda: published(store) == 1, 30)


def test_a_commit_that_wakes_the_relay_itself_needs_no_wake_up_after_it(
    store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_SECONDS", NEVER)
    with relaying(own_settings) as works:
        until(lambda: works.ready)
        rests(store)
        monkeypatch.setattr(signals.Signals, "committed", lambda *_: None)
        with store.transaction() as tx:
            tx.append("note-a", [Noted(number=1)])
            tx.wake_relay()
        until(lambda: published(store) == 1, 30)


def test_the_relay_is_notified_after_the_commit_and_of_many_commits_once(
    store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "NOTIFIES_EVERY_SECONDS", NEVER)
    notified: list[int] = []
    with db.connect(own_settings.database("tests"), "tests") as listening:
        listening.add_notify_handler(lambda _: notified.append(events(store)))
        listening.execute(signals.LISTEN)
        with pytest.raises(Refusal), store.transaction() as tx:
            tx.append("note-a", [Noted(number=0)])
            raise Refusal
        with store.transaction() as tx:
            tx.conn.execute("SELECT 1")
        listening.execute("SELECT 1")
        assert notified == []

        store.signals = signals.Signals()
        with store.transaction() as tx:
            tx.append("note-a", [Noted(number=1)])
            listening.execute("SELECT 1")
            assert notified == []
        for number in range(20):
            store.append("note-a", [Noted(number=number)])
        listening.execute("SELECT 1")
        assert len(notified) == 1
        assert notified[0] >= 1, "what was appended was not to be seen yet"


def events(store: Notebook) -> int:
    return store.ask("SELECT count(*) AS n FROM events")[0]["n"]


def test_tallies_sleep_until_their_process_appends_and_until_that_is_numbered(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "LOOK_SECONDS", NEVER)
    looks: list[bool] = []
    look = counting.count_what_is_there
    monkeypatch.setattr(counting, "count_what_is_there", lambda opened: looks.append(more := look(opened)) or more)
    with looping(store, counting.keep_counting):
        until(lambda: looks)
        assert looks == [False], "it did not go to sleep"

        store.append("note-a", [Noted(number=1)])
        until(lambda: len(looks) > 2)  # it is not numbered yet
        with store.connection() as conn:
            conn.execute("SELECT number_positions()")
        until(lambda: not looks[-1])
        assert counted(store) == 1


def counted(store: Notebook) -> int:
    return store.ask("SELECT position FROM marks WHERE name = 'counted'")[0]["position"]


def test_a_parked_event_is_tried_again_at_its_time_without_a_look_before(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "LOOK_SECONDS", NEVER)
    monkeypatch.setattr(parking, "TRIES", Schedule((timedelta(seconds=0.5), *parking.TRIES.delays[1:])))
    tried: list[float] = []
    reactions = {"tests": {"Noted": Reaction(Noted, lambda *_: tried.append(time.monotonic()))}}
    looks: list[float] = []
    look = parking._next_in
    monkeypatch.setattr(parking, "_next_in", lambda opened: looks.append(found := look(opened)) or found)
    with looping(store, parking.keep_trying, reactions):
        until(lambda: looks)
        body = letter(1, "one").body.decode()
        parked = time.monotonic()
        parking.park(store, unpack(body), body, ZeroDivisionError())
        until(lambda: tried)
        assert tried[0] - parked >= 0.5
        until(lambda: looks[-1] == NEVER)
        assert len(looks) <= 6, "it was looked for in vain"


def test_a_pool_starts_small_and_gives_back_what_is_needed_no_more(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "IDLE_SECONDS", 0.1)
    with db.open_pool(replace(own_settings, database_pool_size=4), "tests") as pool:
        pool.wait()
        assert pool.get_stats()["pool_size"] == 1
        sizes: list[int] = []
        all_ask = threading.Barrier(4, lambda: sizes.append(pool.get_stats()["pool_size"]))

        def ask(_: int) -> None:
            with pool.connection():
                all_ask.wait(30)

        with ThreadPoolExecutor(4) as asking:
            list(asking.map(ask, range(4)))
        assert sizes == [4]
        until(lambda: pool.get_stats()["pool_size"] == 1)


def test_a_connection_that_waits_longer_than_the_broker_lives_by_heartbeats(own_settings: Settings) -> None:
    waits = BrokerConnection(own_settings.amqp_url, heartbeat=2)
    waits.open()
    begun, woken = time.monotonic(), 0
    while time.monotonic() - begun < 7:  # a broker that receives nothing from it closes it after 4 to 6
        woken += waits.drain(1.2)
    waits.open().queue_declare("", exclusive=True)
    waits.end()
    assert 3 <= woken <= 9


def test_a_connection_has_the_kernel_probe_the_other_side(own_settings: Settings) -> None:
    asks = BrokerConnection(own_settings.amqp_url)
    sock = asks.open().connection.transport.sock
    seconds = {
        option: sock.getsockopt(broker_connection.socket.IPPROTO_TCP, option) for option in broker_connection.KEEPALIVE
    }
    asks.end()
    assert seconds == broker_connection.KEEPALIVE
    assert broker_connection.KEEPALIVE[broker_connection.socket.TCP_KEEPIDLE] <= 10


WOKEN = """
from services.chassis.process import patched
import time
from types import SimpleNamespace
from nameko.containers import ServiceContainer
from services.chassis.rpc.entrypoints import woken
from services.chassis.event_store.signals import Signals

turns = []

class Service:
    name = "woken"

    @woken("work", spaced=0.3, at_latest=30.0)
    def turn(self):
        turns.append(time.monotonic())
        if len(turns) == 2:
            raise ZeroDivisionError
        return 0.9 if len(turns) == 3 else None

def until_turns(number):
    while len(turns) < number:
        time.sleep(0.01)

signals = Signals()
running = ServiceContainer(Service, config={"store": SimpleNamespace(signals=signals)})
running.start()
until_turns(1)
signals.of("work").set()  # the second turn fails, and the third says when the fourth is due
until_turns(4)
for _ in range(9):
    signals.of("work").set()
until_turns(5)
time.sleep(0.5)
running.stop()
time.sleep(0.5)
print(*turns)
"""


def test_a_loop_runs_when_it_is_woken_when_it_said_and_after_a_failure_soon() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WOKEN], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    turns = [float(word) for word in done.stdout.splitlines()[-1].split()]
    assert len(turns) == 5, "nine wake-ups are one turn, and there is none after the end"
    soon = 10  # far less than the time after which it runs in any case
    woken, failed, said, woken_again = (after - before for before, after in pairwise(turns))
    assert 0.3 <= woken < soon
    assert 0.3 <= failed < soon
    assert 0.9 <= said < soon
    assert 0.3 <= woken_again < soon


def test_the_signal_of_an_append_wakes_a_waiter_of_the_same_process(store: Notebook) -> None:
    appended = store.signals.of(EVENTS)
    store.append("note-a", [Noted(number=1)])
    begun = time.monotonic()
    appended.wait(NEVER)
    assert time.monotonic() - begun < 30
