"""Calls between processes: bounded in time whatever the broker does, sealed, and answered with one form of refusal."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import amqp
import pytest

from deploy.operator.management import Management
from services.chassis import town_id
from services.chassis.actors import Actor
from services.chassis.bus.broker_connection import BrokerConnection, Busy
from services.chassis.errors import Conflict, Unavailable
from services.chassis.rpc import wire
from services.chassis.rpc.client import RpcClient, ServiceFailed
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import Process, until
from tests.servers.broker import channel_to

ME = Actor(kind="system", id="me")


@pytest.fixture
def client(own_settings: Settings) -> Iterator[RpcClient]:
    """As patient as a machine that is busy with other tests wants; what ends at a limit names its own."""
    opened = RpcClient(replace(own_settings, rpc_timeout_seconds=20))
    yield opened
    opened.close()


@pytest.fixture
def probe(probe: Process, client: RpcClient) -> Process:
    """Once it answers."""
    until(lambda: answers(client))
    return probe


def answers(client: RpcClient) -> bool:
    try:
        return bool(client.call("tests.echo", {}, actor=ME, timeout=1))
    except Unavailable:
        return False


def test_the_service_receives_method_actor_correlation_id_and_town_of_a_call(client: RpcClient, probe: Process) -> None:
    town_id.configure("saint-aubin")
    answer = client.call("tests.echo", {}, actor=ME, correlation_id="c-1")
    town_id.configure("")
    assert answer == {"method": "echo", "actor": "me", "correlation_id": "c-1", "town": "saint-aubin"}
    assert client.call("tests.echo", {}, actor=ME)["town"] is None


def test_no_text_that_a_service_receives_sets_a_direction(client: RpcClient, probe: Process) -> None:
    typed = {
        "values": {"description": "Refus\u202e de\u2066 100 €"},
        "files": [{"label": "\u200fplan\u061c"}],
        "name": "ليلى",
        "password": "\u202esecret",
    }
    assert client.call("tests.repeat", {"typed": typed}, actor=ME) == {
        "values": {"description": "Refus de 100 €"},
        "files": [{"label": "plan"}],
        "name": "ليلى",
        "password": "\u202esecret",
    }


def test_a_refusal_arrives_as_it_was_raised(client: RpcClient, probe: Process) -> None:
    with pytest.raises(Conflict) as refused:
        client.call("tests.refuse", {}, actor=ME)
    refusal = refused.value
    assert (refusal.code, refusal.message, refusal.fields) == ("refused_by_the_probe", "Non.", {"name": "Trop court."})
    assert refusal.details == {"least": 3}


@pytest.mark.parametrize("method", ["fail", "answer_no_json"])
def test_a_defect_is_answered_without_its_message(client: RpcClient, probe: Process, method: str) -> None:
    with pytest.raises(ServiceFailed) as failed:
        client.call(f"tests.{method}", {}, actor=ME)
    assert "never told" not in str(failed.value)
    assert "never told" not in probe.log.read_text()


def test_an_unknown_service_or_method_is_unavailable_at_once(client: RpcClient, probe: Process) -> None:
    with pytest.raises(Unavailable) as refused:
        client.call(f"nobody-{uuid4()}.echo", {}, actor=ME, timeout=60)
    assert refused.value.details["reason"] == "no such service"  # the broker's answer, before the limit
    with pytest.raises(Unavailable) as refused:
        client.call("tests.of_the_next_release", {}, actor=ME, timeout=60)
    assert refused.value.details["reason"] == "no such method"


def test_a_silent_service_is_unavailable_at_the_limit(client: RpcClient, probe: Process) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        client.call("tests.sleep", {}, actor=ME, timeout=1)
    assert 0.9 < time.monotonic() - begun < 20  # it sleeps for thirty


def test_a_dead_service_is_unavailable_at_the_limit_and_answers_once_it_is_back(
    client: RpcClient, probe: Process
) -> None:
    probe.kill()
    with pytest.raises(Unavailable):
        client.call("tests.echo", {}, actor=ME, timeout=1)
    probe.start()
    until(lambda: answers(client))


def test_without_a_broker_thirty_calls_are_unavailable_within_the_limit(own_settings: Settings) -> None:
    lost = RpcClient(replace(own_settings, amqp_url="amqp://x:x@127.0.0.1:1/x"))
    begun = time.monotonic()

    def call(_: int) -> bool:
        with pytest.raises(Unavailable):
            lost.call("tests.echo", {}, actor=ME)
        return True

    with ThreadPoolExecutor(30) as callers:
        assert all(callers.map(call, range(30)))
    assert time.monotonic() - begun < 30  # one after the other they would take a hundred and twenty


@contextmanager
def kept_by_another(connection: BrokerConnection) -> Generator[None]:
    """Another thread writes for as long as this block lasts."""
    begun, enough = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        enough.wait(30)

    other = threading.Thread(target=connection.exclusively, args=(write,))
    other.start()
    try:
        assert begun.wait(30)
        yield
    finally:
        enough.set()
        other.join()


@pytest.mark.parametrize(
    "use",
    [lambda conn: conn.open(within=0.3), lambda conn: conn.publish(b"", exchange="", routing_key="x", within=0.3)],
    ids=["connect", "write"],
)
def test_a_caller_does_not_wait_beyond_its_limit_while_others_connect_or_write(
    own_settings: Settings, use: Callable[[BrokerConnection], object]
) -> None:
    connection = BrokerConnection(own_settings.amqp_url)
    with kept_by_another(connection):
        begun = time.monotonic()
        with pytest.raises(Busy):
            use(connection)
        assert time.monotonic() - begun < 10
    connection.end()


def test_a_call_ends_at_its_limit_while_others_keep_the_connection(own_settings: Settings) -> None:
    with RpcClient(own_settings) as client, kept_by_another(client._connection):
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            client.call("tests.echo", {}, actor=ME, timeout=0.5)
        assert time.monotonic() - begun < 10


def test_a_call_out_of_time_makes_no_other_call_fail(client: RpcClient, probe: Process) -> None:
    with kept_by_another(client._connection), pytest.raises(Unavailable):
        client.call("tests.echo", {}, actor=ME, timeout=0.3)

    assert client.call("tests.echo", {}, actor=ME)["method"] == "echo"


@pytest.fixture
def vhost(own_settings: Settings) -> Iterator[str]:
    """Where queues that do not say what they are become quorum queues, as an operator may have set it.

    To be named before `run`: the virtual host is deleted once no process makes queues in it (see `Management.delete_vhost`).
    """
    name = f"quorum-{uuid4().hex[:8]}"
    management = Management(own_settings.rabbitmq_management_url)
    management.create_vhost(name)
    management.call("PUT", f"/api/vhosts/{name}", {"default_queue_type": "quorum"})
    yield name
    management.delete_vhost(name)


def test_calls_wait_in_a_classic_queue_whatever_the_default_of_the_vhost(
    own_settings: Settings, vhost: str, run: Callable[..., Process]
) -> None:
    amqp_url = own_settings.amqp_url.rpartition("/")[0] + f"/{vhost}"
    run("probe", AMQP_URL=amqp_url)
    with RpcClient(replace(own_settings, amqp_url=amqp_url)) as client:
        until(lambda: answers(client))
    refused = pytest.raises(amqp.PreconditionFailed, match="classic")  # it says so of what is there
    with channel_to(amqp_url) as channel, refused:
        channel.queue_declare("rpc-tests", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})


@pytest.mark.parametrize("kind", [{}, {"x-queue-type": "quorum"}], ids=["no type", "by its virtual host"])
def test_calls_go_on_where_a_former_release_made_a_queue_of_no_kind(
    own_settings: Settings, probe: Process, client: RpcClient, kind: dict[str, str]
) -> None:
    probe.kill()
    with channel_to(own_settings.amqp_url) as channel:
        channel.queue_delete("rpc-tests")
        channel.queue_declare("rpc-tests", durable=True, auto_delete=False, arguments=kind)
    probe.start()
    until(lambda: answers(client))


def test_calls_and_queries_go_on_side_by_side(client: RpcClient, probe: Process) -> None:
    def call(number: int) -> bool:
        return client.call("tests.echo", {}, actor=Actor(kind="agent", id=str(number)))["actor"] == str(number)

    with ThreadPoolExecutor(16) as callers:
        assert all(callers.map(call, range(400)))
    measured = client.call("tests.query_slowly", {}, actor=ME)
    assert measured["together"] == 5  # one, if each blocked the hub until it was answered
    assert measured["turns"] > 0


def test_nothing_that_a_person_typed_can_be_read_on_the_broker(own_settings: Settings, client: RpcClient) -> None:
    """Read by a consumer bound before: a message that is not taken expires with its call."""
    connection = BrokerConnection(own_settings.amqp_url)
    seen: list[amqp.Message] = []
    channel = connection.open()
    queue = f"rpc-spied-{uuid4().hex}"
    channel.exchange_declare("nameko-rpc", "topic", durable=True, auto_delete=False)
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-expires": 60_000})
    channel.queue_bind(queue, "nameko-rpc", routing_key="spied.*")
    channel.basic_consume(queue, no_ack=True, callback=seen.append)
    with pytest.raises(Unavailable):  # connects first, which may take longer than the call that is watched has
        client.call(f"nobody-{uuid4()}.echo", {}, actor=ME)
    with pytest.raises(Unavailable):
        client.call("spied.note", {"name": "MARKER"}, actor=Actor(kind="citizen", id="MARKER"), timeout=0.5)
    deadline = time.monotonic() + 20
    while not seen and time.monotonic() < deadline:
        connection.drain(1)
    connection.shut()
    [message] = seen
    assert b"MARKER" not in bytes(message.body)
    assert "MARKER" in str(wire.unseal(own_settings.rpc_key, message.body))


def test_a_process_where_queries_would_block_the_hub_refuses_to_start(own_environment: dict[str, str]) -> None:
    started = subprocess.run(
        [
            sys.executable,
            "-c",
            "import psycopg; from services.chassis.process.run import serve; raise SystemExit(serve('tests'))",
        ],
        env={**own_environment, "PSYCOPG_WAIT_FUNC": "wait_c", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert started.returncode == 2
    assert "would block the hub" in started.stderr


def test_a_service_that_receives_the_stop_signal_ends_cleanly(client: RpcClient, probe: Process) -> None:
    probe.kill()  # it may have a call of another test in hand, which lasts
    probe.start()
    until(lambda: answers(client))

    assert probe.stop() == 0
