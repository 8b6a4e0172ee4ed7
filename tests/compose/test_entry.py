"""The reverse proxy: what is too much, too slow, too big or badly formed is answered there, to people in French and to programs
as problem details; what is passed on says where it came from, and what comes back is strict."""

import json
import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
import requests

from tests.compose.conftest import say
from tests.compose.deployment import Deployment
from tests.compose.entry import HASTE, REQUESTS, answered, get, hasty, line_to, opens, said
from tests.support.people import eventually

__all__ = ["hasty"]  # a fixture

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "code", "correlation_id"}
SLACK_SECONDS = 4.0
TOO_BIG = 21_000_000  # for the proxy itself; the gateway's own limits are lower
KEPT_BACK = 16_384  # of a body, before the proxy decides
AGAIN = 3
HALF_SENT = 200
CONNECTIONS = 300  # as docker-compose.yml has it
HELD_UP_SECONDS = 5.0  # a delayed page would wait until those are given up


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


def test_a_refusal_of_the_proxy_is_logged_without_address_path_or_query(portal: Deployment) -> None:
    requests.post(f"{portal.url}/suivi/a-token?q=a-name", data=bytes(20_000_001), timeout=30)

    def refusals() -> list[dict[str, object]]:
        lines = portal.must("docker compose logs --no-color --no-log-prefix proxy").splitlines()
        found = (json.loads(line[line.index("{") :]) for line in lines if "{" in line)
        return [line for line in found if line["status"] == 413]

    assert eventually(refusals, "the line of the refusal")
    log = portal.must("docker compose logs --no-color proxy")
    assert "a-token" not in log
    assert "a-name" not in log
    assert "127.0.0.1" not in log


def test_a_request_that_stops_half_way_is_answered_in_time(hasty: Deployment) -> None:
    line = b"POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\n"
    body = b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    for sent in (line, line + body):
        status, seconds, text = said(hasty, sent)

        assert status == 408
        assert seconds <= 15 / HASTE + SLACK_SECONDS
    assert "Envoi interrompu" in text


def test_a_silent_gateway_is_reported_as_unavailable(hasty: Deployment) -> None:
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


@pytest.mark.parametrize("size", [3_000_000, TOO_BIG])
@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("/api/v1/requests", "application/json", '"code": *"too_large"'),
        ("/connexion", "application/x-www-form-urlencoded", "Envoi trop volumineux"),
    ],
)
def test_a_client_that_sends_a_body_too_big_to_its_end_reads_the_refusal(
    portal: Deployment, path: str, form: str, sentence: str, announced: bool, size: int
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {form}\r\n"
    length = f"Content-Length: {size}\r\n\r\n" if announced else "Transfer-Encoding: chunked\r\n\r\n"
    pieces = [bytes(65536)] * (size // 65536 + 1)
    pieces = (
        [b"".join(pieces)[:size]]
        if announced
        else [*(b"%x\r\n%b\r\n" % (len(one), one) for one in pieces), b"0\r\n\r\n"]
    )
    for _ in range(AGAIN):
        with line_to(portal) as line:
            line.sendall((head + length).encode())
            for piece in pieces:
                line.sendall(piece)
            answer, text = answered(line)

        assert answer.status == 413
        assert re.search(sentence, text)


def test_two_hundred_bodies_that_stop_half_way_delay_no_page_and_get_408(portal: Deployment) -> None:
    """Larger than what the proxy keeps back: it is the gateway that waits for them."""
    head = b"POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 250000\r\n\r\n"
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(line_to(portal)) for _ in range(HALF_SENT)]
        for line in lines:
            line.sendall(head + bytes(100_000))
        waits = [get(portal, "/connexion").elapsed.total_seconds() for _ in range(20)]
        say(f"a page while {HALF_SENT} bodies are half sent: {sorted(waits)[10]:.2f} s, at most {max(waits):.2f} s")
        statuses = {answered(line)[0].status for line in lines}

    assert max(waits) < HELD_UP_SECONDS
    assert statuses == {408}


def test_one_address_holds_so_many_connections_open_and_no_more(portal: Deployment) -> None:
    port = int(portal.environment["HTTPS_PORT"])
    # Whether those who ask afterwards come by IPv4 or by IPv6 is their library's choice.
    published = {(place[0], port) for *_, place in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}
    with ExitStack() as open_lines:

        def refused() -> bool:
            for address in published:
                for _ in range(CONNECTIONS):
                    with suppress(OSError):
                        open_lines.enter_context(socket.create_connection(address, timeout=10))
            return not opens(portal)

        assert eventually(refused, "a proxy that refuses more connections from there")
    eventually(lambda: opens(portal), "the proxy, once these are closed")


def test_headers_beyond_all_measure_are_refused(portal: Deployment) -> None:
    assert get(portal, "/connexion", headers={"X-Long": "x" * 20_000}).status_code == 400


def test_the_address_seen_by_the_proxy_is_counted_whatever_a_visitor_claims(hasty: Deployment) -> None:
    claims = ({"X-Forwarded-For": f"198.51.100.{number}"} for number in range(REQUESTS + 10))
    answers = [get(hasty, "/connexion", headers=claim).status_code for claim in claims]

    assert answers[-1] == 429


def test_operators_paths_are_not_found_and_plain_http_redirects_to_tls(portal: Deployment) -> None:
    plain = requests.get(f"http://localhost:{portal.environment['HTTP_PORT']}/x", allow_redirects=False, timeout=10)

    assert {get(portal, path).status_code for path in ("/readyz", "/healthz", "/metrics")} == {404}
    assert (plain.status_code, plain.headers["Location"]) == (301, f"{portal.url}/x")


@pytest.mark.parametrize(
    "path", ["/%72eadyz", "/%68ealthz", "/metric%73", "//healthz", "///readyz", "/%2Fhealthz", "//%2fmetrics"]
)
def test_operators_paths_are_not_found_however_they_are_spelt(portal: Deployment, path: str) -> None:
    with line_to(portal) as line:  # a library would spell it plainly
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

        assert answered(line)[0].status == 404


@pytest.mark.parametrize("folder", ["/%61pi", "//api"])
def test_a_program_gets_a_problem_however_it_spells_the_path(portal: Deployment, folder: str) -> None:
    head = f"POST {folder}/v1/requests HTTP/1.1\r\nHost: localhost\r\nContent-Length: {TOO_BIG}\r\n\r\n"
    with line_to(portal) as line:
        line.sendall(head.encode() + bytes(KEPT_BACK))
        answer, text = answered(line)

    assert (answer.status, answer.headers["Content-Type"]) == (413, PROBLEM)
    assert json.loads(text)["code"] == "too_large"


@pytest.mark.parametrize("path", ["/connexion", "/api/v1/procedures", "/readyz"])
def test_every_answer_has_strict_headers_and_names_no_software(portal: Deployment, path: str) -> None:
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
