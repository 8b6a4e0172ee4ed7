"""A connection to RabbitMQ that cannot hang its owner: time-outs on everything, and the socket is shut on any error.

Where its address names the servers of a cluster, it is one to whichever of them lets it in, a random one first: those who lost
theirs spread over the rest. Callers that need to know that a message is safe use confirms on top of it (`publisher.py`).
"""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Generator
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import amqp
from amqp import spec

from services.chassis import hosts
from services.chassis.errors import Unavailable

CONNECT_SECONDS = 3
OF_SEVERAL_SECONDS = 1  # to connect to one of several servers, after which the next is tried
WRITE_SECONDS = 3
HEARTBEAT_SECONDS = 30  # a broker that stands still is noticed within two of them
OF_SEVERAL_HEARTBEAT_SECONDS = 10  # the same of one of several servers: the others could serve meanwhile
KEEPALIVE = {socket.TCP_KEEPIDLE: 8, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 3}
"""By which the kernel notices a machine that is gone, without waking us to ask."""
TICK_SECONDS = 1.0
HEARTBEAT_FRAME = 8
LEAVE_SECONDS = 0.5  # for the broker to agree to the end of a connection
UNACKNOWLEDGED_MS = 5000  # a silent partition is an error once what was sent stays unacknowledged for so long
OF_SEVERAL_UNACKNOWLEDGED_MS = 3000


# What a lost connection raises. Where another thread shut the socket under a read: AttributeError of py-amqp, or in a
# patched process, where threads are greenlets, EOFError.
LOST = (OSError, EOFError, AttributeError, amqp.AMQPError)


class BrokerDown(ConnectionError):
    """The broker cannot be reached, or refused; whether what was being sent has arrived is unknown."""


class BrokerUnavailable(Unavailable):
    """The broker did not do what an operator asked of it."""


class Busy(BrokerDown):
    """Other threads used the connection for as long as the caller could wait: whether the broker answers is unknown."""


class _Connection(amqp.Connection):
    # Informed of `connection.blocked`, py-amqp reads the socket inside each publish, beside the thread that reads it.
    # A blocked broker does not answer, for which every caller of ours has a time-out.
    negotiate_capabilities: ClassVar = {"consumer_cancel_notify": True, "authentication_failure_close": True}

    def blocking_read(self, timeout: float | None = None) -> bool:
        # By itself py-amqp reads on after the broker's heartbeat: ours would have to be sent by a clock of its own.
        with self.transport.having_timeout(timeout):
            frame = self.transport.read_frame()
        return self.on_inbound_frame(frame) or frame[0] == HEARTBEAT_FRAME

    def _warn_force_connect(self, attr: str) -> None:
        # py-amqp would connect again, unseen by this class, wherever a connection is used after its end.
        raise ConnectionResetError("the connection was shut")


class BrokerConnection:
    """One connection with one channel, made on first use and again after each failure. Several threads may publish.

    `on_open` readies each new channel. Where that fails on one of several servers, the next is tried; BrokerDown, which it may raise,
    is for the caller.
    """

    def __init__(
        self, url: str, *, on_open: Callable[[amqp.Channel], None] | None = None, heartbeat: int | None = None
    ) -> None:
        self._servers = hosts.one_each(url)
        usual = HEARTBEAT_SECONDS if len(self._servers) == 1 else OF_SEVERAL_HEARTBEAT_SECONDS
        self._heartbeat = heartbeat or usual
        self._unacknowledged = UNACKNOWLEDGED_MS if len(self._servers) == 1 else OF_SEVERAL_UNACKNOWLEDGED_MS
        self._ticked = 0.0
        self._on_open = on_open
        self._lock = threading.RLock()
        self._reading = threading.Lock()
        self._ended = False
        self._connection: amqp.Connection | None = None
        self._channel: amqp.Channel | None = None

    @property
    def patience(self) -> float:
        """Seconds to wait for what may come: the broker's own heartbeat, at half of ours, comes sooner, and ours goes with it. Of several
        servers, ours goes sooner: the answer to it is what is missed of one that died."""
        return (0.6 if len(self._servers) == 1 else 0.35) * self._heartbeat

    def publish(
        self,
        body: bytes,
        *,
        exchange: str,
        routing_key: str,
        mandatory: bool = False,
        within: float | None = None,
        **properties: object,
    ) -> None:
        """Sends a message to the broker, transient unless `delivery_mode` is 2; raises BrokerDown. `within`: as of `open`."""
        message = amqp.Message(body, channel=None, **({"delivery_mode": 1} | properties))
        with self._alone(within) as left:
            channel = self.open(within=left)
            self.exclusively(
                lambda: channel.basic_publish(message, exchange=exchange, routing_key=routing_key, mandatory=mandatory)
            )

    @contextlib.contextmanager
    def together(self) -> Generator[None]:
        """What is published in this block leaves in full packets, so that the broker is woken for each of those only."""
        connection = self._connection
        if connection is None:
            raise BrokerDown("not connected")
        with contextlib.suppress(OSError):
            connection.transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        try:
            yield
        finally:
            with contextlib.suppress(OSError, AttributeError):  # the connection was lost and is another one by now
                connection.transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def exclusively(self, order: Callable[[], object]) -> None:
        """Writes something while no other thread writes; raises BrokerDown."""
        with self._lock:
            try:
                order()
            except LOST as error:
                self.shut()
                raise BrokerDown(str(error)) from error

    def open(self, *, within: float | None = None) -> amqp.Channel:
        """The channel of a live connection, made within 3 s, or within 1 s for each of several servers; raises BrokerDown.

        `within` is what the caller can wait in all, for others who write or connect as well; without it he waits for them.
        """
        with self._alone(within) as left:
            if self._ended:
                raise BrokerDown("the connection has ended")
            if self._channel is None or self._connection is None or not self._connection.connected:
                self.shut()
                self._connect(left)
            assert self._channel is not None  # noqa: S101 -- for the type checker; _connect set it
            return self._channel

    @contextlib.contextmanager
    def _alone(self, within: float | None) -> Generator[float | None]:
        """No other thread writes or connects in this block; gives what is left of that time. Raises Busy when it is over."""
        begun = time.monotonic()
        if not self._lock.acquire(timeout=-1 if within is None else within):
            raise Busy("others write, or connect")
        try:
            yield None if within is None else max(0.01, within - (time.monotonic() - begun))
        finally:
            self._lock.release()

    def drain(self, seconds: float) -> bool:
        """Handles what arrives within that time, then looks after the heartbeat; whether anything came. Raises BrokerDown."""
        connection = self._connection
        if connection is None:
            raise BrokerDown("not connected")
        came = False
        try:
            with self._reading, contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=seconds)
                came = True
            if time.monotonic() - self._ticked >= TICK_SECONDS:
                self._ticked = time.monotonic()
                with self._lock:
                    connection.heartbeat_tick(rate=3)
        except LOST as error:
            self._shut(connection)
            raise BrokerDown(str(error)) from error
        return came

    def end(self) -> None:
        """Closes for good and in order, so that the broker logs no warning: within a moment, whatever the broker does.

        What was not acknowledged goes back to its queue; a thread that reads or publishes meanwhile meets BrokerDown.
        """
        self._ended = True
        self.leave()

    def leave(self) -> None:
        """Closes so too; the next use makes another connection."""
        connection, until = self._connection, time.monotonic() + LEAVE_SECONDS
        if connection is None:
            return
        if not self._lock.acquire(timeout=LEAVE_SECONDS):
            _cut(connection)  # a thread connects, or writes to a broker that does not read
            return
        with contextlib.suppress(*LOST):
            try:
                connection.send_method(spec.Connection.Close, "BsBB", (0, "", 0, 0))
            finally:
                self._lock.release()
            self._await_end(connection, until)
        self._shut(connection)

    def _await_end(self, connection: amqp.Connection, until: float) -> None:
        """Until the broker agreed, whichever thread reads its answer; raises one of LOST, at that time at the latest."""
        while connection.connected and self._reading.acquire(timeout=max(0.0, until - time.monotonic())):
            try:
                connection.drain_events(timeout=max(0.01, until - time.monotonic()))
            finally:
                self._reading.release()

    def shut(self) -> None:
        """Closes the socket without asking the broker, which may never answer."""
        self._shut(self._connection)

    def _shut(self, connection: amqp.Connection | None) -> None:
        if connection is None:
            return
        with self._lock:
            if self._connection is connection:
                self._connection, self._channel = None, None
        _cut(connection)
        # py-amqp by itself leaves the socket of a TLS connection open once it was cut.
        with contextlib.suppress(Exception), contextlib.closing(connection.transport.sock):
            connection.collect()

    def _connect(self, within: float | None) -> None:
        """Connects to one of the servers, in random order; raises BrokerDown with what each of several answered."""
        each = CONNECT_SECONDS if len(self._servers) == 1 else OF_SEVERAL_SECONDS
        ends = time.monotonic() + (each * len(self._servers) if within is None else within)
        failed: list[str] = []
        for server in random.sample(self._servers, len(self._servers)):
            if failed and (self._ended or time.monotonic() >= ends):
                break
            try:
                channel = self._connected(server, max(0.01, min(each, ends - time.monotonic()))).channel()
                if self._on_open:
                    self._on_open(channel)
            except BrokerDown:
                self.shut()
                raise
            except LOST as error:
                self.shut()
                failed.append(str(error) if len(self._servers) == 1 else f"{hosts.host_of(server)}: {error}")
            else:
                self._channel = channel
                return
        raise BrokerDown("; ".join(failed))

    def _connected(self, server: str, seconds: float) -> amqp.Connection:
        parts = urlsplit(server)
        tls = parts.scheme == "amqps"
        connection = _Connection(
            host=f"{parts.hostname}:{parts.port or (5671 if tls else 5672)}",
            userid=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
            virtual_host=unquote(parts.path[1:]) or "/",
            connect_timeout=seconds,
            read_timeout=None,
            write_timeout=CONNECT_SECONDS,
            heartbeat=self._heartbeat,
            socket_settings={socket.TCP_USER_TIMEOUT: self._unacknowledged, **KEEPALIVE},
            # Said in full: by itself py-amqp would take any certificate, and so any server.
            ssl=tls
            and {
                "context": {"check_hostname": True},
                "server_hostname": parts.hostname,
                "do_handshake_on_connect": False,  # py-amqp makes it itself, under `connect_timeout`
            },
        )
        self._connection = connection
        connection.connect()
        connection.transport.sock.settimeout(WRITE_SECONDS)  # of writes: each read brings a limit of its own
        return connection


def _cut(connection: amqp.Connection) -> None:
    """Ends every wait for this connection, to read or to write."""
    with contextlib.suppress(Exception):
        connection.transport.sock.shutdown(socket.SHUT_RDWR)
