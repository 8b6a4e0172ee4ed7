"""The members of PostgreSQL's cluster alone, as a stack of their own: as an operator brings them up, and as they see themselves."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.swarm import bring_up
from deploy.swarm.stack_file import checks, stack, stages
from tests.support.people import eventually
from tests.swarm.machines import COUNT, Machine, answering

NUMBERS = range(1, COUNT + 1)
CHECK = "postgres-settings"
MEMBERS = [f"{name}{number}" for name in ("etcd", "postgres") for number in NUMBERS]
# The statement, then the address of the server.
ASK = 'PGPASSWORD=$PATRONI_SUPERUSER_PASSWORD PGCONNECT_TIMEOUT=2 exec psql -XAtq -v ON_ERROR_STOP=1 -c "$0" "$1"'
LIST_MEMBERS = ("member", "patronictl", "list", "-f", "json")
WHOLE = ["Leader", "Quorum Standby", "Quorum Standby"]
"""The roles of three members, any of which may be lost."""
WHOEVER_LEADS = "postgresql://parvis@postgres1,postgres2,postgres3/postgres?target_session_attrs=read-write"


def roles_in(listed: str) -> dict[str, str]:
    """The role of each member that runs, of what LIST_MEMBERS prints; of none where it failed."""
    up = [one for one in json.loads(listed or "[]") if one["State"] in ("running", "streaming")]
    return {one["Member"]: one["Role"] for one in up}


@dataclass(frozen=True)
class Members:
    """`home` has the release with its secrets; `name`: the stack's."""

    name: str
    home: Path
    machines: list[Machine]

    @property
    def manager(self) -> Machine:
        return answering(self.machines)

    def bring_up(self) -> None:
        """What `deploy/swarm/stack` does, for these services."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("DOCKER_HOST", self.manager.docker_host)
            # By an image that these machines do not have.
            patched.setattr(bring_up, "make_known", lambda *_: True)
            environment = os.environ | {"COMPOSE_PROJECT_NAME": self.name}
            line = ["docker", "compose", "config", "--format", "json"]
            said = subprocess.run(line, cwd=self.home, env=environment, capture_output=True, text=True, check=True)
            compose = json.loads(said.stdout)
            hashes = bring_up.keyed_by(compose["secrets"]["master_key"]["file"])
            made = stack(compose, [*MEMBERS, CHECK], hashes)
            bring_up.bring_up(self.name, made, stages(compose, made), checks(compose, made))

    def service(self, member: str) -> str:
        return f"{self.name}_{member}"

    def machine(self, number: int) -> Machine:
        return self.machines[number - 1]

    def inside(self, member: str, *command: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """A command in the container of a member; 1 where there is none."""
        machine = self.machine(int(member[-1]))
        label = f"label=com.docker.swarm.service.name={self.service(member)}"
        found = machine.run("ps", "-q", "--filter", label).stdout.split()
        if not found:
            return subprocess.CompletedProcess(command, 1, "", "no container")
        return machine.run("exec", found[0], *command, seconds=seconds)

    def sql(self, statement: str, *, at: int, server: str = WHOEVER_LEADS) -> subprocess.CompletedProcess[str]:
        """As the owner, from the container of the PostgreSQL of one machine."""
        return self.inside(f"postgres{at}", "member", "sh", "-c", ASK, statement, server)

    def roles(self, *, at: int) -> dict[str, str]:
        """What each member is, in Patroni's words, of those that run: as that machine sees it."""
        return roles_in(self.inside(f"postgres{at}", *LIST_MEMBERS).stdout)

    def leader(self, *, at: int) -> int | None:
        return next((int(name[-1]) for name, role in self.roles(at=at).items() if role == "Leader"), None)

    def whole(self, *, at: int) -> bool:
        return sorted(self.roles(at=at).values()) == WHOLE

    def log(self, member: str) -> str:
        """Of its last containers, as its machine keeps them."""
        machine = self.machine(int(member[-1]))
        label = f"label=com.docker.swarm.service.name={self.service(member)}"
        found = machine.docker("ps", "-aq", "--filter", label).split()
        done = [machine.run("logs", one) for one in reversed(found)]
        return "".join(one.stdout + one.stderr for one in done)

    def swarm(self, *command: str) -> str:
        return self.manager.docker(*command)


@dataclass
class Writer:
    """Writes one row after the other to the server that leads, and keeps the numbers of those acknowledged."""

    members: Members
    at: int
    acknowledged: list[int] = field(default_factory=list)
    longest: float = 0.0
    _last: float = field(default_factory=time.monotonic)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def _write(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            line = f"SET statement_timeout = '20s'; INSERT INTO filed VALUES ('{number}')"
            if self.members.sql(line, at=self.at).returncode == 0:
                now = time.monotonic()
                self.longest, self._last = max(self.longest, now - self._last), now
                self.acknowledged.append(number)

    @contextmanager
    def writing(self) -> Generator[None]:
        self._last = time.monotonic()
        thread = threading.Thread(target=self._write, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join(60)


def until(holds: Callable[[], object], what: str, seconds: float = 120) -> float:
    """Seconds until that holds, which takes longer than with one machine, and is seldom asked: by a command in a container."""
    began = time.monotonic()
    eventually(holds, what, seconds=seconds, pause=0.5)
    return time.monotonic() - began


def accepted(run: Callable[[], subprocess.CompletedProcess[str]], what: str, seconds: float = 120) -> str:
    """What a command prints once it ends well; it is run again while it is refused, as docs/clustering.md says."""
    said: list[str] = []

    def ends_well() -> bool:
        done = run()
        said.append(done.stdout)
        return done.returncode == 0

    until(ends_well, what, seconds)
    return said[-1]


def identity_of_etcd2(said: str, known: str) -> str:
    """What stands for IDENTIFIANT-D-ETCD2 of docs/clustering.md, as soon as a command printed it."""
    return next((one.split(",")[0] for one in said.splitlines() if "http://etcd2:2380" in one), known)
