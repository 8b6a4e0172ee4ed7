"""How long the command takes to start and to stop an instance, and for how long it leaves who waits without a word."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import ROOT
from deploy.local.packages import Packages


@dataclass(frozen=True)
class Took:
    """Seconds of one command: all of them, and the longest stretch between two of its lines."""

    seconds: float
    silence: float


@dataclass(frozen=True)
class Start:
    first: Took
    again: Took
    down: Took

    @property
    def silence(self) -> float:
        return max(self.first.silence, self.again.silence, self.down.silence)


def measure(home: Path) -> Start:
    """A first start in a folder of its own, its end, and a second start; what is to be downloaded is there before."""
    Packages(ROOT / ".parvis" / "packages").unpacked("broker", Console(sys.stderr))
    try:
        first = _timed(home, "up", "--detach", "--fresh")
        down = _timed(home, "down")
        again = _timed(home, "up", "--detach")
    finally:
        _timed(home, "down")
        shutil.rmtree(home)
    return Start(first, again, down)


def _timed(home: Path, *arguments: str) -> Took:
    """By the command as people type it, Python's own start included."""
    began = said = time.monotonic()
    silence = 0.0
    with subprocess.Popen(
        [str(ROOT / "parvis"), *arguments],
        env={**os.environ, "PARVIS_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as running:
        assert running.stdout is not None
        for _ in running.stdout:
            now = time.monotonic()
            silence, said = max(silence, now - said), now
    ended = time.monotonic()
    if running.returncode != 0:
        raise subprocess.CalledProcessError(running.returncode, arguments)
    return Took(ended - began, max(silence, ended - said))
