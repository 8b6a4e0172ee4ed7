"""The portal as a stack: what its operator types on a manager, and what the swarm and each engine show of it."""

import json
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import urllib3

from tests.compose.deployment import REPLICATED, Deployment
from tests.swarm.machines import Machine, answering
from tests.swarm.members import ASK, LIST_MEMBERS, WHOLE, accepted, roles_in

NAME = "demarches.ville.example"
OURS = (*REPLICATED, "relay", "partner-exit")
EVERYWHERE = ("proxy", "tools")
NODES = ("rabbitmq1", "rabbitmq2", "rabbitmq3")
DATABASES = ("postgres1", "postgres2", "postgres3")
OBJECTS = ("objects1", "objects2", "objects3")
MEMBERS = (*NODES, *DATABASES, "etcd1", "etcd2", "etcd3", *OBJECTS)
SERVICE = "com.docker.swarm.service.name"
STACK = "parvis"


@dataclass(frozen=True)
class Stack(Deployment):
    machines: list[Machine] = field(default_factory=list)

    @property
    def manager(self) -> Machine:
        return answering(self.machines)

    def run(self, command: str, *, seconds: float = 900, **more: str) -> subprocess.CompletedProcess[str]:
        return super().run(command, seconds=seconds, DOCKER_HOST=self.manager.docker_host, **more)

    def set(self, name: str, value: str) -> None:
        """The last line of a name in `.env` is the one."""
        with (self.home / ".env").open("a", encoding="utf-8") as settings:
            settings.write(f"{name}={value}\n")

    def setting(self, name: str) -> str:
        lines = (self.home / ".env").read_text("utf-8").splitlines()
        return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")][-1]

    def on(self, machine: Machine) -> dict[str, list[dict[str, Any]]]:
        """What `docker inspect` shows of the containers that run on that machine, by service."""
        ids = machine.docker("ps", "-q", "--filter", f"label={SERVICE}").split()
        found: dict[str, list[dict[str, Any]]] = {}
        for one in json.loads(machine.docker("inspect", *ids)) if ids else []:
            found.setdefault(one["Config"]["Labels"][SERVICE].removeprefix(f"{STACK}_"), []).append(one)
        return found

    def inside(self, service: str, *command: str, given: str = "") -> str:
        """What a command prints in the first of its containers, wherever that is."""
        machine, container = self.places(service)[0]
        return machine.docker("exec", "-i", container, *command, given=given)

    def places(self, *services: str) -> list[tuple[Machine, str]]:
        """The containers of these services that run, each with its machine."""
        up = [machine for machine in self.machines if machine.run("version").returncode == 0]
        there = [(machine, self.on(machine)) for machine in up]
        return [(machine, one["Id"]) for name in services for machine, found in there for one in found.get(name, ())]

    def asked(self, *question: str) -> str:
        """What a manager answers. For a moment after a machine was lost or is back, one that answers has no leader to ask."""
        return accepted(lambda: self.manager.run(*question), " ".join(question))

    def tasks(self, service: str) -> list[tuple[str, str]]:
        """The id and the machine of each task that runs, as the swarm has it."""
        form = "{{.ID}} {{.Node}} {{.CurrentState}}"
        said = self.asked("service", "ps", "--filter", "desired-state=running", "--format", form, f"{STACK}_{service}")
        words = (line.split() for line in said.splitlines())
        return [(one, node) for one, node, state, *_ in words if state == "Running"]

    def roles(self) -> dict[str, str]:
        """What each PostgreSQL that runs is, in Patroni's words; nothing where none says."""
        answers = (machine.run("exec", one, *LIST_MEMBERS).stdout for machine, one in self.places(*DATABASES))
        return next((roles for said in answers if (roles := roles_in(said))), {})

    def copies(self, *asked: str) -> dict[str, list[str]]:
        """The nodes where a copy of each quorum queue and stream is up to date, by its name; as the first of these nodes that runs has it."""
        machine, node = self.places(*(asked or NODES))[0]
        found: dict[str, list[str]] = {}
        for vhost in ("parvis", "partners"):
            line = ("rabbitmqctl", "-q", "--formatter", "json", "list_queues", "-p", vhost, "name", "type", "online")
            rows: list[dict[str, Any]] = json.loads(machine.docker("exec", node, *line))
            found |= {one["name"]: sorted(one["online"]) for one in rows if one["type"] in ("quorum", "stream")}
        return found

    def is_whole(self) -> bool:
        """Each member runs, each PostgreSQL could lead, and each queue has its copies. A member that just ends or starts answers nothing."""
        with suppress(AssertionError, IndexError, StopIteration, ValueError):
            return (
                all(self.tasks(name) for name in MEMBERS)
                and sorted(self.roles().values()) == WHOLE
                and {len(nodes) for nodes in self.copies().values()} == {len(NODES)}
            )
        return False

    def sql(self, statement: str, database: str) -> str:
        """What the owner is answered by the PostgreSQL that leads."""
        server = f"postgresql://parvis@{','.join(DATABASES)}/{database}?target_session_attrs=read-write"
        machine, container = self.places(*DATABASES)[0]
        return machine.docker("exec", container, "member", "sh", "-c", ASK, statement, server)

    def watch(self, *machines: Machine) -> "Watch":
        """Who will ask these machines for pages; all, where none is named."""
        return Watch([*machines] or self.machines, str(self.home / "secrets" / "certificate.pem"))

    def until_whole(self, services: Iterable[str] = OURS, *, without: str = "", seconds: float = 240) -> None:
        """Returns once two tasks of each run, none of them on the machine that is named."""
        deadline = time.monotonic() + seconds
        while missing := [name for name in services if not self._whole(name, without)]:
            assert time.monotonic() < deadline, f"after {seconds:.0f} s still not whole: {missing}"
            time.sleep(0.5)

    def _whole(self, service: str, without: str) -> bool:
        return sum(node != without for _, node in self.tasks(service)) == 2

    def image_of(self, service: str) -> str:
        form = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
        return self.asked("service", "inspect", "--format", form, f"{STACK}_{service}").strip()


def longest_gap(moments: Iterable[float]) -> float:
    """Seconds between two that follow each other, at most; endless where there are not two."""
    return max((after - before for before, after in pairwise(sorted(moments))), default=float("inf"))


BROWSERS = 2


@dataclass(frozen=True)
class Habit:
    """How a page is asked for. `pause`: seconds between two; `none`: the status of a connection that ended without an answer."""

    pause: float
    none: int
    headers: dict[str, str]


ENDED = -1
"""A connection that was kept may end: what was asked then is asked again by another one, as browsers do (RFC 9112, 9.3.1)."""
ANEW = Habit(0.15, 0, {"Connection": "close"})
KEPT = Habit(0.5, ENDED, {})


@dataclass(frozen=True)
class Answer:
    """`at`, of the clock `monotonic`: when it was asked; status 0: there was no answer; or ENDED."""

    at: float
    address: str
    status: int
    seconds: float


@dataclass
class Watch:
    """Who ask every machine for a page, several times a second: one by a new connection each time, and browsers, which keep theirs."""

    machines: list[Machine]
    trusted: str
    answers: list[Answer] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def wrong(self) -> list[Answer]:
        """What was no page, and is not asked again by itself."""
        return [one for one in self.answers if one.status not in (200, ENDED)]

    @property
    def slowest(self) -> float:
        return max(one.seconds for one in self.answers)

    def _ask(self, address: str, habit: Habit) -> None:
        options: dict[str, Any] = {"assert_hostname": NAME, "server_hostname": NAME, "ca_certs": self.trusted}
        with urllib3.HTTPSConnectionPool(address, timeout=10, retries=False, **options) as pool:
            while not self._stopping.wait(habit.pause):
                at = time.monotonic()
                try:
                    status = pool.request("GET", "/demarches", headers={"Host": NAME, **habit.headers}).status
                except urllib3.exceptions.ProtocolError:
                    status = habit.none
                except urllib3.exceptions.HTTPError:
                    status = 0
                self.answers.append(Answer(at, address, status, time.monotonic() - at))

    @contextmanager
    def watching(self) -> Iterator[None]:
        asks = [(one.address, habit) for one in self.machines for habit in (ANEW, *[KEPT] * BROWSERS)]
        threads = [threading.Thread(target=self._ask, args=ask, daemon=True) for ask in asks]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join(20)
