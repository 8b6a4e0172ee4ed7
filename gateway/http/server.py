"""The WSGI server: it bounds the time of slow lines, is strict about where a request ends, and is drained when it stops."""

import re
import resource
import socket
from collections.abc import Callable
from email.message import Message
from functools import partial
from typing import Any, Literal, NoReturn, cast

import eventlet
from eventlet import greenio, hubs, wsgi
from flask import Flask
from werkzeug.exceptions import BadRequest

# A connection costs a greenlet of a few KB: two hundred half-sent bodies leave room for eight hundred more.
CONNECTIONS = 1000
OTHER_FILES = 500
BACKLOG = 4_096  # the system may allow fewer; beyond it, a client waits a second for its next try
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
REFUSED = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

LINE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*\r\n")
HEADER = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n"
)  # or the empty line behind the last
LENGTH = re.compile(r"[0-9]{1,18}")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")
CHUNK_LINE_BYTES = 1000
TRAILERS = 100


class Malformed(BadRequest):
    """A request whose end two servers could read differently (RFC 9112): it is refused, and nothing behind it is read."""


class TooSlow(OSError):
    """The other side did not send what it announced in time. An OSError, so that a reader sees a broken connection."""


class PatientInput(wsgi.Input):
    """A body that must come within its time: a fixed part, and what its length takes on a slow line.

    `waited`: the seconds that it took to come so far.
    """

    waited = 0.0
    malformed = False
    _ends: float | None = None

    def read(self, length: int | None = None) -> bytes:
        return self._in_time(super().read, length)

    def readline(self, size: int | None = None) -> bytes:
        return self._in_time(super().readline, size)

    def readlines(self, hint: int | None = None) -> list[bytes]:
        return self._in_time(super().readlines, hint)

    def discard(self, buffer_size: int = 16 << 10) -> None:
        """What the application left unread is thrown away for as long as the answer may take to be seen; then it closes.

        Closed at once, a client that is still sending would see a broken connection and not the answer. More than the reverse proxy lets
        in is not worth the time.
        """
        self._ends = _hub_time() + DISCARD_SECONDS
        thrown = 0
        try:
            while part := self.read(buffer_size):
                thrown += len(part)
                if thrown > DISCARD_BYTES:
                    raise TooSlow
        except Malformed:
            return

    def _chunked_read(self, rfile: Any, length: int | None = None, use_readline: bool = False) -> bytes:
        """As the library's own, but for sizes: hexadecimal digits alone, and each line ends as it must."""
        if self.malformed:
            raise Malformed
        if self.should_send_hundred_continue:
            self.send_hundred_continue_response()
            self.is_hundred_continue_response_sent = True
        wanted = None if length is None or length < 0 else length
        parts: list[bytes] = []
        while self.chunk_length != 0 and wanted != 0:
            if self.position >= self.chunk_length:
                self._next_chunk(rfile)
                continue
            left = self.chunk_length - self.position
            part = (rfile.readline if use_readline else rfile.read)(left if wanted is None else min(left, wanted))
            if not part:
                raise OSError("the body ended within a chunk")
            parts.append(part)
            self.position += len(part)
            if self.position == self.chunk_length and rfile.readline(2) != b"\r\n":
                self._refuse()
            if wanted is not None:
                wanted -= len(part)
            if use_readline and part.endswith(b"\n"):
                break
        return b"".join(parts)

    def _next_chunk(self, rfile: Any) -> None:
        line = rfile.readline(CHUNK_LINE_BYTES)
        if not line:
            raise OSError("the body ended between two chunks")
        size = CHUNK.fullmatch(line)
        if size is None:
            self._refuse()
        self.position, self.chunk_length = 0, int(size[1], 16)
        if self.chunk_length == 0:
            for _ in range(TRAILERS):
                trailer = rfile.readline(LINE_BYTES)
                if trailer in (b"\r\n", b""):
                    return
                if not trailer.endswith(b"\r\n"):  # another reader may see the body end here, and a request begin
                    break
            self._refuse()

    def _refuse(self) -> NoReturn:
        self.malformed = True
        raise Malformed

    def _in_time(self, read: Any, size: int | None) -> Any:
        begun = _hub_time()
        if self._ends is None:
            self._ends = begun + BODY_SECONDS + (self.content_length or 0) / BODY_BYTES_PER_SECOND
        try:
            with eventlet.Timeout(max(0.0, self._ends - begun), TooSlow()):
                return read(size)
        finally:
            self.waited += _hub_time() - begun


class Connections(eventlet.GreenPool):
    """All that are open. When there are too many, the one that has waited longest for a whole head makes room for the next.

    A client that sends a head at once is never cut off: connections kept open without a request delay no visitor.
    """

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._headless: dict[socket.socket, None] = {}
        self._awaited = False

    def waits_for_a_head(self, line: socket.socket) -> None:
        self._headless[line] = None
        if self._awaited:
            self._make_room()

    def waits_no_longer(self, line: socket.socket) -> None:
        self._headless.pop(line, None)

    def spawn(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.free() <= 0:
            self._awaited = True
            self._make_room()
        return super().spawn(function, *args, **kwargs)

    def _make_room(self) -> None:
        oldest = next(iter(self._headless), None)
        if oldest is not None:
            self._awaited = False
            self.waits_no_longer(oldest)
            greenio.shutdown_safe(oldest)  # its reader sees the end, and leaves the pool


class StrictLines:
    """The headers as they came: a name, a colon, no control character, no continued line, CR LF. Else Malformed.

    A head that is cut short is malformed too: its answer would go to a connection that was closed.
    """

    def __init__(self, lines: Any) -> None:
        self._lines = lines

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._lines.readline(size)
        if HEADER.fullmatch(line) is None:
            raise Malformed
        return line


class PatientProtocol(wsgi.HttpProtocol):
    """HTTP whose request line and headers must come within their time, however slowly each byte drips."""

    def __init__(self, connections: Connections, conn_state: Any, server: Any) -> None:
        self._connections = connections
        super().__init__(conn_state, server)  # which serves the connection to its end

    def setup(self) -> None:
        # A page longer than the buffer leaves in two writes, and the second would wait until the first was acknowledged.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def handle_one_request(self) -> None:
        self._connections.waits_for_a_head(self.connection)
        self._deadline = eventlet.Timeout(KEEP_ALIVE_SECONDS, TooSlow())
        try:
            super().handle_one_request()
        except TooSlow:
            self.close_connection = True
        finally:
            self._deadline.cancel()
            self._connections.waits_no_longer(self.connection)

    def _read_request_line(self) -> bytes | Literal[""]:
        line = super()._read_request_line()
        self._deadline.cancel()
        self._deadline = eventlet.Timeout(HEADERS_SECONDS, TooSlow())
        return line

    def parse_request(self) -> bool:
        self.rfile = StrictLines(self.rfile)
        try:
            if LINE.fullmatch(cast("bytes", self.raw_requestline)) is None:
                raise Malformed
            understood = super().parse_request()
            if understood:
                check_framing(self.headers, self.request_version)
        except Malformed:
            self.close_connection = True
            self.wfile.write(REFUSED)
            return False
        return understood

    def handle_one_response(self) -> None:
        super().handle_one_response()
        if self.environ["eventlet.input"].malformed:
            self.close_connection = True

    def get_environ(self) -> dict[str, Any]:
        self._deadline.cancel()
        self._connections.waits_no_longer(self.connection)
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
            # the stream ends by itself, which Werkzeug believes only with this
            environ["wsgi.input_terminated"] = True
        return environ

    def version_string(self) -> str:
        return "Parvis"


def check_framing(headers: Message, version: str) -> None:
    """Raises Malformed unless the length of the body is said once, in one way."""
    lengths, encodings = headers.get_all("Content-Length", []), headers.get_all("Transfer-Encoding", [])
    if len(lengths) + len(encodings) > 1:
        raise Malformed
    if lengths and LENGTH.fullmatch(lengths[0].strip(" \t")) is None:
        raise Malformed
    if encodings and (encodings[0].strip(" \t").lower() != "chunked" or version == "HTTP/1.0"):
        raise Malformed


class Server:
    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._app = app
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = eventlet.listen((host, port), family=family, backlog=BACKLOG)
        self._connections = Connections(CONNECTIONS)
        self._accepting: Any = None

    def serve(self) -> None:
        """Accepts connections until stopped."""
        _allow_files(CONNECTIONS + OTHER_FILES)
        self._accepting = eventlet.getcurrent()
        keep_alive: Any = KEEP_ALIVE_SECONDS  # eventlet takes seconds as well as yes and no
        protocol: Any = partial(PatientProtocol, self._connections)  # and whatever makes one for a connection
        wsgi.server(
            self._socket,
            self._app,
            protocol=protocol,
            custom_pool=self._connections,
            keepalive=keep_alive,
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


def _allow_files(wanted: int) -> None:
    """Lets the process open so many files, as far as the machine allows: a login shell's 1,024 are fewer than our connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _hub_time() -> float:
    return hubs.get_hub().clock()
