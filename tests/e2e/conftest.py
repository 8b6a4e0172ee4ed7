"""The whole product as `./parvis up` gives it, and a browser to use it with."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.local import browser as browsers
from deploy.local.console import Console
from deploy.local.logins import read_logins
from deploy.local.packages import Packages
from tests import servers
from tests.e2e.people import Person, log_in, visitor

ROOT = Path(__file__).parent.parent.parent
UP_SECONDS = 300
PATIENCE_MS = 20_000  # a page that is slow on a busy machine is not wrong


@dataclass(frozen=True)
class Portal:
    """One running instance; `addresses` is what `up --json` prints, `home` its folder."""

    addresses: dict[str, Any]
    home: Path

    @property
    def url(self) -> str:
        return self.addresses["gateway"]

    @property
    def mail(self) -> str:
        return self.addresses["mail"]

    def login(self, role: str, username: str | None = None) -> dict[str, Any]:
        """A person of that role who can log in: user name, password, and the secret of the codes for agents."""
        logins = read_logins(Path(self.addresses["logins"]))
        return next(one for one in logins if one["role"] == role and username in (None, one["username"]))

    def parvis(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command on this instance."""
        return parvis(self.home, *arguments)


def parvis(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "parvis"), *arguments],
        env={**os.environ, "PARVIS_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=UP_SECONDS,
        check=False,
    )


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The demo town, up in a folder of its own for the whole session, shared by all workers: the first one starts it,
    the last one stops it. PARVIS_PORTAL_JSON names one that is up already.
    """
    given = os.environ.get("PARVIS_PORTAL_JSON")
    if given:
        addresses = json.loads(Path(given).read_text(encoding="utf-8"))
        yield Portal(addresses, Path(addresses["logins"]).parent)
        return
    folder = Path(tempfile.gettempdir()) / f"parvis-e2e-{os.getuid()}-{servers.owner()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    present = folder / f"user-{uuid.uuid4()}"  # a worker that runs tests of two folders has this fixture twice
    with _alone(folder):
        present.touch()
        answer = folder / "addresses.json"
        if not answer.exists():
            answer.write_text(_start(folder / "home"), encoding="utf-8")
    try:
        yield Portal(json.loads(answer.read_text(encoding="utf-8")), folder / "home")
    finally:
        with _alone(folder):
            present.unlink()
            if not any(folder.glob("user-*")):
                parvis(folder / "home", "down")
                shutil.rmtree(folder / "home")
                answer.unlink()


def _start(home: Path) -> str:
    os.environ.setdefault("RATE_LIMITS", "1000")
    started = parvis(home, "up", "--detach", "--json")
    if started.returncode != 0:
        pytest.fail(f"./parvis up failed:\n{started.stderr[-4000:]}", pytrace=False)
    return started.stdout


@contextmanager
def _alone(folder: Path, name: str = "lock") -> Iterator[None]:
    """One worker at a time."""
    with (folder / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(autouse=True)
def _places_of_the_week(request: pytest.FixtureRequest) -> Iterator[None]:
    """The week's places for collections are few, and all workers share them: one test at a time asks for one."""
    if not re.search("encombrants|place_of_the_week|full_week", request.node.name):
        yield
        return
    with _alone(request.getfixturevalue("portal").home, "places-of-the-week"):
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the machine's, or the one that `./parvis test` unpacked."""
    found = browsers.find_browser(Packages(ROOT / ".parvis" / "packages"), Console())
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=found.program,
            args=found.arguments,
            env={**os.environ, **found.environment},
        )
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """A person's browser at their desk, with no past."""
    opened = browser.new_context(base_url=portal.url, locale="fr-FR", timezone_id="Europe/Paris")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def a_visitor(portal: Portal) -> Person:
    """Somebody without an account, speaking the API."""
    return visitor(portal)


@pytest.fixture(scope="session")
def camille(portal: Portal) -> Person:
    """Camille Exemple, logged in to the API."""
    return log_in(portal, "citizen", "camille.exemple")


@pytest.fixture(scope="session")
def agent(portal: Portal) -> Person:
    """The agent of the front desk, logged in to the API; sees every department but the police."""
    return log_in(portal, "agent")
