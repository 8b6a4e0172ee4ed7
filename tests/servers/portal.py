"""The whole product as `./parvis up` gives it, in a folder of its own."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local import ports, postgres
from deploy.local.object_store import GRPC
from deploy.operator.logins import read_logins

ROOT = Path(__file__).parents[2]
UP_SECONDS = 300
PORTS = range(8100, 10000)  # none that `up` takes of itself
GIVEN = "PARVIS_PORTAL_JSON"
"""The environment's name for the addresses of a portal that is up already."""


@dataclass(frozen=True)
class Portal:
    """One running instance; `addresses` is what `up --json` prints, `home` its folder."""

    addresses: dict[str, Any]
    home: Path

    @property
    def url(self) -> str:
        return self.addresses["gateway"]

    @property
    def mail(self) -> str:
        """The inbox's address, with the token where it asks for one, as a program sends it."""
        token = self.addresses.get("mail_token")
        opened_by = f"//:{Path(token).read_text(encoding='ascii')}@" if token else "//"
        return self.addresses["mail"].replace("//", opened_by, 1)

    def login(self, role: str, username: str | None = None) -> dict[str, Any]:
        """A person of that role who can log in: user name, password, and the secret of the codes for agents."""
        logins = read_logins(Path(self.addresses["logins"]))
        return next(one for one in logins if one["role"] == role and username in (None, one["username"]))

    def setting(self, name: str) -> str:
        """One of its settings, passwords and all."""
        return json.loads(Path(self.addresses["settings"]).read_text(encoding="utf-8"))[name]

    def parvis(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command on this instance."""
        return parvis(self.home, *arguments)

    def add_partner(self, name: str) -> str:
        """The address of the broker that an operator hands to that partner."""
        added = self.parvis("partner", "add", name)
        assert added.returncode == 0, added.stderr
        return added.stdout.strip().splitlines()[-1]


def parvis(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "parvis"), *arguments],
        # A machine that is busy with other tests is no fault: what faults cost is judged in tests/faults.
        # No test waits for what an agent may undo: tests of that choose their own seconds.
        env={
            "RATE_LIMITS": "1000",
            "RPC_TIMEOUT_SECONDS": "20",
            "DECISION_WAIT": "0",
            **os.environ,
            "PARVIS_HOME": str(home),
        },
        capture_output=True,
        text=True,
        timeout=UP_SECONDS,
        check=False,
    )


@contextmanager
def opened() -> Iterator[Portal]:
    """The demo town, up for as long as the block lasts; or the one that is given."""
    given = os.environ.get(GIVEN)
    if given:
        addresses = json.loads(Path(given).read_text(encoding="utf-8"))
        yield Portal(addresses, Path(addresses["logins"]).parent)
        return
    home = Path(tempfile.mkdtemp(prefix="parvis-e2e-"))
    portal = started(home, free_port())
    try:
        yield portal
    finally:
        end(home)
        shutil.rmtree(home)


def end(home: Path) -> None:
    """At once, for nothing of it is read again; that `down` ends each process after those that need it, test_command.py sees."""
    with suppress(FileNotFoundError):
        note = json.loads((home / "running.json").read_text(encoding="utf-8"))
        # PostgreSQL, killed, would leave its shared memory behind: the kernel asks it to end, as its supervisor is no more.
        others = [one["pid"] for name, one in note["processes"].items() if name != postgres.NAME]
        for pid in (note["pid"], *others):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    parvis(home, "down")  # clears up behind it
    ours = [str(port + GRPC) for port in json.loads((home / "ports.json").read_text(encoding="utf-8")).values()]
    for socket in Path("/tmp").glob("seaweedfs-*.sock"):
        if any(port in socket.name for port in ours):
            socket.unlink(missing_ok=True)


def started(home: Path, port: int) -> Portal:
    """The instance of that folder, brought up."""
    done = parvis(home, "up", "--detach", "--json", "--port", str(port))
    if done.returncode != 0:  # the folder stays: its logs say why
        pytest.fail(f"./parvis up failed:\n{done.stderr[-4000:]}", pytrace=False)
    return Portal(json.loads(done.stdout), home)


_numbers = itertools.count()


def free_port() -> int:
    """A free one, sought from a place of its own in each process: workers look for theirs at the same moment."""
    first = PORTS.start + os.getpid() % len(PORTS)
    places = (*range(first, PORTS.stop), *PORTS)
    return next(port for port in places if ports.is_free(port) and ports.claim(port, Path(f"/portal/{next(_numbers)}")))
