"""People who come by IPv6 are each known by an address of their own, and a home is counted as one visitor."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse

import pytest

from tests.compose.conftest import say
from tests.compose.deployment import Deployment
from tests.compose.engine import no_ipv6
from tests.compose.entry import REQUESTS, answered, get, hasty, line_to
from tests.compose.test_faults import SLUG
from tests.support.people import eventually, mails_to, visitor

__all__ = ["hasty"]  # a fixture

SERVER = "fd9b:8c37:ab53::1"
HOME = ("fd9b:8c37:ab53:1::a", "fd9b:8c37:ab53:1:ffff::b")
NEIGHBOUR = "fd9b:8c37:ab53:2::a"


@pytest.fixture(scope="module", autouse=True)
def people() -> Iterator[None]:
    """The server and its visitors, on addresses that this machine takes meanwhile."""
    if why := no_ipv6():
        say(f"not tried by IPv6: {why}")
        pytest.skip(why)
    addresses = (SERVER, *HOME, NEIGHBOUR)
    for address in addresses:
        subprocess.run(["ip", "-6", "address", "replace", f"{address}/128", "dev", "lo"], check=True)
    yield
    for address in addresses:
        subprocess.run(["ip", "-6", "address", "delete", f"{address}/128", "dev", "lo"], check=True)


def asked(proxy: Deployment, source: str, request: str) -> tuple[HTTPResponse, str]:
    with line_to(proxy, SERVER, source) as line:
        line.sendall(request.encode())
        return answered(line)


def let_in(proxy: Deployment, source: str) -> bool:
    """Asks for what the proxy itself answers, so that no slow gateway spreads the tries."""
    status = asked(proxy, source, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")[0].status
    assert status in (404, 429)
    return status == 404


def test_a_request_is_filed_by_ipv6(portal: Deployment) -> None:
    email = f"{uuid.uuid4().hex[:12]}@courriel.example"
    body = json.dumps(visitor(portal).prepared(SLUG, email=email))
    head = (
        "POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    )

    answer, text = asked(portal, HOME[0], head + body)

    assert answer.status == 201, text
    [mail] = eventually(lambda: mails_to(portal, email), "the receipt")
    assert json.loads(text)["number"] in mail["text"]


def test_only_the_devices_of_one_home_are_counted_together(hasty: Deployment) -> None:
    def used_up() -> bool:
        with ThreadPoolExecutor(4) as tries:
            return not all(tries.map(lambda _: let_in(hasty, HOME[0]), range(REQUESTS)))

    eventually(used_up, "a device that came too often")

    assert not let_in(hasty, HOME[1]), "another device of that home"
    assert let_in(hasty, NEIGHBOUR)
    assert get(hasty, "/connexion").status_code == 200, "who comes by IPv4"
