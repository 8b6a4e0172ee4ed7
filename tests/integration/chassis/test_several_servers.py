"""The broker's address names the servers of a cluster: one of them is enough to work, all are awaited to make a queue.

The one server of the tests stands for those that are there. Three real ones: tests/cluster.
"""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import amqp
import pytest

from deploy.local import ports
from deploy.operator.management import Management
from services.chassis.actors import Actor
from services.chassis.bus import partners, queues
from services.chassis.bus.audience import Partners
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.queues import dead_letters_of, queue_of
from services.chassis.errors import Unavailable
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.server import QUEUES
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import ROOT, Process, until
from tests.integration.chassis.facts import Noted
from tests.integration.chassis.test_partners_stream import identity
from tests.servers.broker import MOMENT_SECONDS, STREAM, channel_to
from tests.servers.cables import Cables
from tests.servers.notebook import Notebook

ME = Actor(kind="system", id="me")


@pytest.fixture
def away() -> Iterator[int]:
    """The port of a server that is down."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def vhost(own_settings: Settings) -> Iterator[str]:
    """Where nothing was ever declared. To be named before `run`, for its processes end first (`Management.delete_vhost`)."""
    name = f"several-{uuid4().hex[:8]}"
    management = Management(own_settings.rabbitmq_management_url)
    management.create_vhost(name)
    yield name
    management.delete_vhost(name)


def beside(url: str, *others: int, vhost: str = "") -> str:
    """The address with these ports of other servers before its own."""
    parts = urlsplit(url)
    login, _, server = parts.netloc.rpartition("@")
    places = ",".join([*(f"127.0.0.1:{port}" for port in others), server])
    return urlunsplit(parts._replace(netloc=f"{login}@{places}", path=f"/{vhost}" if vhost else parts.path))


def answers(client: RpcClient) -> bool:
    try:
        return bool(client.call("tests.echo", {}, actor=ME, timeout=1))
    except Unavailable:
        return False


# --- one is enough


def test_the_one_of_three_that_is_up_is_found_within_three_seconds(own_settings: Settings, away: int) -> None:
    url = beside(own_settings.amqp_url, away, 1)
    begun = time.monotonic()
    for _ in range(20):
        with channel_to(url) as channel:
            assert channel.connection.connected
    assert time.monotonic() - begun < 20 * 3


def test_one_that_is_silent_costs_a_second_where_it_comes_first(own_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        url = beside(own_settings.amqp_url, silent.getsockname()[1])
        for _ in range(100):
            begun = time.monotonic()
            with channel_to(url) as channel:
                assert channel.connection.connected
            took = time.monotonic() - begun
            with suppress(BlockingIOError):
                silent.accept()[0].close()
                break
    assert 0.9 < took < 20


@dataclass
class Opened:
    """What readies a channel: of the first ones it asks for a queue that is not there."""

    failing: int
    times: int = 0

    def __call__(self, channel: amqp.Channel) -> None:
        self.times += 1
        if self.times <= self.failing:
            channel.queue_declare("no-such-queue", passive=True)


@pytest.fixture
def twice(own_settings: Settings) -> str:
    """The server under two addresses, as two of a cluster."""
    server = urlsplit(own_settings.amqp_url)
    return server._replace(netloc=f"{server.netloc},localhost:{server.port}").geturl()


def test_where_a_channel_cannot_be_readied_the_next_server_is_tried(twice: str) -> None:
    opened = Opened(failing=1)
    connection = BrokerConnection(twice, on_open=opened)

    assert connection.open().connection.connected
    assert opened.times == 2
    connection.end()


def test_where_none_can_be_readied_each_is_named(twice: str) -> None:
    with pytest.raises(BrokerDown, match=r"127\.0\.0\.1:.*no-such-queue") as down:
        BrokerConnection(twice, on_open=Opened(failing=2)).open()

    assert re.search(r"localhost:\d+: .*no-such-queue", str(down.value))


def test_no_other_server_is_tried_once_the_connection_has_ended(twice: str) -> None:
    def end(channel: amqp.Channel) -> None:
        opened(channel)
        connection.end()
        channel.queue_declare("no-such-queue", passive=True)

    opened = Opened(failing=0)
    connection = BrokerConnection(twice, on_open=end)

    with pytest.raises(BrokerDown):
        connection.open()
    assert opened.times == 1


def test_calls_and_events_pass_while_two_of_three_are_away(
    own_settings: Settings, away: int, store: Notebook, run: Callable[..., Process]
) -> None:
    several = {"AMQP_URL": beside(own_settings.amqp_url, away, 1), "RPC_QUEUES": "classic"}
    run("probe", **several)
    run("relay", **several)
    with RpcClient(replace(own_settings, amqp_url=several["AMQP_URL"])) as client:
        until(lambda: answers(client))
    store.append("note-a", [Noted(number=1)])
    until(lambda: store.ask("SELECT count(*) AS n FROM effects") == [{"n": 1}])


def test_the_address_of_a_partner_names_every_server(own_settings: Settings, away: int) -> None:
    outside = "amqps://un.example:5671,deux.example:5671/partners"
    management = beside(own_settings.rabbitmq_management_url, away, 1)
    settings = replace(own_settings, partners_public_url=outside, rabbitmq_management_url=management)
    name = f"p{uuid4().hex[:8]}"

    address = partners.add(settings, name)

    assert re.fullmatch(rf"amqps://partner-{name}:[^:@]+@un.example:5671,deux.example:5671/partners", address)
    partners.revoke(settings, name)
    assert name not in partners.names(settings)


# --- all are awaited


@pytest.fixture
def other(own_settings: Settings) -> Iterator[tuple[int, Cables]]:
    """The port of another server that lets in and does not answer, until its cable, of that name, is healed."""
    port = ports.choose(["other"], home=ROOT)["other"]
    with Cables(other=(port, urlsplit(own_settings.amqp_url).port or 0)) as cables:
        cables.silence("other")
        yield port, cables


def is_there(url: str, queue: str) -> bool:
    with channel_to(url) as channel:
        try:
            channel.queue_declare(queue, passive=True)
        except amqp.NotFound:
            return False
    return True


@pytest.mark.parametrize(
    ("process", "first", "last"),
    [
        ("relay", dead_letters_of("tests"), queue_of("tests", "tests")),
        ("probe", dead_letters_of("tests"), queue_of("tests", "tests")),
        ("probe", "rpc-tests", "rpc-tests"),
    ],
)
def test_a_missing_queue_is_made_once_all_servers_are_there(
    own_settings: Settings,
    other: tuple[int, Cables],
    vhost: str,
    run: Callable[..., Process],
    process: str,
    first: str,
    last: str,
) -> None:
    port, cables = other
    plain, several = (beside(own_settings.amqp_url, *others, vhost=vhost) for others in ((), (port,)))
    started = run(process, AMQP_URL=several, RPC_QUEUES="quorum")
    why = f"{first} is to be made while every server of the cluster is there, and away are: 127.0.0.1:{port}"
    until(lambda: why in started.log.read_text())
    assert not is_there(plain, first)

    cables.heal("other")

    until(lambda: is_there(plain, last))


def test_the_partners_stream_is_made_anew_only_while_all_servers_are_there(
    own_settings: Settings, other: tuple[int, Cables]
) -> None:
    port, cables = other
    settings = replace(own_settings, partners_amqp_url=beside(own_settings.partners_amqp_url, port))
    before = identity(own_settings)
    with channel_to(own_settings.partners_amqp_url) as channel:
        channel.queue_delete(STREAM)
    publisher = Partners("tests", settings).publisher

    with pytest.raises(BrokerDown, match=f"{STREAM} is to be made .*127.0.0.1:{port}"):
        publisher.open()
    assert identity(own_settings) == before
    assert not is_there(own_settings.partners_amqp_url, STREAM)

    cables.heal("other")
    with pytest.raises(BrokerDown, match="a new one"):
        publisher.open()
    publisher.open()
    publisher.close()
    assert identity(own_settings) != before


# --- calls in a cluster


def kind_of(settings: Settings, vhost: str) -> str:
    """Of the queue in which the calls to the probe wait, by RabbitMQ's word; empty where there is none."""
    path = f"/api/queues/{vhost}/rpc-tests"
    status, said = Management(settings.rabbitmq_management_url).request("GET", path)
    return json.loads(said)["type"] if status == 200 else ""


def test_calls_wait_in_the_kind_of_queue_that_the_last_process_to_start_was_given(
    own_settings: Settings, vhost: str, run: Callable[..., Process]
) -> None:
    url = beside(own_settings.amqp_url, vhost=vhost)
    run("probe", AMQP_URL=url)
    with RpcClient(replace(own_settings, amqp_url=url)) as client:
        until(lambda: answers(client))
        assert kind_of(own_settings, vhost) == "classic"

        later = run("probe", AMQP_URL=url, RPC_QUEUES="quorum")
        until(lambda: kind_of(own_settings, vhost) == "quorum")
        until(lambda: answers(client))
        later.kill()

        until(lambda: answers(client))  # by the one that began with the other kind, and has taken what was made
        assert kind_of(own_settings, vhost) == "quorum"
        run("probe", AMQP_URL=url)
        until(lambda: kind_of(own_settings, vhost) == "classic")
        until(lambda: answers(client))


def test_a_queue_of_the_other_kind_is_kept_while_a_server_is_away(
    own_settings: Settings, other: tuple[int, Cables], vhost: str, run: Callable[..., Process]
) -> None:
    url = beside(own_settings.amqp_url, vhost=vhost)
    first = run("probe", AMQP_URL=url)
    with RpcClient(replace(own_settings, amqp_url=url)) as client:
        until(lambda: answers(client))
        later = run("probe", AMQP_URL=beside(own_settings.amqp_url, other[0], vhost=vhost), RPC_QUEUES="quorum")
        until(lambda: "calls_queue_kept" in later.log.read_text())
        first.kill()

        until(lambda: answers(client))
    assert kind_of(own_settings, vhost) == "classic"


@pytest.mark.parametrize("kind", QUEUES)
def test_a_call_in_hand_is_answered_by_a_process_that_stops(
    own_settings: Settings, store: Notebook, vhost: str, run: Callable[..., Process], kind: str
) -> None:
    url = beside(own_settings.amqp_url, vhost=vhost)
    process = run("probe", AMQP_URL=url, RPC_QUEUES=kind)
    begun = "SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(1)' AND datname = current_database()"
    with RpcClient(replace(own_settings, amqp_url=url)) as client, ThreadPoolExecutor(1) as asking:
        until(lambda: answers(client))
        answer = asking.submit(client.call, "tests.query_slowly", {}, actor=ME, timeout=30)
        until(lambda: store.ask(begun))

        assert process.stop() == 0

        assert answer.result(30)["together"] == 5


@pytest.fixture
def quorum(own_settings: Settings) -> Iterator[str]:
    """A queue as that of calls in a cluster."""
    name = f"rpc-{uuid4().hex[:8]}"
    with channel_to(own_settings.amqp_url) as channel:
        queues.make(channel, own_settings.amqp_url, name, QUEUES["quorum"])
        yield name
        channel.queue_delete(name)


def test_a_call_that_ends_each_process_that_takes_it_is_given_to_six(own_settings: Settings, quorum: str) -> None:
    def is_taken_by_a_process_that_ends() -> bool:
        process = BrokerConnection(own_settings.amqp_url)
        found = process.open().basic_get(quorum)
        process.shut()
        return found is not None

    with channel_to(own_settings.amqp_url) as channel:
        channel.basic_publish_confirm(amqp.Message("ends it"), "", quorum, mandatory=True, confirm_timeout=30)
    for _ in range(6):
        until(is_taken_by_a_process_that_ends)
    with pytest.raises(AssertionError, match="in time"):
        until(is_taken_by_a_process_that_ends, seconds=MOMENT_SECONDS)


def test_a_call_that_nobody_took_expires_in_a_queue_with_copies(own_settings: Settings, quorum: str) -> None:
    with channel_to(own_settings.amqp_url) as channel:
        message = amqp.Message("late", expiration="50")
        channel.basic_publish_confirm(message, "", quorum, mandatory=True, confirm_timeout=30)
        until(lambda: channel.queue_declare(quorum, passive=True).message_count == 0)
        assert channel.basic_get(quorum) is None
