"""The partners' stream has an identity: it changes, and the stream holds everything again, when the offsets of before mean nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import amqp
import orjson
import pytest

from deploy.operator.management import Management
from services.chassis.bus import partners, partners_stream, relay
from services.chassis.bus.broker_connection import BrokerDown
from services.chassis.event_store import db
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import EMPTY, relaying, until
from tests.integration.chassis.facts import Noted
from tests.servers.broker import STREAM, channel_to, read_stream
from tests.servers.notebook import Notebook

Messages = list[tuple[str | None, bytes]]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay looks often after its brokers, and is not long in finding that a stream is another or has ended."""
    monkeypatch.setattr(relay, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(relay, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(partners_stream, "PAUSE_SECONDS", 0.1)


@pytest.fixture
def start_relay(own_settings: Settings) -> Iterator[Callable[[], None]]:
    """Starts one that works until the end of the test."""
    with ExitStack() as running:
        yield lambda: running.enter_context(relaying(own_settings))


@pytest.fixture
def three(store: Notebook, own_settings: Settings) -> str:
    """Three events in the stream, published by a relay that was stopped; the identity of the stream."""
    replace_stream(own_settings, [])  # the relay finds nothing of another test, and need not make it anew
    with relaying(own_settings):
        for number in (1, 2, 3):
            store.append("note-a", [Noted(number=number)])
        until(lambda: mark(own_settings) == 3)
    assert numbers(messages(own_settings, 3)) == [1, 2, 3]
    return identity(own_settings)


@pytest.fixture
def behind(own_settings: Settings) -> Iterator[Settings]:
    """The partners' vhost of a server of its own, where nothing was declared yet."""
    name, management = f"behind-{uuid4().hex[:8]}", Management(own_settings.rabbitmq_management_url)
    management.create_vhost(name)
    yield replace(
        own_settings, partners_amqp_url=urlsplit(own_settings.partners_amqp_url)._replace(path=f"/{name}").geturl()
    )
    management.delete_vhost(name)


def ask(settings: Settings, query: Any) -> list[dict[str, Any]]:
    with db.connect(settings.owner_database("tests"), "tests") as conn:
        return conn.execute(query).fetchall()


def identity(settings: Settings) -> str:
    with db.connect(settings.database("tests"), "tests") as conn:
        return partners_stream.identity(conn)["stream"]


def mark(settings: Settings) -> int:
    return ask(settings, "SELECT position FROM marks WHERE name = 'partners'")[0]["position"]


def messages(settings: Settings, count: int) -> Messages:
    """All that the stream holds, the header and the body of each: waits for so many, and a moment for one too many."""
    found: Messages = []

    def keep(message: amqp.Message) -> None:
        found.append((message.headers.get("parvis-stream"), message.body))

    read_stream(settings.partners_amqp_url, keep, lambda: len(found) >= count, seconds=20)
    return found


def numbers(found: Messages) -> list[int]:
    return [orjson.loads(body)["data"]["number"] for _, body in found]


def replace_stream(settings: Settings, kept: Messages) -> None:
    """A broker whose stream holds these messages and no others."""
    stream = {"x-queue-type": "stream", "x-max-length-bytes": partners_stream.STREAM_BYTES}
    with channel_to(settings.partners_amqp_url) as channel:
        channel.exchange_declare(STREAM, "topic", durable=True, auto_delete=False)
        channel.queue_delete(STREAM)
        channel.queue_declare(STREAM, durable=True, auto_delete=False, arguments=stream)
        channel.queue_bind(STREAM, STREAM, routing_key="#")
        for stream_id, body in kept:
            headers = {"parvis-stream": stream_id} if stream_id else {}
            channel.basic_publish_confirm(amqp.Message(body, application_headers=headers), STREAM, "x", mandatory=True)


def delete_stream(settings: Settings) -> None:
    with channel_to(settings.partners_amqp_url) as channel:
        channel.queue_delete(STREAM)


def test_each_message_bears_the_identity_of_its_stream(own_settings: Settings, three: str) -> None:
    assert [stream for stream, _ in messages(own_settings, 3)] == [three] * 3


def test_a_relay_that_connects_again_goes_on_in_the_same_stream(
    store: Notebook, start_relay: Callable[[], None], own_settings: Settings, three: str
) -> None:
    start_relay()
    store.append("note-a", [Noted(number=4)])
    until(lambda: mark(own_settings) == 4)

    assert numbers(messages(own_settings, 4)) == [1, 2, 3, 4]
    assert identity(own_settings) == three


def test_a_stream_deleted_while_the_relay_is_connected_is_made_anew_with_all_events(
    store: Notebook, start_relay: Callable[[], None], own_settings: Settings, three: str
) -> None:
    start_relay()
    store.append("note-a", [Noted(number=4)])
    until(lambda: mark(own_settings) == 4)
    delete_stream(own_settings)

    store.append("note-a", [Noted(number=5)])

    renewed(own_settings, three, [1, 2, 3, 4, 5])


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda held, _: held[:0], id="an empty one"),
        pytest.param(lambda held, _: held[:2], id="an older one"),
        pytest.param(lambda held, _: [(str(uuid4()), body) for _, body in held], id="one of another identity"),
        pytest.param(lambda held, _: [(None, body) for _, body in held], id="one without an identity"),
        pytest.param(lambda held, stream: [*held, (stream, b"{}")], id="one whose last message is no event"),
    ],
)
def test_a_broker_with_another_stream_gets_a_new_one_with_all_events(
    start_relay: Callable[[], None],
    own_settings: Settings,
    three: str,
    found: Callable[[Messages, str], Messages],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partners_stream, "ANSWER_SECONDS", 0.5)  # what it waits for never comes
    replace_stream(own_settings, found(messages(own_settings, 3), three))

    start_relay()

    renewed(own_settings, three, [1, 2, 3])


@pytest.mark.parametrize("again", [False, True], ids=["goes on", "is to publish all again"])
def test_a_broker_without_the_stream_gets_a_new_one(
    start_relay: Callable[[], None], own_settings: Settings, three: str, again: bool
) -> None:
    """A restore publishes all again before the relay runs: the mark by itself does not show that the stream is another one."""
    delete_stream(own_settings)
    if again:
        ask(own_settings, "UPDATE marks SET position = 0 RETURNING name")

    start_relay()

    renewed(own_settings, three, [1, 2, 3])


def test_a_database_that_lost_events_gets_a_new_stream_with_those_that_it_has(
    store: Notebook, start_relay: Callable[[], None], own_settings: Settings, three: str
) -> None:
    with db.connect(own_settings.owner_database("tests"), "tests") as conn:
        conn.execute(EMPTY)
        conn.execute("UPDATE marks SET position = 0")
    store.append("note-a", [Noted(number=11)])
    store.append("note-a", [Noted(number=12)])

    start_relay()

    renewed(own_settings, three, [11, 12])


def test_a_copy_that_is_behind_that_of_another_server_is_waited_for(
    own_settings: Settings, three: str, behind: Settings
) -> None:
    """The copy of the server that the relay has reached is in a vhost of its own here; the address leads to the whole one."""
    server = urlsplit(own_settings.partners_amqp_url)
    both = server._replace(netloc=f"{server.netloc},localhost:{server.port}").geturl()
    replace_stream(behind, messages(own_settings, 3)[:2])

    with (
        db.connect(own_settings.database("tests"), "tests") as conn,
        channel_to(behind.partners_amqp_url) as channel,
        pytest.raises(BrokerDown, match="is behind"),
    ):
        partners_stream.ready(conn, channel, both)

    assert (identity(own_settings), mark(own_settings)) == (three, 3)
    assert numbers(messages(own_settings, 3)) == [1, 2, 3]
    assert numbers(messages(behind, 2)) == [1, 2]


def test_the_operator_renews_the_stream_of_a_relay_at_work(
    start_relay: Callable[[], None], own_settings: Settings, three: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_relay()
    until(lambda: connected(own_settings))
    monkeypatch.setattr(partners, "service_names", lambda: ["tests"])

    partners.renew(own_settings)

    renewed(own_settings, three, [1, 2, 3])


def connected(settings: Settings) -> bool:
    """Whether a relay works on this database: the locks of all of the server are listed together."""
    held = (
        "SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE locktype = 'advisory' AND objid = 7310002 AND datname = current_database()"
    )
    return bool(ask(settings, held))


def renewed(settings: Settings, before: str, wanted: list[int]) -> None:
    """The stream has another identity, which each of its messages bears, and holds these events in their order."""
    until(lambda: identity(settings) != before and mark(settings) == len(wanted))
    found, now = messages(settings, len(wanted)), identity(settings)
    assert numbers(found) == wanted
    assert {stream for stream, _ in found} == {now}
