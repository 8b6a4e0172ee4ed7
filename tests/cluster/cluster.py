"""The fault campaign's deployment on three machines: RabbitMQ, etcd and PostgreSQL thrice, some of our processes twice.

A machine is cut off by silencing every cable from it and to it, ours included; it dies when all its servers are killed.
"""

import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from deploy.command.trouble import Trouble
from deploy.local import rabbitmq
from deploy.local.packages import Packages
from deploy.local.patroni import programs
from deploy.local.secrets import new_password
from tests.cluster import brokers, databases, machines
from tests.cluster.brokers import Brokers
from tests.cluster.databases import Databases
from tests.cluster.machines import NUMBERS, OUTSIDE
from tests.faults.deployment import SERVICES, Deployment
from tests.servers.cables import Cables
from tests.servers.processes import HERE

WHOLE_SECONDS = 120
EPMD = "epmd"


class Cluster(Deployment):
    """Opened once for all tests: `with Cluster(folder) as cluster`."""

    PORTS = (
        *("gateway", *brokers.SHARED_PORTS, *brokers.OWN_PORTS, *databases.SHARED_PORTS),
        *(f"cable-amqp-{number}" for number in NUMBERS),
    )
    PROCESSES = (*SERVICES, "requests-2", "relay", "relay-2", "gateway")
    ELSEWHERE: Mapping[str, str] = MappingProxyType({"DATABASE_URL": "three servers", "AMQP_URL": "three nodes"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        packages = Packages(HERE.folder / ".parvis" / "packages")
        logs = folder / "servers" / "log"
        self.brokers = Brokers(
            folder, packages.unpacked("broker", self._console), dict(self._ports), new_password("rabbitmq"), logs
        )
        etcd = packages.unpacked("etcd", self._console)
        passwords = new_password("postgres"), new_password("postgres-services")
        self.databases = Databases(folder, etcd, programs(self._console), self._ports, *passwords, logs)

    # --- whole, and not

    def broken(self) -> list[str]:
        return [*self.databases.broken(), *self.brokers.broken()]

    def wait_until_whole(self) -> float:
        """Seconds until each machine has all that it is to have."""
        begun = time.monotonic()
        self.wait_for(lambda: not self.broken(), self.broken, WHOLE_SECONDS)
        return time.monotonic() - begun

    def wait_for(self, done: Callable[[], bool], left: Callable[[], object], seconds: float) -> float:
        """Seconds until that holds; fails with what is left, once our processes could work for so long."""
        begun, own = time.monotonic(), self.machine.clock()
        while not done():
            assert self.machine.clock() - own < seconds, f"after {seconds} s: {left()}"
            time.sleep(0.2)
        return time.monotonic() - begun

    def wait_for_another_leader(self, than: int) -> None:
        """Returns once a PostgreSQL other than that machine's leads."""
        leads = self.databases.leads
        others = [number for number in NUMBERS if number != than]
        self.wait_for(lambda: any(map(leads, others)), lambda: "no other leader", WHOLE_SECONDS)

    def cut_off(self, number: int) -> None:
        """Nothing comes from that machine or to it any more, and no end of a connection is announced."""
        for cable in self._cables_of(number):
            self.cables.silence(cable)

    def join_again(self, number: int) -> None:
        for cable in self._cables_of(number):
            self.cables.heal(cable)

    def kill_database(self, number: int) -> None:
        """Patroni and its PostgreSQL, as a power cut would."""
        self._running[f"postgres{number}"].kill()
        self.databases.end_postgres(number, signal.SIGKILL)

    def start_database(self, number: int = 0) -> None:
        for each in (number,) if number else NUMBERS:
            self._launch([self.databases.patroni_program(each)])

    def lose_etcd(self, number: int) -> None:
        """For good: its data is gone too."""
        self._running[f"etcd{number}"].kill()
        shutil.rmtree(self.folder / f"etcd{number}")

    def start_etcd_anew(self, number: int) -> None:
        """With no data, as a member of the cluster that is there."""
        self._start([self.databases.etcd_program(number, "existing")])

    def kill_broker(self, number: int = 1) -> None:
        self._running[f"rabbitmq{number}"].kill()

    def start_broker(self, number: int = 1) -> None:
        self._start([self.brokers.nodes[number].program()])

    def lose_broker(self, number: int) -> None:
        """For good: its data is gone too."""
        self.kill_broker(number)
        self.brokers.nodes[number].lose_data()

    def files_of_the_broker(self) -> list[Path]:
        return [file for node in self.brokers.nodes.values() for file in node.folder.rglob("*") if file.is_file()]

    # --- inside

    def _cables_of(self, number: int) -> list[str]:
        return [machines.name(*way) for way in [*machines.ways(), *self._ways_to_brokers()] if number in way[:2]]

    @staticmethod
    def _ways_to_brokers() -> list[tuple[int, int, str]]:
        return [(OUTSIDE, number, "amqp") for number in NUMBERS]

    def _laid_cables(self) -> Cables:
        amqp = {
            machines.name(*way): (self._ports[f"cable-amqp-{way[1]}"], self._ports[f"amqp-{way[1]}"])
            for way in self._ways_to_brokers()
        }
        return Cables(**machines.cables(self._ports), **amqp)

    def _start_servers(self) -> None:
        nodes = self.brokers.nodes
        store = self._servers.object_store
        assert store is not None
        store.prepare()
        for node in nodes.values():
            node.prepare()
        self._start([nodes[1].port_mapper()])
        keepers = [self.databases.etcd_program(number) for number in NUMBERS]
        slow = [*(node.program() for node in nodes.values()), store.program()]
        self._launch(keepers)
        self._launch(slow)
        self._wait_for(keepers)
        members = [self.databases.patroni_program(number) for number in NUMBERS]
        self._launch(members)
        self._wait_for(members)
        self._console.wait("Patroni", lambda: not self.databases.broken(), WHOLE_SECONDS, self._not_whole)
        self.run("migrate", self._release)
        self._wait_for(slow)
        for vhost in (rabbitmq.VHOST, rabbitmq.PARTNERS_VHOST):
            nodes[1].management.create_vhost(vhost)

    def _not_whole(self) -> Trouble:
        return Trouble(f"not whole: {self.databases.broken()}")

    def _end_databases(self) -> None:
        for number in NUMBERS:
            if f"postgres{number}" in self._running:
                self._running[f"postgres{number}"].kill()
                self.databases.end_postgres(number, signal.SIGQUIT)

    def _environment(self, smtp_url: str) -> dict[str, str]:
        return super()._environment(smtp_url) | self._addresses(cables=False) | {"RPC_QUEUES": "quorum"}

    def _through_cables(self) -> dict[str, str]:
        return self.outside | self._addresses(cables=True)

    def _addresses(self, *, cables: bool) -> dict[str, str]:
        viewer = OUTSIDE if cables else None
        port = "cable-amqp" if cables else "amqp"
        login = f"{rabbitmq.USER}:{self.brokers.password}"
        nodes = ",".join(f"127.0.0.1:{self._ports[f'{port}-{number}']}" for number in NUMBERS)
        pages = ",".join(f"127.0.0.1:{self._ports[f'management-{number}']}" for number in NUMBERS)
        return {
            "DATABASE_URL": self.databases.url(viewer, services=True),
            "OWNER_DATABASE_URL": self.databases.url(viewer),
            "AMQP_URL": f"amqp://{login}@{nodes}/{rabbitmq.VHOST}",
            "PARTNERS_AMQP_URL": f"amqp://{login}@{nodes}/{rabbitmq.PARTNERS_VHOST}",
            "RABBITMQ_MANAGEMENT_URL": f"http://{login}@{pages}",
        }
