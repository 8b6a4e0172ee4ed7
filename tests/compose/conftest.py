"""The deployment that all tests of this folder use: brought up by the commands of its own documentation, then taken down."""

import os
import re
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, Error, Page

from deploy.local import ports
from tests.compose import stand_ins
from tests.compose.deployment import COMMAND_SECONDS, REPLICATED, Deployment, commands, ship
from tests.compose.engine import Daemon, engine, no_ipv6
from tests.compose.stand_ins import BASES
from tests.e2e.conftest import a_visitor, agent, browser, camille, context, open_browser, people_logged_in
from tests.support.people import eventually

__all__ = ["a_visitor", "agent", "browser", "camille", "context", "open_browser", "people_logged_in"]  # fixtures

NOTICES_SECONDS = 3.0
CORRELATION = re.compile(r'"correlation_id": ?"([0-9a-f-]{36})"')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed by the answer to a call shows what the processes logged of that call, and their warnings."""
    report = yield
    [portal] = [one for one in getattr(item, "funcargs", {}).values() if isinstance(one, Deployment)][:1] or [None]
    found = CORRELATION.search(report.longreprtext) if report.failed else None
    if found and portal:
        lines = portal.run("docker compose logs --no-color --since 5m").stdout.splitlines()
        wanted = (found[1], '"warning"', '"error"')
        report.sections.append(
            ("logs", "\n".join(line for line in lines if any(part in line for part in wanted))[-20000:])
        )
    return report


def say(text: str) -> None:
    print(f"compose: {text}", flush=True)  # noqa: T201 (printed while the run goes on)


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon | None]:
    """An engine with every base image, or what stands in for it; None where it is not ours to break."""
    with engine(tmp_path_factory.mktemp("docker") / "dockerd.log") as found:
        if isinstance(found, str):
            pytest.fail(found, pytrace=False)
        try:
            if made := stand_ins.made(BASES, say):
                say(f"stand-ins, not the real images, which this run does not prove: {', '.join(made)}")
            before = found.holds() if found else {}
            yield found
            assert before == (found.holds() if found else {}), "nothing is left, with our label or without"
        except stand_ins.NoImage as why:
            pytest.fail(str(why), pytrace=False)
        finally:
            stand_ins.take_back(BASES.values())


@pytest.fixture(scope="session")
def shipped(daemon: Daemon | None, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A release on a server where nothing was done yet; its image is built, so that no other step waits for it."""
    home = tmp_path_factory.mktemp("server")
    ship(home)
    sites = ("FAMILY", "LIBRARY", "WATER")
    chosen = ports.choose(["http", "https", "inbox", "partners", *sites], home=home)
    url = f"https://localhost:{chosen['https']}"
    name = f"parvis-test-{os.getpid()}"
    deployment = Deployment(
        {"gateway": url, "mail": f"http://127.0.0.1:{chosen['inbox']}", "asyncapi": f"{url}/api/v1/asyncapi.json"},
        home,
        {
            "COMPOSE_PROJECT_NAME": name,
            "PARVIS_IMAGE": f"{name}:latest",
            "COMPOSE_PROFILES": "demo,partners",
            "PUBLIC_URL": url,
            "HTTP_PORT": str(chosen["http"]),
            "HTTPS_PORT": str(chosen["https"]),
            "INBOX_PORT": str(chosen["inbox"]),
            "MAIL_INBOX_URL": f"http://127.0.0.1:{chosen['inbox']}",
            **{f"{name}_SITE_PORT": str(chosen[name]) for name in sites},
            "PARTNERS_PORT": str(chosen["partners"]),
            "PARTNERS_PUBLIC_URL": f"amqps://localhost:{chosen['partners']}/partners",
            "RATE_LIMITS": "1000",
            "DECISION_WAIT": "0",
            "RPC_TIMEOUT_SECONDS": "15",  # of a machine that builds and tests at once
            "PROXY_REQUESTS_PER_10S": "100000",
        },
    )
    began = time.monotonic()
    deployment.must("docker compose build -q")
    say(f"image built in {time.monotonic() - began:.0f} s")
    return deployment


@pytest.fixture(scope="session")
def cold_start() -> dict[str, float]:
    """Seconds of each command of the first start, and how busy others kept the machine before it."""
    return {}


@pytest.fixture(scope="session")
def portal(shipped: Deployment, cold_start: dict[str, float]) -> Iterator[Deployment]:
    """The demo town, two containers a service, brought up as the documentation says."""
    try:
        cold_start["busy"] = psutil.cpu_percent(2.0) / 100
        make, *start = commands("La commune de démonstration")
        by_ipv6 = commands("IPv6")[:-1] if no_ipv6() is None else []
        for command in (make, *by_ipv6, *start):
            began = time.monotonic()
            done = shipped.run(command)
            if done.returncode != 0:
                logs = shipped.run("docker compose logs --no-color --tail 30").stdout
                pytest.fail(f"{command}\n{done.stdout}\n{done.stderr[-3000:]}\n{logs[-8000:]}", pytrace=False)
            cold_start[command] = time.monotonic() - began
        # Our clients trust what the deployment made for itself.
        trusted = str(shipped.home / "secrets" / "certificate.pem")
        os.environ.update(REQUESTS_CA_BUNDLE=trusted, SSL_CERT_FILE=trusted)
        yield shipped
    finally:
        shipped.run("docker compose --profile '*' down -v --remove-orphans --timeout 15", seconds=COMMAND_SECONDS)
        shipped.run(f"docker image rm -f {shipped.environment['PARVIS_IMAGE']}")
        for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            os.environ.pop(name, None)
        assert not shipped.left()


@pytest.fixture(scope="session")
def doubled(portal: Deployment) -> Deployment:
    """The same with two containers of every service, not only of those in the example; one relay works at a time."""
    with (portal.home / ".env").open("a", encoding="utf-8") as settings:
        settings.writelines(f"{name.upper()}_REPLICAS=2\n" for name in REPLICATED)
    for command in commands("Plusieurs conteneurs par service"):
        portal.must(command)
    return portal


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release without secrets, next to which nothing runs."""
    home = tmp_path_factory.mktemp("bare")
    ship(home)
    return home


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page, once Chromium has done with Docker's new interfaces: seconds after one came, it gives up what it loads."""
    opened = context.new_page()
    eventually(lambda: _loads(opened), "pages that load, one after the other")
    context.clear_cookies()
    return opened


def _loads(page: Page) -> bool:
    deadline = time.monotonic() + NOTICES_SECONDS
    try:
        while time.monotonic() < deadline:
            page.goto("/connexion")
    except Error:
        return False
    return True
