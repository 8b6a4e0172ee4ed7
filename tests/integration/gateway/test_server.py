"""The gateway's own process under people who send slowly, or not at all, and while it stops."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.processes import Services

HALF_SENT = 200
HALF_A_BODY = (
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: portail\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    b'{"username": "ca'
)
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: por"
ANSWERS_WITHIN_SECONDS = 5.0  # whoever were held up would wait until those are given up: ten seconds for a header
GIVEN_UP_WITHIN_SECONDS = 60


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


def test_two_hundred_half_sent_bodies_hold_nobody_up(gateway: str) -> None:
    with half_sent(gateway, HALF_A_BODY, HALF_SENT), half_sent(gateway, HALF_A_HEADER, HALF_SENT):
        assert seconds_to_answer(gateway) < ANSWERS_WITHIN_SECONDS


def test_what_does_not_come_is_given_up(gateway: str) -> None:
    with half_sent(gateway, HALF_A_HEADER, 1) as [header], half_sent(gateway, HALF_A_BODY, 1) as [body]:
        header.settimeout(GIVEN_UP_WITHIN_SECONDS)
        body.settimeout(GIVEN_UP_WITHIN_SECONDS)

        assert header.recv(100) == b""
        assert body.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_forged_length_or_encoding_is_refused(gateway: str) -> None:
    both = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with half_sent(gateway, both, 1) as [line]:
        line.settimeout(10)
        assert b" 400 " in line.recv(100)
