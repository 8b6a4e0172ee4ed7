"""What changes, settings or secrets, is replaced without a request that fails; what does not get ready is put back as it was."""

import subprocess
from pathlib import Path

from tests.swarm.conftest import loaded, release
from tests.swarm.people import successes_only
from tests.swarm.stacked import OURS, Stack

IMPATIENT = "services: {partner-exit: {healthcheck: {start_period: 5s, interval: 2s}}}\n"
"""The first of its services has seconds to get ready, not the minute and a half of every day: a test need not wait for that."""


def secrets(portal: Stack, name: str) -> list[str]:
    listed = portal.manager.docker("secret", "ls", "--filter", f"name=parvis_{name}", "--format", "{{.Name}}")
    return listed.splitlines()


def test_requests_the_relay_and_the_gateway_are_replaced_with_successes_only(portal: Stack) -> None:
    before = {name: portal.tasks(name) for name in OURS}
    known = secrets(portal, "database_requests")
    portal.must("echo >>secrets/database_requests")  # the same server, and another file
    portal.set("PARTNERS_PUBLIC_URL", "amqps://demarches.ville.example:5671/partners")
    with successes_only(portal, "requests, the relay and the gateway replaced"):
        portal.must("deploy/swarm/stack")

    changed = {name for name in OURS if not set(before[name]) & set(portal.tasks(name))}
    assert changed == {"requests", "relay", "gateway"}
    renewed = secrets(portal, "database_requests")
    assert (len(known), len(renewed)) == (1, 1), "what nothing uses any more is gone"
    assert renewed != known


def test_an_update_that_never_gets_ready_goes_back_by_itself(portal: Stack, image: str, tmp_path: Path) -> None:
    """A release whose services say that they are not ready: the first of them stops it."""
    good, bad = portal.image_of("requests"), release(image, 2)
    (tmp_path / "ready.py").write_text("import sys\nsys.exit(1)\n", "utf-8")
    (tmp_path / "Dockerfile").write_text(f"FROM {good}\nCOPY --chmod=644 ready.py deploy/image/ready.py\n", "utf-8")
    subprocess.run(["docker", "build", "-q", "-t", bad, str(tmp_path)], capture_output=True, check=True)
    loaded(portal.machines, bad)
    before = {name: portal.tasks(name) for name in OURS}
    portal.set("PARVIS_IMAGE", bad)
    (portal.home / "impatient.yml").write_text(IMPATIENT, "utf-8")
    files = f"{portal.setting('COMPOSE_FILE')}:impatient.yml"
    watch = portal.watch()
    with watch.watching():
        done = portal.run("deploy/swarm/stack", COMPOSE_FILE=files)
    portal.set("PARVIS_IMAGE", good)

    assert done.returncode == 1
    assert "partner-exit" in done.stderr
    assert "n’est pas devenue prête, celle d’avant est revenue" in done.stderr
    assert {portal.image_of(name) for name in OURS} == {good}
    portal.until_whole()
    assert {name: portal.tasks(name) for name in OURS if name != "partner-exit"} == {
        name: tasks for name, tasks in before.items() if name != "partner-exit"
    }
    assert {one.status for one in watch.answers} == {200}

    portal.must("deploy/swarm/stack")
    assert portal.image_of("tools") == good
