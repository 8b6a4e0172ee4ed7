"""The fault campaign's deployment on three machines: RabbitMQ, etcd and PostgreSQL thrice, some of our processes twice.

A machine is cut off by silencing every cable from it and to it, ours included; it dies when all its servers are killed.
"""

import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from deploy.local.packages import Packages
from tests.cluster import machines, stores
from tests.cluster.machines import NUMBERS, OUTSIDE, Machines
from tests.cluster.stores import WHOLE_SECONDS, Stores
from tests.faults.deployment import SERVICES, Deployment
from tests.servers.cables import Cables
from tests.servers.processes import HERE


class Cluster(Deployment):
    """Opened once for all tests: `with Cluster(folder) as cluster`."""

    PORTS = ("gateway", *stores.PORTS, *(f"cable-amqp-{number}" for number in NUMBERS))
    PROCESSES = (*SERVICES, "requests-2", "relay", "relay-2", "gateway")
    ELSEWHERE: Mapping[str, str] = MappingProxyType({"DATABASE_URL": "three servers", "AMQP_URL": "three nodes"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        packages = Packages(HERE.folder / ".parvis" / "packages")
        logs = folder / "servers" / "log"
        self.stores = Stores.chosen(Machines(folder), self._ports, packages, logs, self._console)
        self.brokers, self.databases = self.stores.brokers, self.stores.databases

    # --- whole, and not

    def wait_until_whole(self) -> float:
        """Seconds until each machine has all that it is to have."""
        begun = time.monotonic()
        self.wait_for(lambda: not self.stores.broken(), self.stores.broken, WHOLE_SECONDS)
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
        self._started.running[f"postgres{number}"].kill()
        self.databases.end_postgres(number, signal.SIGKILL)

    def start_database(self, number: int = 0) -> None:
        for each in (number,) if number else NUMBERS:
            self._started.launch([self.databases.patroni_program(each)])

    def kill_etcd(self, number: int) -> None:
        self._started.running[f"etcd{number}"].kill()

    def start_etcd(self, number: int) -> None:
        """With the data that it has."""
        self._started.launch([self.databases.etcd_program(number)])

    def lose_etcd(self, number: int) -> None:
        """For good: its data is gone too."""
        self.kill_etcd(number)
        shutil.rmtree(self.folder / f"etcd{number}")

    def start_etcd_anew(self, number: int) -> None:
        """With no data, as a member of the cluster that is there."""
        self._started.start([self.databases.etcd_program(number, "existing")])

    def kill_broker(self, number: int = 1) -> None:
        self._started.running[f"rabbitmq{number}"].kill()

    def start_broker(self, number: int = 1) -> None:
        self._started.start([self.brokers.nodes[number].program()])

    def launch_broker(self, number: int) -> None:
        """As `start_broker`, without waiting for it to serve."""
        self._started.launch([self.brokers.nodes[number].program()])

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
        store = self._servers.object_store
        assert store is not None
        store.prepare()
        self._started.launch([store.program()])
        self.stores.start(self._started, lambda: self.run("migrate", self._release))
        self._started.wait_for([store.program()])

    def _end_databases(self) -> None:
        self.stores.end_databases(self._started)

    def _environment(self, smtp_url: str) -> dict[str, str]:
        return super()._environment(smtp_url) | self.stores.settings()

    def _through_cables(self) -> dict[str, str]:
        return self.outside | self.stores.settings(OUTSIDE, amqp="cable-amqp")
