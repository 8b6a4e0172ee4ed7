"""The WSGI server: patient with slow lines, never held by them, and drained when it stops."""

import socket
from typing import Any, Literal

import eventlet
from eventlet import hubs, wsgi
from flask import Flask

# A connection costs a greenlet of a few KB: two hundred half-sent bodies leave eight hundred places free.
CONNECTIONS = 1000
BACKLOG = 512
HEADERS_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30.0
SILENCE_SECONDS = 20.0
BODY_SECONDS = 15.0
BODY_BYTES_PER_SECOND = 16_000
DISCARD_SECONDS = 2.0
DISCARD_BYTES = 32_000_000
DRAIN_SECONDS = 20.0
# The server's own refusal has no words: below that, an address or a header that is too long is refused by the application.
LINE_BYTES = wsgi.MAX_TOTAL_HEADER_SIZE
wsgi.MAX_HEADER_LINE = LINE_BYTES


class TooSlow(OSError):
    """The other side did not send what it announced in time. An OSError, so that whoever reads sees a broken line."""


class PatientInput(wsgi.Input):
    """A body that must come within its time: a fixed part, and what its length takes on a slow line.

    `waited`: the seconds that it took to come so far.
    """

    waited = 0.0
    _ends: float | None = None

    def read(self, length: int | None = None) -> bytes:
        return self._in_time(super().read, length)

    def readline(self, size: int | None = None) -> bytes:
        return self._in_time(super().readline, size)

    def readlines(self, hint: int | None = None) -> list[bytes]:
        return self._in_time(super().readlines, hint)

    def discard(self, buffer_size: int = 16 << 10) -> None:
        """What the application left unread is thrown away for as long as the answer may take to be seen; then it closes.

        Closed at once, whoever is still sending would see a broken line and not the answer. More than the reverse proxy lets
        in is not worth the time.
        """
        self._ends = _hub_time() + DISCARD_SECONDS
        thrown = 0
        while part := self.read(buffer_size):
            thrown += len(part)
            if thrown > DISCARD_BYTES:
                raise TooSlow

    def _in_time(self, read: Any, size: int | None) -> Any:
        begun = _hub_time()
        if self._ends is None:
            self._ends = begun + BODY_SECONDS + (self.content_length or 0) / BODY_BYTES_PER_SECOND
        try:
            with eventlet.Timeout(max(0.0, self._ends - begun), TooSlow()):
                return read(size)
        finally:
            self.waited += _hub_time() - begun


class PatientProtocol(wsgi.HttpProtocol):
    """HTTP whose request line and headers must come within their time, however slowly each byte drips."""

    def setup(self) -> None:
        # A page longer than the buffer leaves in two writes, and the second would wait until the first was acknowledged.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def handle_one_request(self) -> None:
        self._patience = eventlet.Timeout(KEEP_ALIVE_SECONDS, TooSlow())
        try:
            super().handle_one_request()
        except TooSlow:
            self.close_connection = True
        finally:
            self._patience.cancel()

    def _read_request_line(self) -> bytes | Literal[""]:
        line = super()._read_request_line()
        self._patience.cancel()
        self._patience = eventlet.Timeout(HEADERS_SECONDS, TooSlow())
        return line

    def get_environ(self) -> dict[str, Any]:
        self._patience.cancel()
        environ = super().get_environ()
        given = environ["eventlet.input"]
        environ["wsgi.input"] = environ["eventlet.input"] = PatientInput(
            given.rfile,
            given.content_length,
            self.connection,
            wfile=given.wfile,
            wfile_line=given.wfile_line,
            chunked_input=given.chunked_input,
        )
        if given.chunked_input:
            # the stream ends by itself, which Werkzeug only believes when told
            environ["wsgi.input_terminated"] = True
        return environ

    def version_string(self) -> str:
        return "Parvis"


class Server:
    """One WSGI application on one address."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._app = app
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = eventlet.listen((host, port), family=family, backlog=BACKLOG)
        self._connections = eventlet.GreenPool(CONNECTIONS)
        self._accepting: Any = None

    def serve(self) -> None:
        """Accepts connections until stopped."""
        self._accepting = eventlet.getcurrent()
        patience: Any = KEEP_ALIVE_SECONDS  # eventlet takes seconds as well as yes and no
        wsgi.server(
            self._socket,
            self._app,
            protocol=PatientProtocol,
            custom_pool=self._connections,
            keepalive=patience,
            socket_timeout=SILENCE_SECONDS,
            url_length_limit=LINE_BYTES,
            log_output=False,
            debug=False,
        )

    def stop(self) -> None:
        """Takes no new connection, finishes what has begun, at most DRAIN_SECONDS."""
        if self._accepting is not None:
            eventlet.kill(self._accepting)
        self._socket.close()
        with eventlet.Timeout(DRAIN_SECONDS, False):
            self._connections.waitall()


def _hub_time() -> float:
    return hubs.get_hub().clock()
