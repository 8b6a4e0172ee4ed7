"""A broker's address may name the servers of a cluster: a random one first, a second each, at its own name."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest

from services.chassis.bus import broker_connection
from services.chassis.bus.broker_connection import (
    HEARTBEAT_SECONDS,
    OF_SEVERAL_HEARTBEAT_SECONDS,
    BrokerConnection,
    BrokerDown,
)
from tests.servers.certificates import self_signed

Opened = Callable[[], socket.socket]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Makes sockets at ports of this machine; none listens by itself, so that who connects is refused."""
    made: list[socket.socket] = []

    def open_one() -> socket.socket:
        made.append(socket.socket())
        made[-1].bind(("127.0.0.1", 0))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


@pytest.fixture
def refuses(opened: Opened) -> Callable[[], str]:
    """The place of a server that is down."""
    return lambda: place(opened())


@pytest.fixture
def silent(opened: Opened) -> Callable[[], socket.socket]:
    """A server that lets in and never answers."""

    def listen() -> socket.socket:
        listening = opened()
        listening.listen()
        listening.setblocking(False)
        return listening

    return listen


def place(server: socket.socket) -> str:
    return "{}:{}".format(*server.getsockname())


def to(*places: str, scheme: str = "amqp") -> BrokerConnection:
    return BrokerConnection(f"{scheme}://compte:secret@{','.join(places)}/parvis")


def was_asked(server: socket.socket) -> bool:
    with suppress(BlockingIOError):
        server.accept()[0].close()
        return True
    return False


def why(connection: BrokerConnection, within: float | None = None) -> str:
    with pytest.raises(BrokerDown) as down:
        connection.open(within=within)
    return str(down.value)


def test_each_of_several_is_tried_and_named_without_the_login(refuses: Callable[[], str]) -> None:
    places = [refuses() for _ in range(3)]

    said = why(to(*places))

    assert sorted(line.partition(": ")[0] for line in said.split("; ")) == sorted(places)
    assert "secret" not in said


def test_every_connection_begins_at_a_random_one(refuses: Callable[[], str]) -> None:
    places = [refuses() for _ in range(3)]
    connection = to(*places)

    first = {why(connection).partition(": ")[0] for _ in range(100)}

    assert first == set(places)


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_a_silent_one_of_several_costs_a_second(silent: Callable[[], socket.socket], scheme: str) -> None:
    servers = [silent(), silent()]
    begun = time.monotonic()

    why(to(*map(place, servers), scheme=scheme))

    assert 1.9 < time.monotonic() - begun < 20
    assert list(map(was_asked, servers)) == [True, True]


def test_no_other_is_tried_once_the_caller_can_wait_no_longer(silent: Callable[[], socket.socket]) -> None:
    servers = [silent() for _ in range(3)]

    why(to(*map(place, servers)), within=0.2)

    assert sorted(map(was_asked, servers)) == [False, False, True]


def test_a_single_one_has_three_seconds(silent: Callable[[], socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    assert broker_connection.CONNECT_SECONDS == 3
    monkeypatch.setattr(broker_connection, "CONNECT_SECONDS", 1.5)  # that it is this one, not how long it is
    begun = time.monotonic()

    said = why(to(place(silent())))

    assert time.monotonic() - begun > 1.4
    assert said == "timed out"


def test_each_has_to_prove_its_own_name(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path / "certificate.pem")  # of 127.0.0.1
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(broker_connection, "OF_SEVERAL_SECONDS", 20)  # for both sides to come to the certificate
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = opened()
    server.listen()

    def end_each_once_it_is_secure() -> None:
        for _ in range(2):
            with suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True):
                pass

    serving = threading.Thread(target=end_each_once_it_is_secure)
    serving.start()
    port = server.getsockname()[1]

    said = dict(
        line.split(": ", 1) for line in why(to(f"127.0.0.1:{port}", f"localhost:{port}", scheme="amqps")).split("; ")
    )

    serving.join()
    assert "certificate is not valid for 'localhost'" in said[f"localhost:{port}"]
    assert "certificate" not in said[f"127.0.0.1:{port}"]


def test_one_of_several_servers_that_stands_still_is_noticed_sooner() -> None:
    """The wait for what may come ends soon enough for heartbeats to be looked after, whichever they are."""
    one, several = BrokerConnection("amqp://one/parvis"), BrokerConnection("amqp://one,two,three/parvis")
    assert (one.patience, several.patience) == (0.6 * HEARTBEAT_SECONDS, 0.35 * OF_SEVERAL_HEARTBEAT_SECONDS)
    assert OF_SEVERAL_HEARTBEAT_SECONDS < HEARTBEAT_SECONDS
