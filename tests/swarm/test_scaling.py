"""More containers of a service and of the gateway, and fewer again, and a new release of all, while requests are filed."""

import subprocess
from pathlib import Path

import pytest

from tests.swarm.conftest import loaded, release
from tests.swarm.people import successes_only
from tests.swarm.stacked import OURS, Stack

pytestmark = pytest.mark.release


def test_two_become_four_and_two_again_with_successes_only(portal: Stack) -> None:
    scaled = ("requests", "gateway")
    for number in (4, 2):
        for name in scaled:
            portal.set(f"{name.upper()}_REPLICAS", str(number))
        with successes_only(portal, f"scaled to {number}"):
            portal.must("deploy/swarm/stack")
        assert {len(portal.tasks(name)) for name in scaled} == {number}


def test_a_new_release_replaces_every_service_with_successes_only(portal: Stack, image: str, tmp_path: Path) -> None:
    good, better = release(image, 1), release(image, 3)
    (tmp_path / "Dockerfile").write_text(f"FROM {good}\nENV PARVIS_RELEASE=3\n", "utf-8")
    subprocess.run(["docker", "build", "-q", "-t", better, str(tmp_path)], capture_output=True, check=True)
    loaded(portal.machines, better)
    portal.set("PARVIS_IMAGE", better)
    with successes_only(portal, "a new release"):
        portal.must("deploy/swarm/stack")
    assert {portal.image_of(name) for name in OURS} == {better}
