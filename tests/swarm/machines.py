"""Three machines on this one: network namespaces on a bridge of their own, each with a Docker engine and a disk in a file.

Nothing is shared but the kernel: a machine has its own address, name, mounts and packet filter. It has no way out but the bridge,
where this machine stands for all that the town has elsewhere. `python -m tests.swarm.machines`: 0 where they can be had; else 1,
and why not in one sentence.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from deploy.local.packages import group
from tests.compose.packet_filter import left_as_found

NETWORK = "10.231.77"
OUTSIDE = f"{NETWORK}.1"
COUNT = 3
DISK_BYTES = 6 * 2**30
START_SECONDS = 60
DIAGNOSTIC_PORT = 2000
"""Of each machine's own 127.0.0.1: where its engine shows and changes what it has told the others of its containers."""
ASK_THE_ENGINE = """
import sys, time, urllib.error, urllib.request
for _ in range(50):
    try:
        print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())
        break
    except urllib.error.URLError:
        time.sleep(0.1)
"""
CGROUPS = Path("/sys/fs/cgroup")
PROGRAMS = ("docker", "dockerd", "ip", "iptables", "nsenter", "unshare", "mkfs.ext4", "losetup")


@dataclass
class Machine:
    """`folder` holds its disk, which outlives it, and its state in memory; `host_name`, where it is not `name`: how it calls
    itself; `engine`: the program."""

    name: str
    address: str
    folder: Path
    bridge: str
    host_name: str = ""
    engine: str = "dockerd"
    _engine: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def docker_host(self) -> str:
        return f"unix://{self.folder}/engine.sock"

    @property
    def _namespace(self) -> str:
        return f"/var/run/netns/{self.name}"

    @property
    def _cgroup(self) -> str:
        return f"/{self.name}"

    @property
    def _settings(self) -> Path:
        return self.folder / "engine.json"

    @property
    def _disk(self) -> Path:
        return self.folder / "disk"

    def start(self) -> None:
        """Returns once its engine answers; what its disk holds is there."""
        if not self._disk.exists():
            self._disk.mkdir(parents=True)
            image = self.folder / "disk.img"
            with image.open("wb") as file:
                file.truncate(DISK_BYTES)
            _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=1", str(image))
            _run("mount", "-o", "loop", str(image), str(self._disk))
        _run("ip", "netns", "add", self.name)
        _run("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _run("ip", "link", "set", self.name, "master", self.bridge, "up")
        for words in (f"addr add {self.address}/24 dev eth0", "link set eth0 up", "link set lo up"):
            _run("ip", "-n", self.name, *words.split())
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        self._settings.write_text("{}", "utf-8")
        engine = [
            self.engine,
            "--no-new-privileges",
            "--userland-proxy=false",
            # Where nothing listens: a name that no task has is refused at once, as a name server would.
            f"--dns={OUTSIDE}",
            f"--host={self.docker_host}",
            f"--data-root={self._disk}/docker",
            f"--exec-root={self.folder}/run",
            f"--pidfile={self.folder}/run.pid",
            f"--cgroup-parent={self._cgroup}",
            f"--config-file={self._settings}",
        ]
        apart = ["nsenter", f"--net={self._namespace}", "unshare", "--mount", "--uts"]
        with (self.folder / "engine.log").open("ab") as log:
            self._engine = subprocess.Popen(
                [*apart, "sh", "-c", f'hostname {self.host_name or self.name} && exec "$@"', "sh", *engine],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.run("info").returncode != 0:
            assert time.monotonic() < deadline, (self.folder / "engine.log").read_text("utf-8")[-3000:]
            time.sleep(0.2)

    def die(self) -> None:
        """Silent first, so that no connection is closed in an orderly way; then all its processes end at once."""
        self.cut_off()
        self._signal(signal.SIGSTOP)
        # Again and again: a keeper that was just being started is not among those that were stopped.
        while self._signal(signal.SIGKILL):
            pass
        if self._engine is not None:
            self._engine.wait(60)
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "delete", self.name], capture_output=True, check=False)
        (self.folder / "run.pid").unlink(missing_ok=True)
        _remove_cgroups(self.name)

    def cut_off(self) -> None:
        """What runs there goes on, and neither hears from the others nor reaches them."""
        with suppress(subprocess.CalledProcessError):
            _run("ip", "link", "set", self.name, "down")

    def reconnect(self) -> None:
        """After `cut_off`."""
        _run("ip", "link", "set", self.name, "up")

    def forget_name(self, container: str) -> None:
        """Makes the others forget the name of that container of this machine on each of its networks, as moby/moby#47728 does."""
        assert self._engine
        self._settings.write_text(json.dumps({"network-diagnostic-port": DIAGNOSTIC_PORT}), "utf-8")
        self._engine.send_signal(signal.SIGHUP)  # at its start it does not read this
        form = "{{range .NetworkSettings.Networks}}{{.NetworkID}} {{.EndpointID}}\n{{end}}"
        for line in self.docker("inspect", "--format", form, container).split("\n"):
            network, endpoint = line.split()
            asked = f"http://127.0.0.1:{DIAGNOSTIC_PORT}/deleteentry?tname=endpoint_table&nid={network}&key={endpoint}"
            said = _run("nsenter", f"--net={self._namespace}", sys.executable, "-c", ASK_THE_ENGINE, asked)
            assert said.startswith("OK"), said

    def remove(self) -> None:
        """Nothing of it is left."""
        self.die()
        if self._disk.is_mount():
            deadline = time.monotonic() + START_SECONDS
            while subprocess.run(["umount", str(self._disk)], capture_output=True, check=False).returncode != 0:
                assert time.monotonic() < deadline, f"{self._disk} is in use"
                time.sleep(0.2)
        shutil.rmtree(self.folder, ignore_errors=True)

    def lose_volume(self, service: str) -> bool:
        """Whether the volume of a service that was scaled to nothing is gone; its containers, which hold it, go first."""
        self.run("container", "prune", "-f", "--filter", f"label=com.docker.swarm.service.name={service}")
        return self.run("volume", "rm", service).returncode == 0

    def fill(self, left: int) -> None:
        """So many bytes can still be written to its disk, but for what the file system keeps for its root."""
        found = os.statvfs(self._disk)
        with self._filler.open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), max(1, found.f_bavail * found.f_frsize - left))

    def make_room(self) -> None:
        """What filled its disk is gone."""
        self._filler.unlink(missing_ok=True)

    @property
    def _filler(self) -> Path:
        return self._disk / "filler"

    def run(self, *arguments: str, seconds: float = 120, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", "--host", self.docker_host, *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def docker(self, *arguments: str, seconds: float = 120, given: str = "") -> str:
        done = self.run(*arguments, seconds=seconds, given=given)
        assert done.returncode == 0, f"{self.name}: docker {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    def _signal(self, number: signal.Signals) -> bool:
        """Sends it to all its processes; whether there were any. Those that it ends are waited for."""
        found = self._processes()
        for one in found:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(number)
        if number is signal.SIGKILL:
            psutil.wait_procs(found, 60)
        return bool(found)

    def _processes(self) -> list[psutil.Process]:
        """The engine, its containers' keepers, which outlive it, and all that they started."""
        found: list[psutil.Process] = []
        for one in psutil.process_iter():
            with suppress(psutil.NoSuchProcess):
                if f"{self.folder}/run" in " ".join(one.cmdline()):
                    found += [one, *one.children(recursive=True)]
        return found


@contextmanager
def machines(folder: Path) -> Generator[list[Machine]]:
    """They are a swarm of managers; this machine is afterwards as it was found. One that is put in the place of another is removed as well."""
    number = os.getpid() % 100000
    bridge = f"psw{number}b"
    ours = [
        Machine(f"psw{number}m{one}", f"{NETWORK}.{10 + one}", folder / f"m{one}", bridge)
        for one in range(1, COUNT + 1)
    ]
    between = ["FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT"]
    with left_as_found(), ExitStack() as afterwards:
        _run("ip", "link", "add", bridge, "type", "bridge")
        afterwards.callback(_run, "ip", "link", "delete", bridge)
        _run("ip", "address", "add", f"{OUTSIDE}/24", "dev", bridge)
        _run("ip", "link", "set", bridge, "up")
        _run("iptables", "-I", *between)
        for number, one in enumerate(ours):
            afterwards.callback(lambda number=number: ours[number].remove())
            one.start()
        first, *others = ours
        first.docker("swarm", "init", "--advertise-addr", first.address)
        token = first.docker("swarm", "join-token", "-q", "manager")
        for one in others:
            one.docker("swarm", "join", "--advertise-addr", one.address, "--token", token, f"{first.address}:2377")
        yield ours


def answering(machines: list[Machine]) -> Machine:
    """One that answers for the swarm: for a moment after one was lost or is back none does."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        for one in machines:
            if one.run("node", "ls").returncode == 0:
                return one
        assert time.monotonic() < deadline, "no manager answers"
        time.sleep(0.5)


def left(number: int | None = None) -> dict[str, list[str]]:
    """What there is of machines as these on this one, by kind."""
    mine = f"psw{os.getpid() % 100000 if number is None else number}"
    found = {
        "namespaces": [one.name for one in Path("/var/run/netns").glob(f"{mine}*")],
        "links": [one.name for one in Path("/sys/class/net").glob(f"{mine}*")],
        "cgroups": [str(one) for one in _cgroups(mine)],
        "mounts": [line for line in Path("/proc/mounts").read_text("utf-8").splitlines() if mine in line],
    }
    return {kind: names for kind, names in found.items() if names}


def _cgroups(name: str) -> Iterator[Path]:
    yield from CGROUPS.glob(f"{name}*")
    yield from CGROUPS.glob(f"*/{name}*")


def _remove_cgroups(name: str) -> None:
    """The kernel keeps one for a moment after its last process ended."""
    deadline = time.monotonic() + START_SECONDS
    for root in _cgroups(name):
        folders = [root, *(one for one in root.rglob("*") if one.is_dir())]
        for folder in sorted(folders, reverse=True):
            while folder.exists() and time.monotonic() < deadline:
                try:
                    folder.rmdir()
                except OSError:
                    time.sleep(0.1)


def _run(*command: str) -> str:
    """What it printed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def why_not() -> str | None:
    """None where three machines can be had on this one, else why not."""
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"{', '.join(missing)} not on this machine (Debian: {' '.join(group('engine'))})"
    if os.geteuid() != 0:
        return "only root can make network namespaces and start engines in them"
    name = f"psw{os.getpid() % 100000}t"
    tried = subprocess.run(
        ["ip", "link", "add", name, "type", "vxlan", "id", "77", "dstport", "4789"],
        capture_output=True,
        text=True,
        check=False,
    )
    subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)
    if tried.returncode != 0:
        return f"this kernel has no VXLAN: {tried.stderr.strip()}"
    loop = subprocess.run(["losetup", "--find"], capture_output=True, text=True, check=False)
    return None if loop.returncode == 0 else f"no loop device: {loop.stderr.strip()}"


def rights_of(container: dict[str, Any]) -> dict[str, str]:
    """What the kernel shows of the first process of a container, as `docker inspect` names it: user, capabilities, NoNewPrivs."""
    status = Path(f"/proc/{container['State']['Pid']}/status").read_text("ascii")
    return dict(re.findall(r"^(\w+):\s+(\S+)", status, re.MULTILINE))


if __name__ == "__main__":
    if why := why_not():
        sys.stdout.write(f"{why}\n")
    sys.exit(1 if why else 0)
