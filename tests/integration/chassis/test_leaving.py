"""A process closes its broker connections with agreement, and ends within a moment whatever the broker does."""

import contextlib
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from gateway.sessions.followed_events import FollowedEvents
from gateway.sessions.identity import Sessions
from services.accounts.schemas.log_in import CurrentSession
from services.chassis.actors import Actor
from services.chassis.bus import broker_connection
from services.chassis.bus.audience import Partners
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.bus.publisher import OutgoingMessage
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import ROOT, Process, at_work, until
from tests.servers.broker import publish

PERSON = CurrentSession(
    actor=Actor(kind="citizen", id="c"),
    display_name="Camille",
    kind="citizen",
    idle_expires_at="2026-11-26T12:00:00+00:00",
)
CLOSE_OK = b"\x01\x00\x00\x00\x00\x00\x04\x00\x0a\x00\x33\xce"  # the whole frame
CONSUMES, CONFIRMS = b"\x00\x3c\x00\x15", b"\x00\x55\x00\x0b"  # what the broker agrees to before a connection is of use


class Switchboard(socketserver.ThreadingTCPServer):
    """Stands before the broker; keeps what the broker said on each connection. `silent`: passes nothing on any more."""

    def __init__(self, broker: str) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        before, _, place = broker.rpartition("@")
        address, _, self._vhost = place.partition("/")
        host, _, port = address.partition(":")
        self.broker = (host, int(port))
        self._before = before
        self.lines: list[bytearray] = []
        self.silent = False

    def url(self, vhost: str = "") -> str:
        return f"{self._before}@127.0.0.1:{self.server_address[1]}/{vhost or self._vhost}"

    def carry(self, source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self.silent:
                    kept += data
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class _Line(socketserver.BaseRequestHandler):
    server: Switchboard  # pyright: ignore[reportIncompatibleVariableOverride] -- what socketserver sets it to

    def handle(self) -> None:
        with socket.create_connection(self.server.broker) as far:
            said = bytearray()
            self.server.lines.append(said)
            back = threading.Thread(target=self.server.carry, args=(far, self.request, said))
            back.start()
            self.server.carry(self.request, far, bytearray())
            back.join()


@pytest.fixture
def board(own_settings: Settings) -> Iterator[Switchboard]:
    with Switchboard(own_settings.amqp_url) as board:
        threading.Thread(target=board.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield board
        board.shutdown()


def in_use(board: Switchboard, connections: int) -> bool:
    return sum(CONSUMES in line or CONFIRMS in line for line in board.lines) == connections


def was_agreed(line: bytearray) -> bool:
    return line.endswith(CLOSE_OK)


def the_stream_is_made(settings: Settings) -> None:
    """What another database published is no stream of this one: it is made anew, and the connection that found it is dropped."""
    publisher = Partners("tests", settings).publisher
    with contextlib.suppress(BrokerDown):
        publisher.open()
    publisher.open()
    publisher.close()


def test_a_service_and_the_relay_close_every_connection_with_agreement(
    board: Switchboard, own_settings: Settings, run: Callable[..., Process]
) -> None:
    the_stream_is_made(own_settings)
    partners = board.url(own_settings.partners_amqp_url.rpartition("/")[2])
    processes = [run(name, AMQP_URL=board.url(), PARTNERS_AMQP_URL=partners) for name in ("probe", "relay")]
    until(lambda: in_use(board, 4))  # takes calls, takes events, publishes inside, publishes to partners

    assert [process.stop() for process in processes] == [0, 0]

    assert all(map(was_agreed, board.lines)), [bytes(line[-40:]) for line in board.lines]
    assert "_wait" not in "".join(process.log.read_text() for process in processes)  # no process missed the end


def test_the_gateway_closes_its_connection_for_ended_sessions_with_agreement(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_connection, "LEAVE_SECONDS", 20)
    ends = FollowedEvents(board.url(), Sessions())
    with at_work(ends.listen, ends.stop):
        until(lambda: in_use(board, 1))

    assert list(map(was_agreed, board.lines)) == [True]


def test_an_unreadable_end_of_a_session_makes_every_session_looked_up_anew(own_settings: Settings) -> None:
    sessions = Sessions()
    ends = FollowedEvents(own_settings.amqp_url, sessions)

    def spared() -> bool:
        """Whether the session was remembered; it is from now on, while ends are received."""
        asked: list[bool] = []
        sessions.get("s", lambda: asked.append(True) or PERSON, datetime(2026, 11, 26, 11, tzinfo=UTC))
        return not asked

    with at_work(ends.listen, ends.stop):
        until(spared)
        publish(own_settings.amqp_url, [OutgoingMessage("accounts.events", "SessionEnded", "1", b"nonsense")])
        until(lambda: not spared())
        assert spared(), "it goes on hearing"


READ_BY_ANOTHER = """
import sys, threading, time
from services.chassis.bus import broker_connection as connections
from services.chassis.bus.audience import Partners
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown

connections.LEAVE_SECONDS = 20
reading = threading.Event()

def read():
    try:
        while True:
            reading.set()
            connection.drain(5)
    except BrokerDown:
        print("reported")

connection = BrokerConnection(sys.argv[1])
connection.open()
reader = threading.Thread(target=read)
reader.start()
reading.wait()
time.sleep(0.2)
getattr(connection, sys.argv[2])()
reader.join()
"""


@pytest.mark.parametrize("end", ["end", "shut"])
@pytest.mark.parametrize("first", ["", "from services.chassis.process import patched"], ids=["threads", "greenlets"])
def test_a_reader_is_notified_when_others_end_or_shut_its_connection(board: Switchboard, first: str, end: str) -> None:
    ender = [sys.executable, "-c", f"{first}\n{READ_BY_ANOTHER}", board.url(), end]

    done = subprocess.run(ender, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)

    assert done.stdout == "reported\n", done.stderr
    assert list(map(was_agreed, board.lines)) == [end == "end"]  # its answer goes to the reader


def test_a_silent_broker_delays_a_close_up_to_its_limit(board: Switchboard) -> None:
    leaving = BrokerConnection(board.url())
    leaving.open()
    board.silent = True

    begun = time.monotonic()
    leaving.end()

    assert (
        broker_connection.LEAVE_SECONDS * 0.9 < time.monotonic() - begun < 20
    )  # without its limit it would wait for ever
    with pytest.raises(BrokerDown):
        leaving.open()
