"""The gateway's own process under people who send slowly, or not at all, and while it stops."""

import re
import resource
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from tests.integration.chassis.conftest import until
from tests.integration.chassis.test_readiness import readiness
from tests.servers.processes import HERE, Release, Services

HALF_SENT = 200
HALF_A_BODY = (
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: portail\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    b'{"username": "ca'
)
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: por"
TOO_LONG = "x" * 20_000
ANSWERS_WITHIN_SECONDS = 5.0  # a request behind them would wait until they are given up: ten seconds for a header
GIVEN_UP_WITHIN_SECONDS = 60
HALF_OPEN = 1_050  # more than are served at once
LOGIN_SHELL_FILES = 1_024
A_WRITE, A_PACKET = (
    16_384,
    65_000,
)  # bytes: what the server gathers before it writes, what the loopback carries in one piece
TRIES = 21
ACKNOWLEDGED_AFTER_SECONDS = 0.04  # by a receiver to whom only the first part of an answer has come


@pytest.fixture
def gateway(services: Services) -> str:
    """A gateway and the one service that it needs to be ready; its address."""
    services.start("procedures", "gateway")
    return f"http://127.0.0.1:{services.running['gateway'].health_port}"


@contextmanager
def half_sent(address: str, what: bytes, times: int) -> Iterator[list[socket.socket]]:
    place = urlsplit(address)
    lines = [socket.create_connection((place.hostname or "", place.port or 0)) for _ in range(times)]
    try:
        for line in lines:
            line.sendall(what)
        yield lines
    finally:
        for line in lines:
            line.close()


def seconds_to_answer(address: str) -> float:
    began = time.monotonic()
    with closing(urllib.request.urlopen(f"{address}/connexion", timeout=10)) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def seconds_to_read(line: HTTPConnection, path: str, size: range) -> float:
    began = time.monotonic()
    line.request("GET", path)
    answer = line.getresponse()
    assert answer.status == 200
    assert len(answer.read()) in size
    return time.monotonic() - began


def test_two_hundred_half_sent_bodies_delay_no_other_request(gateway: str) -> None:
    with half_sent(gateway, HALF_A_BODY, HALF_SENT), half_sent(gateway, HALF_A_HEADER, HALF_SENT):
        assert seconds_to_answer(gateway) < ANSWERS_WITHIN_SECONDS


class Impatient(Release):
    def program(self, _: str) -> list[str]:
        return ["tests.integration.gateway.impatient"]


@pytest.fixture
def impatient_gateway(environment: dict[str, str], services: Services, tmp_path: Path) -> Iterator[str]:
    """One that gives an incomplete request up sooner; its address."""
    services.start("procedures")
    own = Services(environment, tmp_path, Impatient(HERE.folder))
    own.start("gateway")
    yield f"http://127.0.0.1:{own.running['gateway'].health_port}"
    own.stop()


def test_an_incomplete_http_request_is_given_up(impatient_gateway: str) -> None:
    with (
        half_sent(impatient_gateway, HALF_A_HEADER, 1) as [header],
        half_sent(impatient_gateway, HALF_A_BODY, 1) as [body],
    ):
        header.settimeout(GIVEN_UP_WITHIN_SECONDS)
        body.settimeout(GIVEN_UP_WITHIN_SECONDS)

        assert header.recv(100) == b""
        assert body.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("path", "headers", "status", "sentence"),
    [
        (f"/demarches?q={TOO_LONG}", {}, 414, "Cette adresse est trop longue."),
        (f"/api/v1/procedures?q={TOO_LONG}", {}, 414, '"code": *"address_too_long"'),
        ("/demarches", {"Cookie": f"a={TOO_LONG}"}, 431, "Effacez les cookies de ce site"),
        ("/api/v1/procedures", {"Authorization": f"Bearer {TOO_LONG}"}, 431, '"code": *"header_too_long"'),
    ],
    ids=["page, address", "api, address", "page, header", "api, header"],
)
def test_an_address_or_a_header_that_is_too_long_is_refused_with_a_sentence(
    gateway: str, path: str, headers: dict[str, str], status: int, sentence: str
) -> None:
    asked = urllib.request.Request(gateway + path, headers=headers)
    with pytest.raises(HTTPError) as refused, closing(urllib.request.urlopen(asked, timeout=10)):
        pass

    assert refused.value.code == status
    assert re.search(sentence, refused.value.read().decode("utf-8"))


@pytest.mark.parametrize("size", [300_000, 21_000_000])
@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "form"), [("/api/v1/sessions", "application/json"), ("/connexion", "application/x-www-form-urlencoded")]
)
def test_a_body_that_is_too_large_is_refused_after_all_of_it(
    gateway: str, path: str, form: str, announced: bool, size: int
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: portail\r\nContent-Type: {form}\r\n"
    length = f"Content-Length: {size}\r\n\r\n" if announced else f"Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n"
    end = b"" if announced else b"\r\n0\r\n\r\n"
    with half_sent(gateway, (head + length).encode() + b" " * size + end, 1) as [line]:
        line.settimeout(GIVEN_UP_WITHIN_SECONDS)
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_an_answer_in_several_writes_does_not_wait_for_the_first_to_be_acknowledged(gateway: str) -> None:
    place = urlsplit(gateway)
    with closing(HTTPConnection(place.hostname or "", place.port, timeout=10)) as line:
        pairs = [  # one after the other: what slows the machine down slows both
            (
                seconds_to_read(line, "/statique/favicon.svg", range(1, A_WRITE)),
                seconds_to_read(line, "/statique/portal.css", range(A_WRITE, A_PACKET)),
            )
            for _ in range(TRIES)
        ]

    in_one_write, in_several = map(median, zip(*pairs, strict=True))
    assert in_several < in_one_write + ACKNOWLEDGED_AFTER_SECONDS / 2


def test_metrics_are_served_on_the_private_port_and_not_on_the_public_one(gateway: str, services: Services) -> None:
    private = f"http://127.0.0.1:{services.running['gateway'].private_port}"
    for path in ("/metrics", "/api/v1/metrics"):
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(gateway + path, timeout=10)
        assert refused.value.code == 404
        refused.value.close()

    with urllib.request.urlopen(f"{private}/metrics", timeout=10) as answer:
        figures = answer.read().decode()
    for door in ("pages", "api"):
        assert re.search(rf'^parvis_http_seconds_count{{door="{door}",status="404"}} [1-9]', figures, re.MULTILINE)
    assert "parvis_hub_pause_seconds" in figures
    # a hub that a busy machine has kept waiting is not well for a moment
    until(lambda: readiness(services.running["gateway"].private_port) == (200, {"hub": True, "calls": True}))


LOG_IN = b"POST /api/v1/sessions HTTP/1.1\r\nHost: portail\r\nContent-Type: application/json\r\n"
SECOND = b"GET /healthz HTTP/1.1\r\nHost: portail\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"Content-Length: 0\r\nContent-Length: 45\r\n", id="two lengths"),
        pytest.param(b"Content-Length: 0\r\nContent-Length: 0\r\n", id="one length, twice"),
        pytest.param(b"Content-Length: 0, 0\r\n", id="a list of lengths"),
        pytest.param(b"Content-Length: +2\r\n", id="a length with a sign"),
        pytest.param(b"Content-Length: -2\r\n", id="a negative length"),
        pytest.param(b"Content-Length: 1_0\r\n", id="a length with an underscore"),
        pytest.param(b"Content-Length: 0x2\r\n", id="a hexadecimal length"),
        pytest.param(b"Content-Length: \r\n", id="no length"),
        pytest.param(b"Content-Length : 2\r\n", id="a blank before the colon"),
        pytest.param(b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", id="a length and an encoding"),
        pytest.param(b"Transfer-Encoding: xchunked\r\n", id="an unknown encoding"),
        pytest.param(b"Transfer-Encoding: gzip, chunked\r\n", id="two encodings"),
        pytest.param(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", id="one encoding, twice"),
        pytest.param(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", id="two encodings, two lines"),
        pytest.param(b"Transfer-Encoding: \x0bchunked\r\n", id="an encoding behind a control"),
        pytest.param(b"X-Any: a\0b\r\n", id="NUL"),
        pytest.param(b"X-Any: a\rContent-Length: 2\r\n", id="a lone CR"),
        pytest.param(b"X-Any: a\nContent-Length: 2\r\n", id="a lone LF"),
        pytest.param(b"X-Any: a\r\n Content-Length: 2\r\n", id="a continued line"),
        pytest.param(b"X-Any\r\n", id="a line without a colon"),
    ],
)
def test_a_head_that_leaves_the_end_of_its_body_in_doubt_is_refused(gateway: str, head: bytes) -> None:
    assert statuses(gateway, LOG_IN + head + b"\r\n" + b"0\r\n\r\n" + SECOND) == [400]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"-1\r\n{}\r\n0\r\n\r\n", id="a negative size"),
        pytest.param(b"+2\r\n{}\r\n0\r\n\r\n", id="a size with a sign"),
        pytest.param(b"0x2\r\n{}\r\n0\r\n\r\n", id="a size with a prefix"),
        pytest.param(b"0_2\r\n{}\r\n0\r\n\r\n", id="a size with an underscore"),
        pytest.param(b" 2\r\n{}\r\n0\r\n\r\n", id="a blank before the size"),
        pytest.param(b"2\n{}\r\n0\r\n\r\n", id="a size that a lone LF ends"),
        pytest.param(b"2;a=\rb\r\n{}\r\n0\r\n\r\n", id="a lone CR behind the size"),
        pytest.param(b"2\r\n{}  0\r\n\r\n", id="a chunk that is longer than its size"),
        pytest.param(b"2\r\n{}\r\n0\r\n\n", id="an end that a lone LF ends"),
        pytest.param(b"2\r\n{}\r\n0\r\nX-Sum: 1\n\r\n", id="a trailer that a lone LF ends"),
    ],
)
def test_a_chunk_that_leaves_in_doubt_where_it_ends_is_refused_and_the_line_closed(gateway: str, body: bytes) -> None:
    assert statuses(gateway, LOG_IN + b"Transfer-Encoding: chunked\r\n\r\n" + body + SECOND) == [400]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(LOG_IN + b"Content-Length: 2\r\n\r\n{}", id="a length"),
        pytest.param(LOG_IN + b"Content-Length: 0\r\n\r\n", id="no body"),
        pytest.param(
            LOG_IN + b"Transfer-Encoding: Chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n}\r\n0\r\nX-Sum: 1\r\n\r\n", id="chunks"
        ),
        pytest.param(
            b"POST /nulle-part HTTP/1.1\r\nHost: portail\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 7\r\n\r\n--x--\r\n",
            id="a form with files",
        ),
        pytest.param(b"GET /nulle-part HTTP/1.1\r\nHost: portail\r\n\r\n", id="no body asked"),
    ],
)
def test_behind_a_whole_request_the_next_one_is_read(gateway: str, request_: bytes) -> None:
    first, second = statuses(gateway, request_ + SECOND)
    assert first in (400, 404, 422)
    assert second == 200


def statuses(address: str, sent: bytes) -> list[int]:
    """The status of each answer that comes until the line is closed, here or there."""
    with half_sent(address, sent, 1) as [line]:
        line.settimeout(10)
        line.shutdown(socket.SHUT_WR)
        came = b""
        while part := line.recv(65_536):
            came += part
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", came)]


def test_a_head_that_is_cut_short_is_not_served(gateway: str) -> None:
    assert statuses(gateway, b"GET /healthz HTTP/1.1\r\nHost: portail\r\n") == [400]
    assert statuses(gateway, b"GET /healthz HT") == [400]


def test_a_thousand_connections_without_a_request_delay_no_visitor(own_gateway: str) -> None:
    with half_sent(own_gateway, HALF_A_HEADER, HALF_OPEN), half_sent(own_gateway, b"", HALF_OPEN // 10):
        assert max(seconds_to_answer(own_gateway) for _ in range(3)) < ANSWERS_WITHIN_SECONDS


@pytest.fixture
def own_gateway(environment: dict[str, str], services: Services, tmp_path: Path) -> Iterator[str]:
    """A gateway started from a login shell, whose limit of open files is lower than ours; its address."""
    services.start("procedures")
    own = Services(environment, tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (LOGIN_SHELL_FILES, hard))
        own.start("gateway")
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
        yield f"http://127.0.0.1:{own.running['gateway'].health_port}"
    finally:
        own.stop()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
