"""The server loses its power: engine and containers end in the same moment. Once it is back, all is there by itself."""

import time

import pytest

from tests.compose.conftest import say
from tests.compose.deployment import REPLICATED, Deployment
from tests.compose.engine import Daemon
from tests.compose.test_faults import ALONE, Crowd, all_there
from tests.support.people import Person


def test_after_a_power_cut_everything_starts_and_nothing_acknowledged_is_lost(
    doubled: Deployment, agent: Person, daemon: Daemon | None
) -> None:
    if daemon is None:
        pytest.skip("the engine of this machine was running before, and is not ours to end")
    ran = {one["Id"] for one in doubled.containers()}
    crowd = Crowd(doubled).start(10)

    daemon.cut_the_power()
    acknowledged = dict(crowd.receipts)
    daemon.start()
    began = time.monotonic()
    doubled.until_healthy((*REPLICATED, "relay", *ALONE, "partners", "inbox", "partner-sites"), seconds=300)
    took = time.monotonic() - began
    crowd.until(5)
    crowd.stop()

    assert {one["Id"] for one in doubled.containers()} == ran
    all_there(doubled, agent, acknowledged)
    say(f"power cut: {len(acknowledged)} requests acknowledged before it, all there; all well again in {took:.0f} s")
    assert doubled.must("docker compose run --rm -T tools verify").count("tout est intact") == 6
