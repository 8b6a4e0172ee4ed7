"""The door: what is too much, too slow, too big or badly formed is answered there, to people in French and to programs as
problem details; what is passed on says where it came from, and what comes back is strict."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPResponse

import pytest
import requests

from deploy.local import ports
from tests.compose.deployment import ROOT, Deployment
from tests.e2e.people import eventually

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "code", "correlation_id"}
REQUESTS = 60
HASTE = 10  # how many times faster the second door loses patience
SLACK_SECONDS = 4.0


@pytest.fixture
def hasty(portal: Deployment) -> Iterator[Deployment]:
    """A second door before the same gateway: few requests are let through, and a tenth of each time-out is waited."""
    known = (ROOT / "deploy" / "proxy" / "haproxy.cfg").read_text("utf-8")
    config = portal.home / "hasty.cfg"
    config.write_text(
        re.sub(
            r"(timeout (?:client|server|http-request)) +(\d+)s",
            lambda found: f"{found[1]} {int(found[2]) * 1000 // HASTE}ms",
            known,
        ),
        "utf-8",
    )
    port = ports.choose(["hasty"], home=portal.home)["hasty"]
    name = f"{portal.project}-hasty"
    door = replace(portal, addresses={**portal.addresses, "gateway": f"https://localhost:{port}"})
    try:
        portal.must(
            f"docker compose run -d --no-deps --name {name} -p 127.0.0.1:{port}:8443 -e PROXY_REQUESTS_PER_10S={REQUESTS} "
            f"-v {config}:/hasty.cfg:ro proxy haproxy -W -db -f /hasty.cfg"
        )
        eventually(lambda: opens(door), "a door that is open")
        yield door
    finally:
        portal.must(f"docker rm -f -v {name}")


def get(door: Deployment, path: str, **more: object) -> requests.Response:
    return requests.get(door.url + path, timeout=30, **more)  # type: ignore[arg-type]


def opens(door: Deployment) -> bool:
    try:
        return get(door, "/connexion").status_code == 200
    except requests.ConnectionError:
        return False


def said(door: Deployment, sent: bytes) -> tuple[int, float, str]:
    """Status, seconds and text of the answer to what is sent and then never finished."""
    port = int(door.url.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost") as line,
    ):
        began = time.monotonic()
        line.sendall(sent)
        answer = HTTPResponse(line)
        answer.begin()
        return answer.status, time.monotonic() - began, answer.read().decode("utf-8")


def is_problem(answer: requests.Response, code: str) -> bool:
    body = answer.json()
    return answer.headers["Content-Type"] == PROBLEM and set(body) == MEMBERS and body["code"] == code


def test_people_beyond_the_limit_read_a_page_and_programs_a_problem(hasty: Deployment) -> None:
    with ThreadPoolExecutor(4) as crowd:
        pages = list(crowd.map(lambda _: get(hasty, "/connexion"), range(REQUESTS + 10)))
    refused = [one for one in pages if one.status_code == 429]
    program = get(hasty, "/api/v1/procedures")

    assert {one.status_code for one in pages} == {200, 429}
    assert len(refused) >= 10
    assert "Trop de demandes en peu de temps" in refused[-1].content.decode("utf-8")
    assert program.status_code == 429
    assert is_problem(program, "too_many")
    assert {one.headers["Retry-After"] for one in (refused[-1], program)} == {"30"}


def test_a_request_that_stops_half_way_is_answered_in_time(hasty: Deployment) -> None:
    line = b"POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\n"
    body = b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    for sent in (line, line + body):
        status, seconds, text = said(hasty, sent)

        assert status == 408
        assert seconds <= 15 / HASTE + SLACK_SECONDS
    assert "Envoi interrompu" in text


def test_a_gateway_that_is_silent_is_told_as_one_that_is_not_there(hasty: Deployment) -> None:
    frozen = [one["Id"] for one in hasty.containers("gateway")]
    hasty.must(f"docker pause {' '.join(frozen)}")
    try:
        began = time.monotonic()
        page = get(hasty, "/connexion")
        program = get(hasty, "/api/v1/procedures")
        seconds = time.monotonic() - began
    finally:
        hasty.must(f"docker unpause {' '.join(frozen)}")
    eventually(lambda: opens(hasty), "the gateway, once it answers again")
    hasty.until_healthy(["gateway"])  # Docker asked meanwhile, and until it asks again no `up` succeeds

    assert (page.status_code, program.status_code) == (503, 503)
    assert "Le portail ne répond pas pour l’instant" in page.content.decode("utf-8")
    assert is_problem(program, "unavailable")
    assert {one.headers["Retry-After"] for one in (page, program)} == {"10"}
    assert seconds <= 2 * 40 / HASTE + SLACK_SECONDS


def test_what_is_too_big_is_refused_whether_its_size_is_announced_or_not(portal: Deployment) -> None:
    address = f"{portal.url}/api/v1/requests"
    announced = requests.post(address, data=bytes(20_000_001), timeout=30)
    page = requests.post(f"{portal.url}/connexion", data=bytes(20_000_001), timeout=30)
    unannounced = requests.post(address, data=(bytes(1_000_000) for _ in range(21)), timeout=30)

    assert announced.status_code == 413
    assert is_problem(announced, "too_large")
    assert page.status_code == 413
    assert "Envoi trop volumineux" in page.content.decode("utf-8")
    assert unannounced.status_code in (411, 413, 415)
    assert unannounced.headers["Content-Type"] == PROBLEM


def test_headers_beyond_all_measure_are_refused(portal: Deployment) -> None:
    assert get(portal, "/connexion", headers={"X-Long": "x" * 20_000}).status_code == 400


def test_the_address_that_is_counted_is_the_doors_whatever_a_visitor_pretends(hasty: Deployment) -> None:
    claims = ({"X-Forwarded-For": f"198.51.100.{number}"} for number in range(REQUESTS + 10))
    answers = [get(hasty, "/connexion", headers=claim).status_code for claim in claims]

    assert answers[-1] == 429


def test_what_is_the_operators_is_not_shown_and_plain_http_leads_to_tls(portal: Deployment) -> None:
    plain = requests.get(f"http://localhost:{portal.environment['HTTP_PORT']}/x", allow_redirects=False, timeout=10)

    assert {get(portal, path).status_code for path in ("/readyz", "/healthz", "/metrics")} == {404}
    assert (plain.status_code, plain.headers["Location"]) == (301, f"{portal.url}/x")


@pytest.mark.parametrize("path", ["/connexion", "/api/v1/procedures", "/readyz"])
def test_every_answer_is_strict_and_says_nothing_of_what_made_it(portal: Deployment, path: str) -> None:
    answer = get(portal, path)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Server", "X-Powered-By", "Via"} & set(answer.headers)


def test_cookies_are_secure(portal: Deployment) -> None:
    cookies = get(portal, "/connexion").cookies

    assert cookies
    assert all(cookie.secure and cookie.name.startswith("__Host-") for cookie in cookies)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(portal: Deployment, version: ssl.TLSVersion) -> None:
    old = ssl.create_default_context()
    old.minimum_version = old.maximum_version = version
    old.set_ciphers("ALL:@SECLEVEL=0")
    port = int(portal.environment["HTTPS_PORT"])

    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain, pytest.raises(OSError, match=r"(?i)alert"):
        old.wrap_socket(plain, server_hostname="localhost")
