"""The Docker engine of this machine, started where its package is here and no daemon runs.

`python -m tests.compose.engine`: 0 when there is one or one can be started, and base images for it can be had or made; else 1,
and why not in one sentence.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from deploy.local.packages import group
from tests.compose import stand_ins
from tests.compose.packet_filter import left_as_found

START_SECONDS = 60
DATA = Path("/var/lib/docker")
BRIDGE = Path("/sys/class/net/docker0")
# What an engine of version 27 or later does by itself: rules for IPv6, and networks that choose their own addresses of it.
IPV6 = [
    "--experimental",
    "--ip6tables",
    "--default-address-pool=base=172.16.0.0/12,size=20",
    "--default-address-pool=base=fd9b:8c37:ab52::/48,size=64",
]


class Daemon:
    """The engine that was started here, which may be ended as a power cut would end it."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._mounted, self._bridged = DATA.is_mount(), BRIDGE.exists()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = IPV6 if _works("ip6tables", "-t", "nat", "-S") else []
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                ["dockerd", *options], stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not _answers() and self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)

    def cut_the_power(self) -> None:
        """Engine and containers end in the same moment, without a signal."""
        assert self._process is not None
        engine = psutil.Process(self._process.pid)
        of_containers = [one for one in psutil.process_iter() if "containerd-shim" in _name(one)]
        doomed = [engine, *engine.children(recursive=True)]
        for shim in of_containers:
            doomed += [shim, *shim.children(recursive=True)]
        for stop in (signal.SIGSTOP, signal.SIGKILL):
            for one in doomed:
                with suppress(psutil.NoSuchProcess):
                    one.send_signal(stop)
        self._process.wait(60)
        psutil.wait_procs(doomed, 60)

    def end(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(60)
        # What it leaves behind: its folder mounted on itself at times, and its bridge always.
        if not self._mounted and DATA.is_mount():
            subprocess.run(["umount", DATA], check=True)
        if not self._bridged and BRIDGE.exists() and shutil.which("ip"):
            subprocess.run(["ip", "link", "delete", BRIDGE.name], check=True)

    def holds(self) -> dict[str, set[str]]:
        """Every container and volume that there is, by id, and every network, by name: the engine's own get new ids with it."""
        asked = {"containers": ["ps", "-aq"], "volumes": ["volume", "ls", "-q"]}
        asked["networks"] = ["network", "ls", "--format", "{{.Name}}"]
        return {
            kind: set(subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.split())
            for kind, words in asked.items()
        }


def _name(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess):
        return process.name()
    return ""


@contextmanager
def engine(log: Path) -> Generator[Daemon | str | None]:
    """None where an engine answers, why there is none, or the one that is started here and is ended again."""
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
        daemon = Daemon(log)
        try:
            daemon.start()
            last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
            yield daemon if _answers() else f"dockerd did not start: {last}"
        finally:
            daemon.end()


def no_ipv6() -> str | None:
    """None where the engine leads people in by IPv6 under their own addresses, else why that cannot be seen here."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "only root, with the program ip, can come from several addresses"
    if not _works("ip", "-6", "route", "get", "::1"):
        return "this machine has no IPv6"
    if not _works("ip6tables", "-t", "nat", "-S", "DOCKER"):
        return "this engine has no rules for IPv6, as those of version 27 or later do"
    return None


def _answers() -> bool:
    return _works("docker", "info")


def _works(program: str, *arguments: str) -> bool:
    if shutil.which(program) is None:
        return False
    return subprocess.run([program, *arguments], capture_output=True, timeout=30, check=False).returncode == 0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder) / "dockerd.log") as found:
        why = found if isinstance(found, str) else stand_ins.why_not()
    if why:
        sys.stdout.write(f"{why}\n")
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
