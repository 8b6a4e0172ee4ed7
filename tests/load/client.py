"""A client of the API that costs next to nothing itself: one kept connection a thread, no more HTTP than is needed."""

import json
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 30
WARM_SECONDS = 1.5  # asked before anything is measured
Headers = dict[str, str]
COOKIE = re.compile(rb"^set-cookie: ([^=;\r\n]+)=([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Refused(RuntimeError):
    """An answer that the job did not expect: no figure is made of failures. `head`: its status and headers."""

    def __init__(self, what: str, head: bytes = b"") -> None:
        super().__init__(what)
        self._head = head

    @property
    def for_a_while(self) -> bool:
        """Whether it says when to ask again."""
        return self._head.startswith(b"HTTP/1.1 503") and b"\r\nretry-after:" in self._head.lower()


@dataclass(frozen=True)
class Page:
    """What a browser keeps of an answer."""

    head: bytes
    body: bytes

    @property
    def cookies(self) -> Headers:
        """Those that the answer sets, by name."""
        return {name.decode(): value.decode() for name, value in COOKIE.findall(self.head)}

    @property
    def hidden(self) -> Headers:
        """The fields of its forms that are not filled in, by name."""
        return {name.decode(): value.decode() for name, value in HIDDEN.findall(self.body)}


class Connection:
    """One kept HTTP/1.1 connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._socket: socket.socket | None = None
        self._rest = b""

    def ask(self, method: str, path: str, body: Any = None, headers: Headers | None = None) -> bytes:
        """The body of a successful answer of the API; raises Refused for any other."""
        return self._ask(method, f"/api/v1{path}", body, headers)

    def page(self, path: str, headers: Headers | None = None) -> bytes:
        """A page of the portal, as `ask`."""
        return self._ask("GET", path, None, headers)

    def unchanged(self, path: str, headers: Headers) -> None:
        """Asks for what has not changed since; raises Refused for any other answer."""
        self._send("GET", path, b"", headers)
        self._answer(f"GET {path}", good=b"304")

    def browse(self, path: str, fields: Mapping[str, str] | None = None, cookies: Headers | None = None) -> Page:
        """A page as a browser opens it, or with `fields` what answers its form: that leads on, so no other status than 303 is good."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if fields is None:
            self._send("GET", path, b"", headers)
            return Page(*self._answer(f"GET {path}"))
        data = urlencode(fields).encode()
        self._send("POST", path, data, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
        return Page(*self._answer(f"POST {path}", good=b"303"))

    def _ask(self, method: str, path: str, body: Any, headers: Headers | None) -> bytes:
        data = b"" if body is None else json.dumps(body).encode()
        self._send(method, path, data, {"Content-Type": "application/json"} | (headers or {}) if data else headers)
        return self._answer(f"{method} {path}")[1]

    def _send(self, method: str, path: str, data: bytes, headers: Headers | None) -> None:
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(data)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=PATIENCE_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    def _answer(self, what: str, *, good: bytes = b"2") -> tuple[bytes, bytes]:
        """The head and the body of an answer whose status begins so."""
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        head, _, rest = self._rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        self._rest = rest
        while len(self._rest) < length:
            self._receive()
        body, self._rest = self._rest[:length], self._rest[length:]
        if b"connection: close" in head.lower():
            self.close()
        if not head.startswith(b"HTTP/1.1 " + good):
            raise Refused(f"{what}: {head.partition(chr(13).encode())[0].decode()} {body[:500].decode()}", head)
        return head, body

    def _receive(self) -> None:
        assert self._socket is not None
        part = self._socket.recv(65536)
        if not part:
            raise Refused("the gateway closed the connection")
        self._rest += part

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""


Operation = Callable[[Connection], Any]


@dataclass
class Run:
    """What a run did: how many operations, in how long, and how long each took, in seconds."""

    operations: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    late: float = 0.0

    @property
    def rate(self) -> float:
        return self.operations / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        return quantile(self.latencies, share) * 1000


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def closed_loop(url: str, operation: Operation, *, clients: int, seconds: float) -> Run:
    """Each client asks again as soon as it is answered. What was begun is finished, and counted with its time."""
    ends = time.monotonic() + seconds

    def at_once() -> float | None:
        now = time.monotonic()
        return now if now < ends else None

    return _run(url, operation, clients, at_once)


def paced(url: str, operation: Operation, *, rate: float, seconds: float, clients: int) -> Run:
    """So many operations a second whatever the answers take, as long as a client is free; `late`: the worst delay."""
    started = time.monotonic()
    due = iter([started + number / rate for number in range(int(rate * seconds))])
    return _run(url, operation, clients, lambda: next(due, None))


def _run(url: str, operation: Operation, clients: int, next_at: Callable[[], float | None]) -> Run:
    """Each client does what is next at its time, until there is nothing more; raises the first failure."""
    run, lock, failures = Run(), threading.Lock(), queue.SimpleQueue[BaseException]()
    started = time.monotonic()

    def work() -> None:
        connection = Connection(url)
        try:
            while failures.empty() and (at := next_at()) is not None:
                time.sleep(max(0.0, at - time.monotonic()))
                begun = time.monotonic()
                operation(connection)
                ended = time.monotonic()
                with lock:
                    run.latencies.append(ended - begun)
                    run.late = max(run.late, begun - at)
        except BaseException as failure:
            failures.put(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not failures.empty():
        raise failures.get()
    run.operations, run.seconds = len(run.latencies), time.monotonic() - started
    return run
