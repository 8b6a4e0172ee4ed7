"""One of three machines dies, is cut off or is lost for good: the portal goes on, and nothing acknowledged is lost.

Meanwhile every answer is a success or a 503 within six seconds.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import LiteralString

import psycopg
import pytest

from tests.cluster.brokers import node_name
from tests.cluster.cluster import Cluster
from tests.cluster.machines import NUMBERS
from tests.faults import invariants
from tests.faults.client import Try
from tests.faults.deployment import SERVICES
from tests.faults.load import Load
from tests.servers import look
from tests.servers.look import rows
from tests.support.people import eventually

pytestmark = pytest.mark.timeout(300)

ANSWER_SECONDS = 6.0
NEW_LEADER_SECONDS = 45.0
NEW_BROKER_SECONDS = 15.0
GIVEN_UP_SECONDS = 90.0
CLIENTS, RATE = 6, 8
SERVED = 12
"""Deeds that are done before something dies, and again once the portal goes on."""
RELAYS: LiteralString = """
SELECT count(*) AS n FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.objid = 7310002 AND d.datname = current_database()
"""
POSITIONS: LiteralString = (
    "SELECT count(*) AS n, coalesce(max(position), 0) AS last, count(DISTINCT event_id) AS events FROM positions"
)
GIVEN: LiteralString = "SELECT position, event_id FROM positions"
RECEIVED: LiteralString = "SELECT source, position, event_id FROM heard"

Figures = Callable[[str], None]


class Death:
    """When something died, and how long the portal took to go on."""

    def __init__(self, cluster: Cluster, load: Load) -> None:
        self._cluster, self._load = cluster, load
        self.at = time.monotonic()

    def outlived(self, within: float) -> float:
        """Seconds until requests are filed again; fails where so many of them passed in which our processes could work."""
        before = len(self._load.filed)
        self._cluster.wait_for(
            lambda: len(self._load.filed) >= before + 3, lambda: "nothing is filed", GIVEN_UP_SECONDS
        )
        took = time.monotonic() - self.at
        own = self._cluster.machine.own(self.at, took)
        assert own < within, f"filed again after {own:.0f} s"
        return took

    def unanswered_after(self, seconds: float) -> list[str]:
        """What was still refused or not answered so long after it."""
        return [
            f"{deed.kind} {one.status}, {one.began - self.at:.1f} s after"
            for deed in self._load.deeds
            for one in deed.tries
            if one.began > self.at
            and one.status in (None, 503)
            and self._cluster.machine.own(self.at, one.began - self.at) > seconds
        ]


def written_between(load: Load, since: float, until: float) -> list[tuple[str, Try]]:
    """What changes something, began between these moments and was acknowledged."""
    return [
        (deed.kind, one)
        for deed in load.deeds
        for one in deed.tries
        if deed.kind in ("file", "exchange", "move", "cancel", "decide")
        and since < one.began < until
        and one.status is not None
        and one.status < 300
    ]


@contextmanager
def people(cluster: Cluster, figures: Figures, *, mails_cut: int = 0) -> Generator[Load]:
    """Keeps people busy; once all is drained, every answer was in time and all invariants hold."""
    load = Load(cluster, clients=CLIENTS, rate=RATE)
    with load:
        load.wait_until_served(SERVED)
        yield load
        load.wait_until_served(SERVED)
    drained = look.drained(cluster)
    figures(f"{load.summary()}; drained in {drained:.1f} s")
    late = load.late(ANSWER_SECONDS)
    assert not late, f"{len(late)} waited longer than {ANSWER_SECONDS} s: {late[:5]}"
    assert None not in {one.status for one in load.tries()}, "the gateway itself did not answer"
    invariants.hold(cluster, load, cuts=mails_cut)


def test_a_standby_takes_over_within_45_seconds_where_the_leader_dies(cluster: Cluster, figures: Figures) -> None:
    dead = cluster.databases.leader()
    assert dead
    with people(cluster, figures, mails_cut=1) as load:
        death = Death(cluster, load)
        cluster.kill_database(dead)
        cluster.wait_for_another_leader(dead)
        took = death.outlived(NEW_LEADER_SECONDS)
        cluster.start_database(dead)
        load.wait_until_served(SERVED)
    refused = death.unanswered_after(NEW_LEADER_SECONDS)
    assert not refused, refused[:5]
    whole = cluster.wait_until_whole()
    assert cluster.databases.member(dead)["role"] == "replica"
    figures(f"filed again after {took:.1f} s, whole after {whole:.1f} s")


def test_a_leader_alone_acknowledges_nothing(cluster: Cluster, figures: Figures) -> None:
    leader = cluster.databases.leader()
    standbys = [number for number in NUMBERS if number != leader]
    assert leader
    with people(cluster, figures, mails_cut=1) as load:
        writer = Writer(cluster.databases.direct_url(leader).replace("{service}", "postgres"))
        for number in standbys:
            cluster.kill_database(number)
        died = time.monotonic()
        writer.start()
        cluster.wait_for(writer.waits, lambda: "nothing waits for a standby", ANSWER_SECONDS)
        time.sleep(ANSWER_SECONDS)
        assert not writer.acknowledged
        for number in standbys:
            cluster.start_database(number)
        done = written_between(load, died, died + ANSWER_SECONDS / 2)
        assert not done, done[:5]
        Death(cluster, load).outlived(GIVEN_UP_SECONDS)
        writer.join()


def test_a_machine_cut_off_acknowledges_nothing_and_joins_again_by_itself(cluster: Cluster, figures: Figures) -> None:
    """The one on which PostgreSQL leads: its database acknowledges nothing any more, its broker serves nobody."""
    cut = cluster.databases.leader()
    assert cut
    with people(cluster, figures, mails_cut=1) as load:
        writer = Writer(cluster.databases.direct_url(cut).replace("{service}", "postgres"))
        death = Death(cluster, load)
        cluster.cut_off(cut)
        writer.start()
        cluster.wait_for(writer.waits, lambda: "nothing waits for a standby", ANSWER_SECONDS)
        cluster.wait_for_another_leader(cut)
        took = death.outlived(NEW_LEADER_SECONDS)
        cluster.wait_for(lambda: cluster.brokers.pauses(cut), lambda: "its broker serves", GIVEN_UP_SECONDS)
        away = time.monotonic() - death.at
        cluster.join_again(cut)
        writer.join()
        whole = cluster.wait_until_whole()
    assert not writer.acknowledged
    refused = death.unanswered_after(NEW_LEADER_SECONDS)
    assert not refused, refused[:5]
    assert writer.left(cluster.databases.url().replace("{service}", "postgres")) == 0
    figures(f"filed again after {took:.1f} s, cut off for {away:.1f} s, whole {whole:.1f} s after its return")


class Writer(Thread):
    """Writes to a leader that no standby answers; `acknowledged`: whether that was ever answered as done."""

    def __init__(self, url: str) -> None:
        super().__init__(name="writer", daemon=True)
        self._conn, self._watch = (psycopg.connect(url, autocommit=True) for _ in range(2))
        self._watch.execute("DROP TABLE IF EXISTS cut_off")
        self._watch.execute("CREATE TABLE cut_off (n int)")
        self.acknowledged = False

    def waits(self) -> bool:
        """Whether its row is written there, and waits for a standby."""
        asked = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'SyncRep'"
        return self._watch.execute(asked, [self._conn.info.backend_pid]).fetchone() is not None

    def run(self) -> None:
        with suppress(psycopg.OperationalError):
            self._conn.execute("INSERT INTO cut_off VALUES (1)")
            self.acknowledged = True

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        self._conn.close()
        self._watch.close()

    def left(self, url: str) -> int:
        with psycopg.connect(url) as conn:
            found = conn.execute("SELECT count(*) FROM cut_off").fetchone()
        assert found
        return found[0]


def test_calls_and_events_go_on_within_15_seconds_where_a_broker_dies(cluster: Cluster, figures: Figures) -> None:
    """The one that leads most queues."""
    dead = cluster.brokers.leads_most()
    with people(cluster, figures) as load:
        death = Death(cluster, load)
        cluster.kill_broker(dead)
        took = death.outlived(NEW_BROKER_SECONDS)
        load.wait_until_served(2 * SERVED)
        cluster.start_broker(dead)
        whole = cluster.wait_until_whole()
    refused = death.unanswered_after(NEW_BROKER_SECONDS)
    assert not refused, refused[:5]
    figures(f"filed again after {took:.1f} s, whole {whole:.1f} s after its start")


def test_a_broker_lost_for_good_is_replaced_by_an_empty_one(cluster: Cluster, figures: Figures) -> None:
    """Its data is gone: queues have three members again by themselves, the partners' stream by our script."""
    lost, other = 3, 1
    with people(cluster, figures):
        cluster.lose_broker(lost)
        cluster.brokers.forget(lost, by=other)
        cluster.start_broker(lost)
        assert node_name(lost) not in cluster.brokers.members_of_the_stream(other)
        cluster.brokers.replicate_streams(by=other)
        whole = cluster.wait_until_whole()
        cluster.brokers.replicate_streams(by=other)  # again: nothing is left to do
    assert cluster.brokers.members_of_the_stream(other) == [node_name(number) for number in NUMBERS]
    figures(f"whole after {whole:.1f} s")


def test_a_member_of_a_queue_that_waits_for_ever_is_replaced(cluster: Cluster, figures: Figures) -> None:
    """A broker comes back with an entry that it had counted as committed and that the others never had."""
    queue, brokers = "rpc-requests", cluster.brokers
    dead = next(number for number in NUMBERS if brokers.members(queue, by=number)[node_name(number)] == "leader")
    other = next(number for number in NUMBERS if number != dead)
    with people(cluster, figures) as load:
        cluster.cut_off(dead)
        brokers.count_as_committed(queue, dead)
        cluster.kill_broker(dead)
        load.wait_until_served(SERVED)
        cluster.join_again(dead)
        cluster.start_broker(dead)
        cluster.wait_until_whole()
        eventually(
            lambda: brokers.members(queue, by=other)[node_name(dead)] == "await_condition", "a member that waits"
        )
        brokers.replace_members(by=other)
        begun = time.monotonic()
        cluster.wait_for(
            lambda: sorted(brokers.members(queue, by=other).values()) == ["follower", "follower", "leader"],
            lambda: brokers.members(queue, by=other),
            GIVEN_UP_SECONDS,
        )
    figures(f"replaced after {time.monotonic() - begun:.1f} s")
    brokers.replace_members(by=other)  # again: nothing is left to do


def test_an_etcd_lost_for_good_is_replaced_by_an_empty_one(cluster: Cluster, figures: Figures) -> None:
    """The one that leads: another one removes it and adds it as a new member, as soon as the others have elected a leader."""
    lost = cluster.databases.etcd_leader()
    other = next(number for number in NUMBERS if number != lost)
    with people(cluster, figures, mails_cut=1) as load:
        death = Death(cluster, load)
        cluster.lose_etcd(lost)
        took = death.outlived(NEW_BROKER_SECONDS)
        eventually(lambda: cluster.databases.etcd_is_replaced(lost, by=other), "a new member of etcd")
        cluster.start_etcd_anew(lost)
        whole = cluster.wait_until_whole()
    refused = death.unanswered_after(NEW_BROKER_SECONDS)
    assert not refused, refused[:5]
    figures(f"filed again after {took:.1f} s, whole after {whole:.1f} s")


@pytest.mark.release
def test_without_a_majority_of_etcd_no_server_leads_until_one_is_back(cluster: Cluster, figures: Figures) -> None:
    """Two die and come back with their data: what was acknowledged is there, and nothing is meanwhile."""
    databases, dead = cluster.databases, (1, 2)
    with people(cluster, figures, mails_cut=1) as load:
        died = time.monotonic()
        for number in dead:
            cluster.kill_etcd(number)
        cluster.wait_for(lambda: not any(map(databases.leads, NUMBERS)), lambda: "one leads", GIVEN_UP_SECONDS)
        alone = time.monotonic() - died
        nobody_leads = time.monotonic()
        time.sleep(ANSWER_SECONDS)
        done = written_between(load, nobody_leads, nobody_leads + ANSWER_SECONDS)
        assert not done, done[:5]
        death = Death(cluster, load)
        cluster.start_etcd(dead[0])
        took = death.outlived(NEW_LEADER_SECONDS)
        cluster.start_etcd(dead[1])
        whole = cluster.wait_until_whole()
    figures(f"led no more after {alone:.1f} s; filed again {took:.1f} s after the return of one, whole {whole:.1f} s")


@pytest.mark.release
def test_all_of_etcd_lost_for_good_is_made_anew_and_nothing_is_lost(cluster: Cluster, figures: Figures) -> None:
    """Their data is gone, and one PostgreSQL lacks the latest: as the page says, the one that has most is started before the others."""
    databases = cluster.databases
    with people(cluster, figures, mails_cut=1) as load:
        behind, *running = sorted(NUMBERS, key=databases.leads)
        cluster.kill_database(behind)
        load.wait_until_served(SERVED)
        for number in NUMBERS:
            cluster.lose_etcd(number)
        cluster.wait_for(lambda: not any(map(databases.leads, NUMBERS)), lambda: "one leads", GIVEN_UP_SECONDS)
        first = max(running, key=databases.position)
        for number in running:
            cluster.kill_database(number)
        for number in NUMBERS:
            cluster.start_etcd(number)
        death = Death(cluster, load)
        cluster.start_database(first)
        cluster.wait_for(lambda: databases.leads(first), lambda: "it does not lead", GIVEN_UP_SECONDS)
        for number in {*NUMBERS} - {first}:
            cluster.start_database(number)
        took = death.outlived(GIVEN_UP_SECONDS)
        databases.apply(1)
        whole = cluster.wait_until_whole()
    figures(f"filed again {took:.1f} s after their start, whole {whole:.1f} s")


@pytest.mark.release
def test_without_a_majority_of_brokers_none_serves_until_one_is_back(cluster: Cluster, figures: Figures) -> None:
    """Two die, of which one leads most queues, and come back with their data; the third serves nobody meanwhile."""
    first = cluster.brokers.leads_most()
    second, third = (number for number in NUMBERS if number != first)
    with people(cluster, figures) as load:
        died = time.monotonic()
        for number in (first, second):
            cluster.kill_broker(number)
        cluster.wait_for(lambda: cluster.brokers.pauses(third), lambda: "the third serves", GIVEN_UP_SECONDS)
        paused = time.monotonic() - died
        death = Death(cluster, load)
        cluster.launch_broker(first)
        took = death.outlived(GIVEN_UP_SECONDS)
        cluster.launch_broker(second)
        whole = cluster.wait_until_whole()
    figures(f"paused after {paused:.1f} s; filed again {took:.1f} s after the return of one, whole {whole:.1f} s")


def test_the_relays_lock_has_crossed_every_fail_over(cluster: Cluster) -> None:
    """Two relays run: one of them at work for each service, every event has one position, which is the one that others received,
    and none is left out."""
    for service in SERVICES:
        assert look.number(cluster.settings, service, RELAYS) == 1
        [found] = rows(cluster.settings, service, POSITIONS)
        assert found["n"] == found["last"] == found["events"], f"{service}: {found}"
    given = {(one, *row.values()) for one in SERVICES for row in rows(cluster.settings, one, GIVEN)}
    received = {tuple(row.values()) for one in SERVICES for row in rows(cluster.settings, one, RECEIVED)}
    assert received <= given, f"received under another position: {list(received - given)[:5]}"
    for name in ("relay", "relay-2"):
        cluster.kill(name)
        eventually(lambda: all(look.number(cluster.settings, service, RELAYS) == 1 for service in SERVICES), "a relay")
        cluster.revive()


def test_a_configuration_is_brought_to_etcd_once(cluster: Cluster) -> None:
    assert "Not changed" in cluster.databases.apply(1)
