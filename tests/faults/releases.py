"""Two releases in one deployment: the previous one, as the repository's history has it, and this one, which takes its place.

Each process of the one starts beside that of the other and works with it, before the first one is asked to end: as when an
operator replaces containers one after another. People reach the gateway by one address, which leads to either.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest
import requests

from tests.faults.deployment import Deployment
from tests.servers.cables import Cables
from tests.servers.history import NotInHistory, unpack
from tests.servers.processes import HERE, Release, Services

PREVIOUS = Path(__file__).with_name("previous_release.txt")
SHIPPED = ("services", "gateway", "deploy", "docker-compose.yml")
SECONDS = 60
TOGETHER_SECONDS = 0.5  # for which both processes of a service work at least
# Processes that start while others of the same release are waited for: starting takes longer than anything else.
AHEAD = 2


def unpack_previous(folder: Path) -> Release:
    """The code of the previous release, taken from this repository's history.

    A copy without a history cannot be asked: the test is skipped. A shallow history is completed by the one who cloned it.
    """
    if shutil.which("git") is None or not (HERE.folder / ".git").exists():
        pytest.skip(
            "the previous release is taken from the repository's history: this copy has none, or no git reads it"
        )
    commit = PREVIOUS.read_text("ascii").strip()
    try:
        unpack(commit, folder, *SHIPPED)
    except NotInHistory as why:
        pytest.fail(
            f"The previous release, {commit}, is not in this repository's history ({why}): "
            f"complete it with `git fetch --unshallow`, or bring it with `git fetch origin {commit}`.",
            pytrace=False,
        )
    # once, by all processors: else each of its processes compiles all that it imports
    compiled = [sys.executable, "-m", "compileall", "-q", "-j", "0", *SHIPPED[:3]]
    subprocess.run(compiled, cwd=folder, check=True, timeout=SECONDS)
    return Release(folder)


class TwoReleases(Deployment):
    """`with TwoReleases(folder, code_of_the_previous) as deployment`: the previous release is up, with its demo town."""

    PORTS = (*Deployment.PORTS, "front", "second-gateway")

    def __init__(self, folder: Path, previous: Release) -> None:
        super().__init__(folder, previous)
        self._one_address = True
        self.present = Services({}, folder / "present")

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._front = stack.enter_context(Cables(front=(self._ports["front"], self._ports["gateway"])))
            super().__enter__()
            stack.push(super().__exit__)
            self.present.environment = {**self.previous.environment, "GATEWAY_PORT": str(self._ports["second-gateway"])}
            stack.callback(self.present.stop)
            self._both = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._both.close()

    @property
    def previous(self) -> Services:
        return self.services

    @property
    def url(self) -> str:
        """One address, whichever gateway is behind it."""
        return f"http://127.0.0.1:{self._ports['front']}" if self._one_address else super().url

    def metrics(self, name: str) -> str:
        """Of whichever process of that name runs."""
        running = self.previous.running | self.present.running
        return requests.get(f"http://127.0.0.1:{running[name].private_port}/metrics", timeout=5).text

    def keep_this_release(self) -> None:
        """From now on this release alone, with all that was stored, and without the address that leads to either gateway."""
        if self._one_address:
            self._one_address = False
            self.present.stop()
            self.previous.stop()
            assert not self.fallen, self.fallen
            self.outside = {**self.outside, "PUBLIC_URL": self.url}
            self.previous.environment = {**self.previous.environment, "PUBLIC_URL": self.url}
            self.previous.release = HERE
            self.run("migrate", HERE)

    def logs(self) -> list[Path]:
        return [*super().logs(), *(self.folder / "present").glob("*/log")]  # of those that were started

    def migrate(self) -> None:
        """This release's migrations, while the previous one works on."""
        self.run("migrate", HERE)

    def migrate_with_the_previous(self) -> None:
        """What its own start does, to databases that are ahead of it."""
        self.run("migrate", self._release)

    def upgrade(self, *names: str) -> None:
        """One after another: this release's process beside that of the previous one, which then ends."""
        self._replace(names, self.previous, self.present)

    def roll_back(self, *names: str) -> None:
        """The other way round."""
        self._replace(names, self.present, self.previous)

    def _replace(self, names: Sequence[str], before: Services, after: Services) -> None:
        """The next ones start while two of a name work."""
        after.launch(*names[:AHEAD])
        for place, name in enumerate(names):
            after.wait_for(name)
            if name == "gateway":
                self._front.turn("front", after.running[name].health_port)
            both = self.machine.clock()
            after.launch(*names[place + AHEAD : place + AHEAD + 1])
            for following in names[place + 1 : place + 2]:
                after.wait_for(following)
            self.machine.sleep(TOGETHER_SECONDS - (self.machine.clock() - both))
            ended = before.running[name]
            before.stop(name)
            assert ended.child.returncode == 0, f"{name} did not end by itself:\n{ended.said()[-3000:]}"
            alive = [*before.running.values(), *after.running.values()]
            self.fallen += [running.name for running in alive if running.child.poll() is not None]

    def _pids(self) -> list[int]:
        alive = [*list(self.previous.running.values()), *list(self.present.running.values())]
        return [running.child.pid for running in alive]
