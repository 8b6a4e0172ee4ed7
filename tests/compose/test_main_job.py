"""The main job through the published door: the very tests of tests/e2e, on two containers of every service."""

import pytest

from tests.compose.deployment import REPLICATED, Deployment
from tests.e2e.test_citizen import (
    test_a_hall_is_hired_its_visit_moved_and_the_request_withdrawn as test_by_page_with_an_account,
)
from tests.e2e.test_main_job_by_api import (
    address,
)
from tests.e2e.test_main_job_by_api import (
    test_a_report_is_filed_answered_scheduled_and_closed as test_by_api,
)
from tests.e2e.test_visitor import (
    test_a_visitor_reports_with_a_phones_photograph_corrects_reads_again_and_validates as test_by_page_without_one,
)

pytestmark = pytest.mark.usefixtures("doubled")

__all__ = ["address", "test_by_api", "test_by_page_with_an_account", "test_by_page_without_one"]


def test_two_of_every_service_and_one_relay_do_it(doubled: Deployment) -> None:
    running = {name: len(doubled.containers(name)) for name in (*REPLICATED, "relay")}

    assert running == {**dict.fromkeys(REPLICATED, 2), "relay": 1}
