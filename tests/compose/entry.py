"""The published reverse proxy as people and programs reach it, and a second one with a tenth of its time-outs."""

import re
import socket
import ssl
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPResponse

import pytest
import requests

from deploy.local import ports
from tests.compose.deployment import ROOT, Deployment
from tests.compose.engine import no_ipv6
from tests.support.people import eventually

REQUESTS = 60
HASTE = 10  # by how much the time-outs of the second proxy are divided


@pytest.fixture
def hasty(portal: Deployment) -> Iterator[Deployment]:
    """A second proxy before the same gateway: few requests are let through, and each time-out is a tenth."""
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
    also_by_ipv6 = "" if no_ipv6() else f"-p '[::]:{port}:8443'"
    proxy = replace(portal, addresses={**portal.addresses, "gateway": f"https://localhost:{port}"})
    try:
        portal.must(
            f"docker compose run -d --no-deps --name {name} -p 127.0.0.1:{port}:8443 {also_by_ipv6} -e PROXY_REQUESTS_PER_10S={REQUESTS} "
            f"-v {config}:/hasty.cfg:ro proxy haproxy -W -db -f /hasty.cfg"
        )
        eventually(lambda: opens(proxy), "a proxy that answers")
        yield proxy
    finally:
        portal.must(f"docker rm -f -v {name}")


def get(proxy: Deployment, path: str, **more: object) -> requests.Response:
    return requests.get(proxy.url + path, timeout=30, **more)  # type: ignore[arg-type]


def opens(proxy: Deployment) -> bool:
    try:
        return get(proxy, "/connexion").status_code == 200
    except requests.ConnectionError:
        return False


@contextmanager
def line_to(proxy: Deployment, host: str = "127.0.0.1", source: str = "") -> Generator[ssl.SSLSocket]:
    """A connection to the proxy at an address of this machine, from another one of its addresses if asked."""
    port = int(proxy.url.rpartition(":")[2])
    with (
        socket.create_connection((host, port), timeout=60, source_address=(source, 0) if source else None) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost") as line,
    ):
        yield line


def answered(line: ssl.SSLSocket) -> tuple[HTTPResponse, str]:
    answer = HTTPResponse(line)
    answer.begin()
    return answer, answer.read().decode("utf-8")


def said(proxy: Deployment, sent: bytes) -> tuple[int, float, str]:
    """Status, seconds and text of the answer to what is sent and then never finished."""
    with line_to(proxy) as line:
        began = time.monotonic()
        line.sendall(sent)
        answer, text = answered(line)
        return answer.status, time.monotonic() - began, text
