"""Our own processes as the town hall runs them, started and stopped by a test."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.command.console import bound_to_us
from deploy.local import other_clock, ports

READY_SECONDS = 120  # on a machine that is busy with other things; an idle one takes two
STOP_SECONDS = 20


@dataclass(frozen=True)
class Release:
    """The code in a folder, and how its programs are started: as its own docker-compose.yml says."""

    folder: Path

    def program(self, name: str) -> list[str]:
        """What follows `python -m`: of `requests`, `relay` or `gateway`, of `migrate`, of `demo`, which imports the demo town."""
        service = _compose(self.folder)[name]
        words = " ".join([*service.get("entrypoint", ()), *(service.get("command") or ())])
        return words.rpartition("-m ")[2].split()


@cache
def _compose(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "docker-compose.yml").read_text("utf-8"))["services"]


HERE = Release(Path(__file__).parents[2])


@dataclass
class Running:
    """One process, where it says whether it is ready, its private port and the log it writes."""

    name: str
    child: subprocess.Popen[bytes]
    health_port: int
    private_port: int
    log: Path

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Services:
    """`start("requests", "relay", "gateway")` runs them with this worker's settings; all stop with the test module. `requests-2`
    is a second one of its kind.

    `release`: which one runs.
    """

    environment: Mapping[str, str]
    folder: Path
    release: Release = HERE
    running: dict[str, Running] = field(default_factory=dict)

    def start(self, *names: str, **changes: str) -> None:
        """Starts those that do not run yet, side by side, and returns once all are ready; `changes` are settings."""
        for process in self.launch(*names, **changes):
            self.wait_for(process.name)

    def wait_for(self, name: str) -> None:
        """Returns once that process, which was launched, is ready."""
        process, deadline = self.running[name], time.monotonic() + READY_SECONDS
        while not process.is_ready():
            if process.child.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{process.name} did not come up:\n{process.said()[-4000:]}")
            time.sleep(0.05)

    def launch(self, *names: str, **changes: str) -> list[Running]:
        """Starts those that do not run yet and waits for nothing."""
        return [self._spawn(name, changes) for name in names if name not in self.running]

    def _spawn(self, name: str, changes: Mapping[str, str]) -> Running:
        home = self.folder / name
        home.mkdir(parents=True, exist_ok=True)
        chosen = ports.choose(["health", *(["gateway"] if name == "gateway" else [])], home=home)
        settings = {"HEALTH_PORT": str(chosen["health"])}
        if name == "gateway" and self.environment.get("GATEWAY_PORT", "0") == "0":
            settings["GATEWAY_PORT"] = str(chosen["gateway"])
            settings["PUBLIC_URL"] = f"http://127.0.0.1:{chosen['gateway']}"
        variables, log = {**self.environment, **settings}, home / "log"
        child = spawned(
            self.release.program(name.partition("-")[0]), {**variables, **changes}, log, self.release.folder
        )
        # the gateway shows its health where it serves too
        health = int(variables["GATEWAY_PORT"]) if name == "gateway" else chosen["health"]
        self.running[name] = Running(name, child, health, chosen["health"], log)
        return self.running[name]

    def kill(self, name: str) -> None:
        """Ends it as a power cut would."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):  # it has ended of itself
            os.killpg(process.child.pid, signal.SIGKILL)
        process.child.wait()

    def stop(self, *names: str) -> None:
        """Asks them to end (all, when none is named), the gateway first, and waits; kills one that does not."""
        chosen = names or tuple(sorted(self.running, key=lambda name: name != "gateway"))
        for name in chosen:
            self.running[name].child.terminate()
        for name in chosen:
            process = self.running.pop(name)
            try:
                process.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.child.pid, signal.SIGKILL)
                process.child.wait()

    def log(self, name: str) -> str:
        """All that it has written so far, also after its end."""
        return (self.folder / name / "log").read_text(encoding="utf-8", errors="replace")


def spawned(program: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Runs `python -m` of that program in this environment alone; it ends when this process does at the latest."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with log.open("ab") as out:
        return subprocess.Popen(
            bound_to_us([sys.executable, "-m", *program]),
            cwd=folder,
            env={**bare, **other_clock.kept(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
