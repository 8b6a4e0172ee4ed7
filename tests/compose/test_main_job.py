"""The main job through the published proxy: the very tests of tests/e2e, on two containers of every service."""

import pytest
from playwright.sync_api import Page

from tests.compose.deployment import REPLICATED, Deployment
from tests.e2e.journeys.keyboard import Mouse
from tests.e2e.journeys.people import OpenBrowser, log_in_as_agent
from tests.e2e.test_agent import test_a_report_is_answered_scheduled_and_closed as agents_main_path
from tests.e2e.test_other_ways import (
    plain_page,
    test_without_scripts_a_hall_is_hired_and_its_visit_moved as test_by_page_with_an_account,
)
from tests.e2e.test_visitor import (
    test_a_visitor_reports_with_a_phones_photograph_corrects_and_validates as test_by_page_without_one,
)
from tests.support.people import Person

pytestmark = pytest.mark.usefixtures("doubled")

__all__ = ["plain_page", "test_by_page_with_an_account", "test_by_page_without_one"]


@pytest.fixture
def agents_page(page: Page, open_browser: OpenBrowser, portal: Deployment) -> Page:
    """A page of the agents' own browser, logged in; after `page`, with which Chromium has found the network."""
    opened = open_browser().new_page()
    log_in_as_agent(opened, portal)
    return opened


def test_agents_do_the_main_job_by_pages(page: Page, agents_page: Page, portal: Deployment, a_visitor: Person) -> None:
    agents_main_path(page, agents_page, portal, a_visitor, Mouse)


def test_two_of_every_service_and_one_relay_do_the_main_job(doubled: Deployment) -> None:
    running = {name: len(doubled.containers(name)) for name in (*REPLICATED, "relay")}

    assert running == {**dict.fromkeys(REPLICATED, 2), "relay": 1}
