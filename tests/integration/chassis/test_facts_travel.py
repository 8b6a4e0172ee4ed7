"""Facts from one database to another: at least once on the way, exactly once in their effect, in order of their subject."""

import random
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import amqp
import orjson
import pytest
from prometheus_client import REGISTRY

from services.chassis.bus import partners, relay, undecodable
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.publisher import OutgoingMessage
from services.chassis.bus.queues import queue_of
from services.chassis.errors import Unavailable
from services.chassis.process import operate
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import Process, relaying, until
from tests.integration.chassis.facts import Noted, Told, letter, unreadable
from tests.servers.broker import channel_to, publish, read_stream
from tests.servers.notebook import Notebook

KILLS = {"gate": 5, "release": 50}
DELIVERIES = {"gate": 1_000, "release": 20_000}


def effects(store: Notebook) -> int:
    return store.ask("SELECT count(*) AS n FROM effects")[0]["n"]


def published(store: Notebook) -> int:
    return store.ask("SELECT position FROM marks WHERE name = 'published'")[0]["position"]


@pytest.mark.timeout(3600)
def test_the_relay_killed_again_and_again_loses_nothing(
    store: Notebook, run: Callable[..., Process], faults: str
) -> None:
    run("probe")
    relay = run("relay")
    stopped: list[bool] = []
    written = [0]

    def write() -> None:
        while not stopped:
            with suppress(Unavailable):  # a database that is kept waiting for a processor: asked again, as callers do
                store.append(f"note-{written[0] % 7}", [Noted(number=written[0])])
                written[0] += 1
            time.sleep(0.002)

    with ThreadPoolExecutor(1) as writer:
        done = writer.submit(write)
        for _ in range(KILLS[faults]):
            before = published(store)
            until(lambda before=before: published(store) > before, 60)  # by this relay: it is killed at work
            relay.kill()
            relay.start()
        stopped.append(True)
        done.result()
    events = store.ask("SELECT count(*) AS n FROM events")[0]["n"]
    assert events >= written[0]
    until(lambda: effects(store) == events, 300)
    positions = [row["position"] for row in store.ask("SELECT position FROM positions ORDER BY position")]
    assert positions == list(range(1, events + 1))
    per_subject = store.ask("SELECT array_agg(sequence ORDER BY id) AS seen FROM effects GROUP BY subject")
    assert all(row["seen"] == list(range(1, len(row["seen"]) + 1)) for row in per_subject)


@pytest.mark.timeout(3600)
def test_duplicates_have_one_effect_and_a_hopeless_event_delays_its_subject_alone(
    store: Notebook, run: Callable[..., Process], own_settings: Settings, faults: str
) -> None:
    with store.transaction() as tx:
        tx.conn.execute("INSERT INTO hopeless VALUES ('subject-0')")
    probe = run("probe")
    count = DELIVERIES[faults]
    letters = [letter(position) for position in range(1, count + 1)]
    again = random.Random(7).sample(letters, count // 5)
    shuffled = reordered(letters + again, window=200)
    for begin in range(0, len(shuffled), 500):
        publish(own_settings.amqp_url, shuffled[begin : begin + 500])
    hopeless = len(range(100, count + 1, 100))
    until(lambda: effects(store) == count - hopeless, 1800)
    assert store.ask("SELECT count(DISTINCT event_id) AS n FROM effects")[0]["n"] == count - hopeless
    parked = store.ask("SELECT DISTINCT subject FROM parked")
    assert parked == [{"subject": "subject-0"}]
    until(lambda: store.ask("SELECT count(*) AS n FROM parked")[0]["n"] == hopeless)

    # its cause removed, the first is tried again when its time comes, and those behind it follow in their order
    with store.transaction() as tx:
        tx.conn.execute("DELETE FROM hopeless")
    first = store.ask("SELECT event_id FROM parked WHERE next_try IS NOT NULL")[0]["event_id"]
    operate.retry_dead_letter(own_settings, "tests", str(first))
    until(lambda: effects(store) == count, 300)
    kept = "SELECT array_agg(sequence ORDER BY id) AS seen FROM effects WHERE subject = 'subject-0'"
    assert store.ask(kept) == [{"seen": list(range(100, count + 1, 100))}]
    assert probe.child.poll() is None


def reordered(letters: list[OutgoingMessage], *, window: int) -> list[OutgoingMessage]:
    """Each letter moved by at most `window` places."""
    chance = random.Random(11)
    places = [(place + chance.uniform(0, window), one) for place, one in enumerate(letters)]
    return [one for _, one in sorted(places, key=lambda pair: pair[0])]


def test_unreadable_messages_wait_in_the_dead_letter_queue(
    store: Notebook, run: Callable[..., Process], own_settings: Settings
) -> None:
    run("probe")
    bodies = [b"", b"{", b"null", b"[]", b'{"type": "x"}', b"\xff\xfe", b"x" * 1_000_000]
    well = letter(2, "note").body
    bodies += [
        well.replace(b'"note"', b'"no\\u0000te"'),  # what can be read and not be stored
        well.replace(b"tests.Noted", b"tests.No\\u0000ted"),
        well.replace(b'"note"', b'"' + random.Random(3).randbytes(9_000).hex().encode() + b'"'),
        well.replace(b'"position":2', b'"position":9223372036854775808'),
    ]
    assert well not in bodies
    publish(own_settings.amqp_url, unreadable(*bodies))
    publish(own_settings.amqp_url, [letter(1)])
    until(lambda: effects(store) == 1)
    until(lambda: len(undecodable.unread(own_settings, "tests")) == len(bodies))


def test_events_published_again_have_no_second_effect(
    store: Notebook, run: Callable[..., Process], own_settings: Settings
) -> None:
    run("probe")
    run("relay")
    store.append("note-a", [Noted(number=n) for n in range(20)])
    until(lambda: effects(store) == 20)
    assert operate.republish(own_settings, "tests", 1) == 20
    store.append("note-a", [Noted(number=20)])
    until(lambda: effects(store) == 21)
    until(lambda: published(store) == 21)  # noted once the broker has confirmed, which may be after the effect


def test_an_event_whose_queue_was_deleted_by_hand_waits_in_a_new_one(
    store: Notebook, run: Callable[..., Process], own_settings: Settings
) -> None:
    run("relay")
    store.append("note-a", [Noted(number=1)])
    until(lambda: published(store) == 1)
    with channel_to(own_settings.amqp_url) as channel:
        channel.queue_delete(queue_of("tests", "tests"))

    store.append("note-a", [Noted(number=2)])
    until(lambda: published(store) == 2)

    run("probe")
    until(lambda: effects(store))
    assert store.ask("SELECT sequence FROM effects") == [{"sequence": 2}]


def test_an_event_that_none_receives_is_passed_by_and_one_that_is_followed_is_not(
    store: Notebook, run: Callable[..., Process], own_settings: Settings
) -> None:
    with channel_to(own_settings.amqp_url) as channel:
        channel.exchange_declare("tests.events", "topic", durable=True, auto_delete=False)
        mine = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(mine, "tests.events", "#")
        run("relay")
        store.append("note-a", [Told(number=1, name="x"), Noted(number=2)], key="a")
        until(lambda: published(store) == 2)
        with store.transaction() as tx:
            tx.conn.execute("INSERT INTO followed (type) VALUES ('Told')")
        store.append("note-a", [Told(number=3, name="x"), Noted(number=4)], key="a")
        until(lambda: published(store) == 4)
        bodies = [orjson.loads(message.body) for message in iter(lambda: channel.basic_get(mine, no_ack=True), None)]
    assert [body["data"]["number"] for body in bodies] == [2, 3, 4]


def test_a_service_that_begins_to_react_while_the_relay_runs_misses_nothing(
    store: Notebook, run: Callable[..., Process], own_settings: Settings
) -> None:
    run("relay")
    store.append("note-a", [Told(number=1, name="x")], key="a")
    until(lambda: published(store) == 1)

    with store.transaction() as tx:
        tx.conn.execute("INSERT INTO hearers (consumer, type) VALUES ('later', 'Told')")  # as a migration does
    store.append("note-a", [Told(number=2, name="x")], key="a")
    until(lambda: published(store) == 2)

    with channel_to(own_settings.amqp_url) as channel:
        queue = queue_of("later", "tests")
        until(lambda: channel.queue_declare(queue, passive=True).message_count == 1)
        channel.queue_delete(queue)


def test_unpublished_events_are_counted_while_the_broker_does_not_answer(
    store: Notebook, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_SECONDS", 0.1)
    store.append("note-a", [Noted(number=n) for n in range(3)])

    def unpublished(audience: str, what: str = "events") -> float | None:
        labels = {"source": "tests", "audience": audience}
        return REGISTRY.get_sample_value(f"parvis_untold_{what}", labels)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker = f"amqp://x:x@127.0.0.1:{silent.getsockname()[1]}/x"
        with relaying(replace(own_settings, amqp_url=broker)):
            until(lambda: (unpublished("published"), unpublished("partners")) == (3, 0))
            assert store.ask("SELECT count(*) AS n FROM outbox") == [{"n": 0}]  # numbered, and published to one of two
            assert (unpublished("published", "oldest_seconds") or 0) > 0
            assert unpublished("partners", "oldest_seconds") == 0


def test_the_login_of_the_broker_goes_through_no_proxy(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    name = f"p{uuid4().hex[:8]}"

    partners.add(own_settings, name)

    assert name in partners.names(own_settings)
    partners.revoke(own_settings, name)


def test_a_partner_reads_the_stream_from_its_beginning_and_can_do_nothing_else(
    store: Notebook, run: Callable[..., Process], own_settings: Settings
) -> None:
    run("relay")
    name = f"p{uuid4().hex[:8]}"
    store.append(f"note-{name}", [Noted(number=n) for n in range(30)])
    until(lambda: store.ask("SELECT position FROM marks WHERE name = 'partners'") == [{"position": 30}])
    uri = partners.add(own_settings, name)
    assert hear_all(uri, name, 30) == hear_all(uri, name, 30) == list(range(1, 31))
    for forbidden in (
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.exchange_declare("mine", "topic"),
        lambda channel: channel.basic_publish_confirm(amqp.Message("x"), exchange="parvis.events", routing_key="x"),
        lambda channel: channel.queue_purge("parvis.events"),
        lambda channel: channel.queue_delete("parvis.events"),
    ):
        assert refused(uri, forbidden)
    inner = own_settings.amqp_url.rpartition("/")[2]
    with pytest.raises(BrokerDown):
        BrokerConnection(f"{uri.rpartition('/')[0]}/{inner}").open()
    partners.revoke(own_settings, name)
    assert name not in partners.names(own_settings)


def hear_all(uri: str, subject: str, count: int) -> list[int]:
    """The sequence numbers of a subject's events, as a partner that begins anew receives them."""
    heard: list[int] = []

    def hear(message: amqp.Message) -> None:
        body = orjson.loads(message.body)
        if body["subject"] == subject:
            heard.append(int(body["sequence"]))

    read_stream(uri, hear, lambda: len(heard) >= count)
    return heard


def refused(uri: str, order: Callable[[amqp.Channel], object]) -> bool:
    try:
        with channel_to(uri) as channel:
            order(channel)
    except amqp.AMQPError as error:
        return isinstance(error, amqp.AccessRefused | amqp.NotAllowed | amqp.AMQPNotImplementedError)
    return False
