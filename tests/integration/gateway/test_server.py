"""The gateway's own process under people who send slowly, or not at all, and while it stops."""

import json
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from statistics import median
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from tests.processes import Services

HALF_SENT = 200
HALF_A_BODY = (
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: portail\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    b'{"username": "ca'
)
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: por"
TOO_LONG = "x" * 20_000
ANSWERS_WITHIN_SECONDS = 5.0  # whoever were held up would wait until those are given up: ten seconds for a header
GIVEN_UP_WITHIN_SECONDS = 60
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
    for line in lines:
        line.sendall(what)
    yield lines
    for line in lines:
        line.close()


def seconds_to_answer(address: str) -> float:
    began = time.monotonic()
    with closing(urllib.request.urlopen(f"{address}/healthz", timeout=10)) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def seconds_to_read(line: HTTPConnection, path: str, size: range) -> float:
    began = time.monotonic()
    line.request("GET", path)
    answer = line.getresponse()
    assert answer.status == 200
    assert len(answer.read()) in size
    return time.monotonic() - began


def test_two_hundred_half_sent_bodies_hold_nobody_up(gateway: str) -> None:
    with half_sent(gateway, HALF_A_BODY, HALF_SENT), half_sent(gateway, HALF_A_HEADER, HALF_SENT):
        assert seconds_to_answer(gateway) < ANSWERS_WITHIN_SECONDS


def test_what_does_not_come_is_given_up(gateway: str) -> None:
    with half_sent(gateway, HALF_A_HEADER, 1) as [header], half_sent(gateway, HALF_A_BODY, 1) as [body]:
        header.settimeout(GIVEN_UP_WITHIN_SECONDS)
        body.settimeout(GIVEN_UP_WITHIN_SECONDS)

        assert header.recv(100) == b""
        assert body.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("path", "headers", "status", "told"),
    [
        (f"/demarches?q={TOO_LONG}", {}, 414, "Cette adresse est trop longue."),
        (f"/api/v1/procedures?q={TOO_LONG}", {}, 414, '"code": *"address_too_long"'),
        ("/demarches", {"Cookie": f"a={TOO_LONG}"}, 431, "Effacez les cookies de ce site"),
        ("/api/v1/procedures", {"Authorization": f"Bearer {TOO_LONG}"}, 431, '"code": *"header_too_long"'),
    ],
    ids=["page, address", "api, address", "page, header", "api, header"],
)
def test_an_address_or_a_header_that_is_too_long_is_told_in_words(
    gateway: str, path: str, headers: dict[str, str], status: int, told: str
) -> None:
    asked = urllib.request.Request(gateway + path, headers=headers)
    with pytest.raises(HTTPError) as refused, closing(urllib.request.urlopen(asked, timeout=10)):
        pass

    assert refused.value.code == status
    assert re.search(told, refused.value.read().decode("utf-8"))


@pytest.mark.parametrize("size", [300_000, 21_000_000])
@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "form"), [("/api/v1/sessions", "application/json"), ("/connexion", "application/x-www-form-urlencoded")]
)
def test_who_sends_too_much_is_told_so_after_all_of_it_whether_its_size_was_announced_or_not(
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

        def usually(path: str, *, longer_than: int, shorter_than: int) -> float:
            return median(seconds_to_read(line, path, range(longer_than, shorter_than)) for _ in range(TRIES))

        in_one_write = usually("/statique/favicon.svg", longer_than=1, shorter_than=A_WRITE)
        in_several = usually("/statique/portal.css", longer_than=A_WRITE, shorter_than=A_PACKET)

    assert in_several < in_one_write + ACKNOWLEDGED_AFTER_SECONDS / 2


def test_figures_are_told_on_the_private_port_and_not_where_people_come(gateway: str, services: Services) -> None:
    private = f"http://127.0.0.1:{services.running['gateway'].private_port}"
    for path in ("/metrics", "/api/v1/metrics"):
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(gateway + path, timeout=10)
        assert refused.value.code == 404
        refused.value.close()

    with urllib.request.urlopen(f"{private}/metrics", timeout=10) as answer:
        figures = answer.read().decode()
    with urllib.request.urlopen(f"{private}/readyz", timeout=10) as answer:
        needs = json.load(answer)

    for door in ("pages", "api"):
        assert re.search(rf'^parvis_http_seconds_count{{door="{door}",status="404"}} [1-9]', figures, re.MULTILINE)
    assert "parvis_hub_pause_seconds" in figures
    assert needs == {"hub": True, "calls": True}


def test_a_forged_length_or_encoding_is_refused(gateway: str) -> None:
    both = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with half_sent(gateway, both, 1) as [line]:
        line.settimeout(10)
        assert b" 400 " in line.recv(100)
