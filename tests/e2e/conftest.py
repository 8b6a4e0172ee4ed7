"""A browser to use the whole product with, and people who speak its API."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.local import browser as browsers
from deploy.local.console import Console
from deploy.local.packages import Packages
from tests.e2e.people import Person, log_in, visitor
from tests.portal import Portal

ROOT = Path(__file__).parent.parent.parent
PATIENCE_MS = 20_000  # a page that is slow on a busy machine is not wrong


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
    opened = browser.new_context(
        base_url=portal.url,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        ignore_https_errors=True,  # a deployment's first certificate is its own
    )
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
