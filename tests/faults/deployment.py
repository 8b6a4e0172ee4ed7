"""A whole deployment of its own for the fault tests: servers that may be killed, cables that may fall silent, our processes.

Everything our processes say to PostgreSQL and RabbitMQ runs through the cables; the tests themselves look from outside, at
the servers directly. Children belong to the main thread: start, kill and revive from there only.
"""

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import requests

from deploy.command.console import Console
from deploy.local import ports, rabbitmq, secrets, servers
from deploy.local.packages import Packages
from deploy.local.processes import stop_together
from deploy.operator.logins import read_logins
from services.chassis.service_list import service_names
from services.chassis.settings import Settings
from tests.faults.machine import Machine
from tests.servers.cables import Cables
from tests.servers.mailbox import Mailbox, MailServer
from tests.servers.processes import HERE, Release, Services
from tests.servers.started import Started
from tests.support.people import log_in

SERVICES = service_names()
PROCESSES = (*SERVICES, "relay", "gateway")
SETTLE_SECONDS = 300
READY_SECONDS = 180  # on a machine that is busy with other things; an idle one takes four
SESSION_SECONDS = 300  # an unused session ends after twenty minutes
DEAD_SECONDS = 0.5  # how long a killed process stays away before it is started again


@dataclass
class Filed:
    """A request that was acknowledged, as its author knows it."""

    number: str
    request_id: str
    token: str
    procedure: str
    email: str
    start: str | None = None
    cancelled: bool = False
    exchanges: int = 0
    files: int = 0


@dataclass
class Held:
    """A decision that was acknowledged and waited, as its agent knows it. `mailed`: whether the person is to be mailed."""

    id: str
    about: Filed
    to: str
    mailed: bool
    undone: bool = False


class Deployment:
    """Opened once for all fault tests: `with Deployment(folder) as deployment`. `release`: which of them runs in it."""

    PORTS: tuple[str, ...] = ("gateway", "cable-database", "cable-broker")
    PROCESSES: tuple[str, ...] = PROCESSES
    ELSEWHERE: Mapping[str, str] = MappingProxyType({})
    """Servers that are not of the private ones, as the environment would name them."""

    def __init__(self, folder: Path, release: Release = HERE) -> None:
        self.folder = folder
        self._release = release
        self.kills: dict[str, int] = dict.fromkeys(self.PROCESSES, 0)
        self.fallen: list[str] = []  # who ended without having been killed
        self.filed: list[Filed] = []  # by the loads so far
        self._console = Console(io.StringIO())
        self._mail = MailServer("faults")
        self._ports = ports.choose([*servers.PORTS, *self.PORTS], home=folder, with_inner=servers.PORTS_WITH_INNER)
        self._servers = servers.private_servers(
            folder / "servers",
            given=self.ELSEWHERE,
            ports=self._ports,
            secret=secrets.new_password,
            packages=Packages(HERE.folder / ".parvis" / "packages"),
            console=self._console,
        )
        self._started = Started(folder, self._console)
        self._agent, self._agent_came = "", float("-inf")

    # --- its life

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            smtp_url = self._mail.start()
            stack.callback(self._mail.stop)
            stack.callback(self._end_servers)
            self.outside = self._environment(smtp_url)
            self.cables = stack.enter_context(self._laid_cables())
            self._start_servers()
            self.settings = Settings.load(self.outside)
            self.services = Services(self._through_cables(), self.folder / "processes", self._release)
            stack.callback(self.services.stop)
            self.machine = stack.enter_context(Machine(self._pids))
            self.services.launch("gateway")  # is ready before the town is imported
            self.services.start(*(name for name in self.PROCESSES if name != "gateway"))
            self.run("demo", self._release)
            self.services.wait_for("gateway")
            self._rest = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._rest.close()

    @property
    def url(self) -> str:
        """The portal's address; the people of tests/e2e speak to whatever has one."""
        return f"http://127.0.0.1:{self._ports['gateway']}"

    @property
    def mailbox(self) -> Mailbox:
        return self._mail.mailbox

    def login(self, role: str, username: str | None = None) -> dict[str, Any]:
        """A person of the demo town who can log in."""
        logins = read_logins(self.folder / "logins.txt")
        return next(one for one in logins if one["role"] == role and username in (None, one["username"]))

    def agent(self) -> str:
        """The Authorization header of an agent who is at work; call it before anything is killed."""
        if time.monotonic() - self._agent_came > SESSION_SECONDS:
            person = log_in(self, "agent")
            self._agent, self._agent_came = str(person.session.headers["Authorization"]), time.monotonic()
        return self._agent

    # --- our processes

    def kill(self, name: str) -> None:
        """As a power cut would; it comes back with the next `revive`."""
        self.services.kill(name)
        self.kills[name] += 1

    def revive(self) -> None:
        """Starts again whatever is not there, as the supervision of `parvis up` does; waits for nothing."""
        for name, running in list(self.services.running.items()):
            if running.child.poll() is not None:
                self.fallen.append(name)
                self.services.kill(name)
        self.services.launch(*self.PROCESSES)

    def kill_at_random(self, times: int, *, every: float, chance: random.Random) -> None:
        """Kills that many processes, one each so many seconds, each started again soon after; none is spared."""
        doomed: list[str] = []
        for _ in range(times):
            doomed = doomed or chance.sample(self.PROCESSES, len(self.PROCESSES))
            self.kill(doomed.pop())
            time.sleep(DEAD_SECONDS)
            self.revive()
            self.machine.sleep(every - DEAD_SECONDS)

    def wait_until_ready(self) -> float:
        """Seconds until all processes can serve."""
        begun = time.monotonic()
        self.revive()
        for running in list(self.services.running.values()):
            while not running.is_ready():
                assert running.child.poll() is None, f"{running.name} ended:\n{running.said()[-3000:]}"
                assert time.monotonic() - begun < READY_SECONDS, f"{running.name} is not ready"
                time.sleep(0.1)
        return time.monotonic() - begun

    def metrics(self, name: str) -> str:
        """The /metrics page of a process."""
        port = self.services.running[name].private_port
        return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text

    def logs(self) -> list[Path]:
        """All that our processes and their servers have written about themselves."""
        ours = [self.folder / "processes" / name / "log" for name in self.PROCESSES]
        return [*ours, *(self.folder / "servers" / "log").iterdir()]

    def run(self, name: str, release: Release) -> None:
        """A program of that release that ends by itself."""
        program = release.program(name)
        done = subprocess.run(
            [sys.executable, "-m", *program],
            cwd=release.folder,
            env={"PATH": os.environ["PATH"], "PARVIS_HOME": str(self.folder), **self.outside},
            capture_output=True,
            text=True,
            timeout=SETTLE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{program[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"

    # --- the servers

    def kill_broker(self) -> None:
        self._started.running["RabbitMQ"].kill()

    def stop_broker(self) -> None:
        stop_together([self._started.running["RabbitMQ"]], self._console)

    def start_broker(self) -> None:
        assert self._servers.rabbitmq is not None
        self._started.start([self._servers.rabbitmq.program()])

    def crash_database(self) -> None:
        """PostgreSQL's immediate stop: no checkpoint, every connection cut."""
        process = self._started.running["PostgreSQL"]
        process.ask_to_stop(signal.SIGQUIT)
        process.child.wait(20)

    def start_database(self) -> None:
        assert self._servers.postgres is not None
        self._servers.postgres.prepare(self._console)
        self._started.start([self._servers.postgres.program()])

    def alarm_broker(self, *, on: bool) -> None:
        """The memory alarm: the broker takes no message any more from any publisher."""
        assert self._servers.rabbitmq is not None
        subprocess.run(
            [
                f"{self._servers.rabbitmq.unpacked}/usr/lib/rabbitmq/bin/rabbitmqctl",
                *("set_vm_memory_high_watermark", "absolute", "1MB" if on else "512MB"),
            ],
            env=dict(self._servers.rabbitmq.program().env),
            check=True,
            capture_output=True,
            timeout=60,
        )

    def files_of_the_broker(self) -> list[Path]:
        return [file for file in (self.folder / "servers" / "rabbitmq").rglob("*") if file.is_file()]

    # --- inside

    def _pids(self) -> list[int]:
        return [running.child.pid for running in list(self.services.running.values())]

    def _laid_cables(self) -> Cables:
        return Cables(
            database=(self._ports["cable-database"], self._ports["postgres"]),
            broker=(self._ports["cable-broker"], self._ports["amqp"]),
        )

    def _start_servers(self) -> None:
        """Broker and object store are slow to start: the databases are made and migrated meanwhile."""
        broker, store = self._servers.rabbitmq, self._servers.object_store
        assert broker is not None
        assert store is not None
        broker.prepare()
        store.prepare()
        self._started.start([broker.port_mapper()])
        slow = [broker.program(), store.program()]
        self._started.launch(slow)
        self.start_database()
        self.run("migrate", self._release)
        self._started.wait_for(slow)
        for vhost in (rabbitmq.VHOST, rabbitmq.PARTNERS_VHOST):
            broker.management.create_vhost(vhost)

    def _end_servers(self) -> None:
        """At once. PostgreSQL is asked, because killed it would leave its shared memory behind."""
        try:
            self._end_databases()
        finally:
            self._started.kill_all()

    def _end_databases(self) -> None:
        if "PostgreSQL" in self._started.running:
            self.crash_database()

    def _environment(self, smtp_url: str) -> dict[str, str]:
        return {
            **self._servers.addresses(),
            "SMTP_URL": smtp_url,
            "MAIL_FROM": "mairie@saint-aubin-sur-orne.example",
            "PUBLIC_URL": self.url,
            "GATEWAY_PORT": str(self._ports["gateway"]),
            **{f"{name.upper()}_KEY": secrets.new_key() for name in secrets.KEYS},
            "PARTNER_KEYS": secrets.new_key(),
            "RATE_LIMITS": "1000",
            "DECISION_WAIT": "1",
        }

    def _through_cables(self) -> dict[str, str]:
        cables = {
            "DATABASE_URL": ("postgres", "cable-database"),
            "AMQP_URL": ("amqp", "cable-broker"),
            "PARTNERS_AMQP_URL": ("amqp", "cable-broker"),
        }
        changed = {
            name: self.outside[name].replace(f":{self._ports[server]}/", f":{self._ports[cable]}/")
            for name, (server, cable) in cables.items()
        }
        return {**self.outside, **changed}
