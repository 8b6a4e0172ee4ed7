"""What three of each server cost beside one: `./parvis bench --cluster`.

Two portals are up at once: one on one RabbitMQ and one PostgreSQL; the other on three RabbitMQ, where calls wait in quorum queues and the
partners' stream has three replicas, and three PostgreSQL under Patroni with three etcd, of which a second one has what is acknowledged.
They work by turns, and the CPU of all servers is counted. All are plain processes of this machine, with the configuration of deploy/swarm
(tests/cluster): what a network between them costs is not in it.

`--cluster copies`, `calls` and `standby` take that apart: one server of each beside three whose calls wait in classic queues and whose
commits wait for no other server; then, on three, quorum queues beside classic ones; and commits that wait for a second server beside
those that do not. The last two are one portal that is changed before each turn.
"""

import argparse
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.command.console import Console
from deploy.command.layout import ROOT
from deploy.command.trouble import Trouble
from deploy.local import ports
from deploy.local.packages import Packages
from tests.cluster import stores
from tests.cluster.machines import Machines
from tests.cluster.stores import Stores
from tests.load.chain import Chain
from tests.load.client import WARM_SECONDS, Operation, Run, closed_loop
from tests.load.instance import Instance
from tests.load.jobs import operation_of
from tests.load.meter import PARTS, Cost
from tests.load.pairs import Pairs, turns
from tests.load.report import MOST_FOREIGN, Say
from tests.servers.started import Started

CLIENTS = 8
REST_SECONDS = 10.0
BEFORE_REST_SECONDS = 100.0  # as in a bench of one


@dataclass(frozen=True)
class Side:
    """A portal, and what makes it that side of a comparison: done before each turn of it, at no cost where it is so already."""

    name: str
    instance: Instance
    enter: Callable[[], object] = lambda: None


def measure(home: Path, options: argparse.Namespace, say: Say) -> Pairs:
    with TemporaryDirectory(prefix=f"{home.name}-cluster-", dir=home.parent) as folder, ExitStack() as stack:
        turns_of = Sides(_sides(options.cluster, Path(folder), stack), options, say)
        turns_of.run()
    return turns_of.pairs


def _sides(compared: str, folder: Path, stack: ExitStack) -> tuple[Side, Side]:
    """Both, up; what has to be ended afterwards is on the stack."""
    three, its_stores = stack.enter_context(_on_three(folder))
    changes: dict[str, Callable[[], object]] = {}
    match compared:
        case "calls":
            changes = {kind: partial(three.change, RPC_QUEUES=kind) for kind in ("classic", "quorum")}
        case "standby":
            changes = {
                "alone": partial(its_stores.wait_for_second, False),
                "second": partial(its_stores.wait_for_second, True),
            }
        case "copies":
            three.change(RPC_QUEUES="classic")
            its_stores.wait_for_second(False)
        case _:
            pass
    if changes:
        before, after = (Side(name, three, change) for name, change in changes.items())
        return before, after
    one = stack.enter_context(_up(Instance(folder / "one")))
    return Side("one", one), Side("three", three)


@contextmanager
def _up(instance: Instance) -> Generator[Instance]:
    try:
        instance.up()
        yield instance
    finally:
        instance.down()


@contextmanager
def _on_three(folder: Path) -> Generator[tuple[Instance, Stores]]:
    """A portal on three of each, which has started them, and these."""
    console, machines = Console(sys.stderr), Machines(folder / "stores", cabled=False)
    logs = machines.folder / "log"
    logs.mkdir(parents=True)
    if why := machines.impossible():
        raise Trouble(f"--cluster demande des espaces de noms, que cette machine n’ouvre pas à ce compte ({why}).")
    chosen = ports.choose(stores.PORTS, home=machines.folder)
    three = Stores.chosen(machines, chosen, Packages(ROOT / ".parvis" / "packages"), logs, console)
    started = Started(machines.folder, console)
    try:
        three.start(started)
        with _up(Instance(folder / "three", three.settings(), lambda: three.pids(started))) as instance:
            three.wait_until_whole()
            yield instance, three
    finally:
        three.end_databases(started)
        started.kill_all()


class Sides:
    """Both, the jobs that are asked of them, and what these cost."""

    def __init__(self, sides: tuple[Side, Side], options: argparse.Namespace, say: Say) -> None:
        self._sides, self._options, self._say = sides, options, say
        self._instances = tuple(side.instance for side in sides)
        self.pairs = Pairs((sides[0].name, sides[1].name))

    def run(self) -> None:
        [size] = self._options.sizes
        for instance in self._instances:
            for line in instance.fill(size):
                self._say(line)
        for job in self._options.jobs:
            match job:
                case "chain":
                    self._chain()
                case "rest":
                    self._rest()
                case _:
                    self._loop(job, size)
            for (noted, _), row in self.pairs.rows.items():
                if noted == job:
                    self._say(row.line)
        self.pairs.time_the_machine()

    def _turns(self) -> Generator[int]:
        for turn in turns(self._options.pairs):
            self.pairs.time_the_machine()
            for side in turn:
                self._sides[side].enter()
                yield side

    def _loop(self, job: str, size: int) -> None:
        operations = [operation_of(job, instance, size) for instance in self._instances]
        for instance in self._instances:
            instance.drain()
        for side in self._turns():
            instance = self._instances[side]
            with ExitStack() as stack:
                if job == "submit":
                    stack.enter_context(instance.commits_only())
                cost, run = self._burst(instance, operations[side])
            instance.drain()
            self._note(side, job, cost, run)

    def _burst(self, instance: Instance, operation: Operation) -> tuple[Cost, Run]:
        closed_loop(instance.url, operation, clients=CLIENTS, seconds=WARM_SECONDS)
        with instance.meter.measure() as cost:
            run = closed_loop(instance.url, operation, clients=CLIENTS, seconds=self._options.seconds)
        return cost, run

    def _chain(self) -> None:
        with ExitStack() as stack:
            chains = {one: stack.enter_context(Chain(one)) for one in dict.fromkeys(self._instances)}
            for side in self._turns():
                done = chains[self._instances[side]].measured(
                    rate=self._options.chain_rate, seconds=self._options.chain_seconds
                )
                self._note(side, "chain", done.cost, done.run)

    def _rest(self) -> None:
        """Both at the same time: nothing is asked of either."""
        for instance in self._instances:
            instance.drain()
        time.sleep(BEFORE_REST_SECONDS)
        for _ in turns(self._options.pairs):
            with self._instances[0].meter.measure() as one, self._instances[1].meter.measure() as three:
                time.sleep(REST_SECONDS)
            for side, cost in enumerate((one, three)):
                self._note_parts(side, "rest", cost, cost.seconds, "ms/s")

    def _note(self, side: int, job: str, cost: Cost, run: Run) -> None:
        self._note_parts(side, job, cost, run.operations, "ms")
        self.pairs.note(side, job, "p50", run.quantile(0.5), "ms")

    def _note_parts(self, side: int, job: str, cost: Cost, by: float, unit: str) -> None:
        disturbed = cost.foreign_cores > MOST_FOREIGN
        self.pairs.note(side, job, "CPU", 1000 * sum(cost.cpu.values()) / by, unit, disturbed=disturbed)
        found = cost.by_part()
        for part in PARTS:
            row = self.pairs.row(job, f"CPU: {part}", unit)
            row.values[side].extend([1000 * found[part] / by] if part in found else [])
