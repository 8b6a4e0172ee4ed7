"""RabbitMQ, etcd and PostgreSQL under Patroni, each three times: how they are started together, and the settings that name them."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.command.console import Console
from deploy.command.trouble import Trouble
from deploy.local import patroni, rabbitmq
from deploy.local.packages import Packages
from deploy.local.secrets import new_password
from tests.cluster import brokers, databases
from tests.cluster.brokers import Brokers
from tests.cluster.databases import Databases
from tests.cluster.machines import NUMBERS, Machines
from tests.servers.started import Started

PORTS = (*brokers.SHARED_PORTS, *brokers.OWN_PORTS, *databases.SHARED_PORTS)
WHOLE_SECONDS = 120


@dataclass(frozen=True)
class Stores:
    """Those of three machines; `ports` holds PORTS."""

    brokers: Brokers
    databases: Databases
    ports: Mapping[str, int]
    console: Console

    @classmethod
    def chosen(
        cls, machines: Machines, ports: Mapping[str, int], packages: Packages, logs: Path, console: Console
    ) -> Self:
        """With passwords of their own; their programs are brought first where they are missing."""
        broker, etcd = (packages.unpacked(name, console) for name in ("broker", "etcd"))
        passwords = new_password("postgres"), new_password("postgres-services")
        return cls(
            Brokers(machines, broker, ports, new_password("rabbitmq"), logs),
            Databases(machines, etcd, patroni.programs(console), ports, *passwords, logs),
            ports,
            console,
        )

    def start(self, started: Started, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Returns once PostgreSQL has its quorum and each RabbitMQ answers. `meanwhile` runs between the two, the slower one."""
        nodes = list(self.brokers.nodes.values())
        for node in nodes:
            node.prepare()
        started.start([nodes[0].port_mapper()])
        keepers = [self.databases.etcd_program(number) for number in NUMBERS]
        slow = [node.program() for node in nodes]
        started.launch([*keepers, *slow])
        started.wait_for(keepers)
        started.start([self.databases.patroni_program(number) for number in NUMBERS])
        self._wait_for("Patroni", self.databases.broken)
        meanwhile()
        started.wait_for(slow)
        for vhost in (rabbitmq.VHOST, rabbitmq.PARTNERS_VHOST):
            nodes[0].management.create_vhost(vhost)

    def broken(self) -> list[str]:
        """What is not whole yet."""
        return [*self.databases.broken(), *self.brokers.broken()]

    def wait_until_whole(self) -> None:
        """Returns once each machine has all that it is to have, replicas of queues and streams included."""
        self._wait_for("PostgreSQL, RabbitMQ", self.broken)

    def wait_for_second(self, waits: bool) -> None:
        """Returns once commits wait for a second PostgreSQL, or no longer do."""
        databases = self.databases
        databases.ask_for_second(waits)
        self._wait_for("synchronous_mode", lambda: [] if databases.waits_for_second() is waits else ["PostgreSQL"])

    def _wait_for(self, what: str, broken: Callable[[], list[str]]) -> None:
        self.console.wait(
            what, lambda: not broken(), WHOLE_SECONDS, lambda: Trouble(f"{what} : incomplet ({', '.join(broken())}).")
        )

    def end_databases(self, started: Started) -> None:
        """Each Patroni, then its PostgreSQL, which killed would leave its shared memory behind."""
        for number in NUMBERS:
            if f"postgres{number}" in started.running:
                started.running[f"postgres{number}"].kill()
                self.databases.end_postgres(number, signal.SIGQUIT)

    def settings(self, viewer: int | None = None, *, amqp: str = "amqp") -> dict[str, str]:
        """What our processes are given. `viewer` and `amqp`: through which cables they speak, none of themselves."""
        login = f"{rabbitmq.USER}:{self.brokers.password}"
        nodes = ",".join(f"127.0.0.1:{self.ports[f'{amqp}-{number}']}" for number in NUMBERS)
        pages = ",".join(f"127.0.0.1:{self.ports[f'management-{number}']}" for number in NUMBERS)
        return {
            "DATABASE_URL": self.databases.url(viewer, services=True),
            "OWNER_DATABASE_URL": self.databases.url(viewer),
            "AMQP_URL": f"amqp://{login}@{nodes}/{rabbitmq.VHOST}",
            "PARTNERS_AMQP_URL": f"amqp://{login}@{nodes}/{rabbitmq.PARTNERS_VHOST}",
            "RABBITMQ_MANAGEMENT_URL": f"http://{login}@{pages}",
            "RPC_QUEUES": "quorum",
        }

    def pids(self, started: Started) -> dict[str, int]:
        """Of every process that they are, by name: that of a PostgreSQL is apart from its Patroni, which starts it."""
        found = {name: process.pid for name, process in started.running.items()}
        return found | {f"postgresql{number}": self.databases.postmaster(number) for number in NUMBERS}
