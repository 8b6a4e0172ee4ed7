"""Real processes, one of which is stopped in its tracks: its connections stay open, and nothing comes any more."""

import os
import signal
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from gateway.clients import OPEN_SECONDS
from services.chassis.actors import Actor
from services.chassis.errors import Unavailable
from tests.integration.processes.conftest import Processes, patiently, within
from tests.servers.processes import Services

WITHIN_SECONDS = 2.0
VISITOR = Actor(kind="visitor", id="e" * 64)
PUBLIC = ("/", "/demarches", "/demarches?toutes", "/demarches/domaine/voirie")
ASKED = ("procedures", "content", "requests", "accounts")
HALL = ("02\u00a061\u00a091\u00a010\u00a000", "Lundi", "Dimanche", "02\u00a061\u00a091\u00a010\u00a099")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def services(processes: Processes, state: Path) -> Iterator[Services]:
    """Those of the processes and a gateway."""
    processes.services.start("gateway", STATE_FOLDER=str(state))
    yield processes.services
    processes.services.stop("gateway")


@pytest.fixture(scope="module")
def browser(processes: Processes, services: Services, town: dict[str, Any]) -> Callable[[str], requests.Response]:
    """A citizen of the demo town, logged in."""
    _, login = processes.bring(town["accounts"]["citizens"][0])
    opened = processes.call("accounts.log_in", {name: login[name] for name in ("username", "password")}, VISITOR)

    def get(path: str) -> requests.Response:
        port = services.running["gateway"].health_port
        return requests.get(f"http://127.0.0.1:{port}{path}", cookies={"parvis": opened["session"]}, timeout=10)

    return get


def show_all(services: Services, browser: Callable[[str], requests.Response]) -> None:
    """The gateway that runs now shows the citizen each page once: it knows them, and leaves no service alone."""

    def show(path: str) -> None:
        if not services.running["gateway"].is_ready() or browser(path).status_code != 200:
            raise Unavailable(details={"path": path})

    for path in (*PUBLIC, "/mon-accueil"):
        patiently(partial(show, path))


@contextmanager
def silent(services: Services, name: str) -> Generator[None]:
    """The whole process stands still, as on a machine that swaps or a disk that hangs."""
    process = services.running[name].child.pid
    os.killpg(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(process, signal.SIGCONT)


def seconds_of(get: Callable[[str], requests.Response], path: str) -> tuple[float, requests.Response]:
    began = time.monotonic()
    answer = get(path)
    return time.monotonic() - began, answer


@pytest.mark.parametrize("service", ASKED)
def test_while_one_service_is_silent_each_page_comes_within_two_seconds(
    services: Services,
    browser: Callable[[str], requests.Response],
    service: str,
    record_property: Callable[[str, object], None],
) -> None:
    tried = False

    def slowest_page() -> float:
        nonlocal tried
        if tried:
            time.sleep(OPEN_SECONDS)  # the gateway asks a service that was silent again
        tried = True
        taken: list[float] = []
        show_all(services, browser)
        with silent(services, service):
            for path in (*PUBLIC, "/mon-accueil"):
                seconds, answer = seconds_of(browser, path)
                assert answer.status_code == 200, (path, answer.text[:400])
                assert HALL[0] in answer.text
                taken.append(seconds)
        return max(taken)

    within(WITHIN_SECONDS, slowest_page, record_property, f"the slowest page while {service} was silent")


def test_a_gateway_that_starts_while_procedures_is_silent_shows_hours_and_telephones(
    services: Services,
    browser: Callable[[str], requests.Response],
    state: Path,
    record_property: Callable[[str, object], None],
) -> None:
    def first_page() -> float:
        show_all(services, browser)
        services.stop("gateway")
        with silent(services, "procedures"):
            services.launch("gateway", STATE_FOLDER=str(state))
            patiently_alive(services)
            seconds, answer = seconds_of(browser, "/")
        assert answer.status_code == 200
        assert [words for words in HALL if words not in answer.text] == []
        return seconds

    within(WITHIN_SECONDS, first_page, record_property, "the first page while procedures was silent")


def patiently_alive(services: Services) -> None:
    """The gateway listens; it is not ready while procedures is silent."""

    def alive() -> None:
        port = services.running["gateway"].health_port
        try:
            requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2)
        except requests.ConnectionError:
            raise Unavailable from None

    patiently(alive)
