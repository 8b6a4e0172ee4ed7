"""The Docker engine of this machine, started where its package is here and no daemon runs.

`python -m tests.compose.engine`: 0 when there is one or one can be started; else 1, and why not in one sentence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.packages import group
from tests.compose.packet_filter import left_as_found

START_SECONDS = 60
DATA = Path("/var/lib/docker")
BRIDGE = Path("/sys/class/net/docker0")


@contextmanager
def engine(log: Path) -> Iterator[str | None]:
    """None while an engine answers, else why there is none; one that was started here is stopped again."""
    if _answers():
        yield None
        return
    if shutil.which("docker") is None or shutil.which("dockerd") is None:
        yield f"no Docker engine on this machine (Debian: {' '.join(group('engine'))})"
        return
    if os.geteuid() != 0:
        yield "no Docker daemon answers, and only root can start one"
        return
    with left_as_found():
        yield from _started(log)


def _started(log: Path) -> Iterator[str | None]:
    mounted, bridged = DATA.is_mount(), BRIDGE.exists()
    with log.open("wb") as out:
        daemon = subprocess.Popen(["dockerd"], stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers() and daemon.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        yield None if _answers() else f"dockerd did not start: {last}"
    finally:
        daemon.terminate()
        daemon.wait(60)
        # What it leaves behind: its folder mounted on itself at times, and its bridge always.
        if not mounted and DATA.is_mount():
            subprocess.run(["umount", DATA], check=True)
        if not bridged and BRIDGE.exists() and shutil.which("ip"):
            subprocess.run(["ip", "link", "delete", BRIDGE.name], check=True)


def _answers() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False).returncode == 0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder) / "dockerd.log") as missing:
        if missing:
            sys.stdout.write(f"{missing}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
