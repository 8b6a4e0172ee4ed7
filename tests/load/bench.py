"""`./parvis bench`: what each job costs on an instance of its own, beside its bar. See docs/performance.md."""

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from deploy.command.layout import caller_path
from deploy.command.parser import FrenchParser
from deploy.command.running import settings_file
from deploy.command.trouble import INTERRUPTED, Trouble
from deploy.local import bench_options
from deploy.local.instance import process_environment
from deploy.local.supervisor import STOPS
from services.requests.schemas.work_list import SORTS
from tests.load import against, append, cluster, listed, starting, waits
from tests.load.chain import Chain
from tests.load.client import WARM_SECONDS, Operation, closed_loop, paced, quantile
from tests.load.instance import OUT_OF_SIGHT, Instance
from tests.load.jobs import Submissions, operation_of
from tests.load.meter import PYTHON, Cost
from tests.load.report import Report, Say, disturbed, dominant

CLIENTS = (1, 8, 32)
REST_SECONDS = 30.0
BEFORE_REST_SECONDS = 100.0  # until pools have given back what they need no more
GROWTH_RATE = 50.0
SETTLED_AFTER, GROWN_AFTER = 1_000, 10_000  # requests filed: before the first look at memory, and between the two

# at most so many CPU milliseconds an operation, at least so many a second with 32 clients
BARS = {"submit": (12.0, 110.0), "read": (5.0, 300.0), "list": (5.0, 300.0)}
MOST_OF_CHAIN = 25.0
MOST_WAKES, MOST_WAKES_OF_OURS, MOST_STATEMENTS, MOST_POSTGRES = 300.0, 20.0, 3.0, 24.0
AT_REST_OF_BEFORE = 6.0  # an idle town costs at most so small a part of what it cost while its loops polled


@dataclass(frozen=True)
class Peer:
    """What the peer needs for the same work, on a quiet machine of the same kind: its processes, and with its PostgreSQL."""

    alone: str
    whole: str


PEERS = {
    "submit": Peer("Open Zaak 90–108 in two requests; create alone, in one: 34–39", "109–127; create alone: 40–46"),
    "read": Peer("Open Zaak 33–38 in two requests", "43–56"),
    "list": Peer("Open Zaak 47–52", "52–63"),
    "chain": Peer("", "Open Zaak 195–280"),
    "rest": Peer("Open Zaak 11", "13"),
}


class Bench:
    """One run over the jobs that were asked for."""

    def __init__(self, instance: Instance, options: argparse.Namespace, report: Report) -> None:
        self.instance = instance
        self.options = options
        self.report = report
        self.costs: dict[tuple[str, int], float] = {}
        self.stored = 0

    def run(self) -> None:
        for size in self.options.sizes:
            for line in self.instance.fill(size):
                self.report.say(line)
            self.stored = size
            for job in ("read", "list", "submit"):
                if job in self.options.jobs:
                    self._through_the_api(job, size)
            if "home" in self.options.jobs:
                waits.home(self.instance, self.report, self.options, size)
            self._agents_pages(size)
            if "login" in self.options.jobs and size == self.options.sizes[0]:
                waits.login(self.instance, self.report, self.options)
            if "chain" in self.options.jobs:
                self._chain(size)
            if size == self.options.sizes[0]:
                self._once()
        self.note_scale()
        if {"list-page", "file-page"} & {*self.options.jobs} and self.options.listed > self.stored:
            self._among_many(self.options.listed)

    def _agents_pages(self, size: int, orders: Sequence[str] = ()) -> None:
        if "list-page" in self.options.jobs:
            waits.agents_list(self.instance, self.report, self.options, size, orders)
        if "file-page" in self.options.jobs:
            waits.agents_file(self.instance, self.report, self.options, size)

    def _among_many(self, size: int) -> None:
        """The agents' pages last of all: among rows of the list that have no past, in each order."""
        with self.instance.commits_only():
            seconds = listed.fill(self.instance.settings, size, without=OUT_OF_SIGHT)
        self.report.say(f"# {size} requests in the list, {seconds:.0f} s")
        self._agents_pages(size, [order for order in SORTS if "closed" not in order])

    def _once(self) -> None:
        """What is measured at one size only."""
        once = {"append": self._append, "rest": self._rest, "growth": self._growth}
        for job, measure in once.items():
            if job in self.options.jobs:
                measure()

    def _through_the_api(self, job: str, size: int) -> None:
        operation = operation_of(job, self.instance, size)
        if job != "submit":
            self._loops(job, size, operation)
            return
        with self.instance.commits_only():
            self._loops(job, size, operation)
        self.instance.drain()

    def _loops(self, job: str, size: int, operation: Operation) -> None:
        url, meter = self.instance.url, self.instance.meter
        most, least = BARS[job]
        for clients in CLIENTS:
            closed_loop(url, operation, clients=clients, seconds=WARM_SECONDS)
            with meter.measure() as cost:
                run = closed_loop(url, operation, clients=clients, seconds=self.options.seconds)
            name = f"{job}, {size} stored, {clients} clients"
            quiet = f"p50 {run.quantile(0.5):.0f} p99 {run.quantile(0.99):.0f} ms, foreign {cost.foreign_cores:.1f}"
            if clients == 8:
                self.costs[job, size] = 1000 * cost.counted / run.operations
            self.note_cost(name, cost, run.operations, most=most if clients > 1 else None, peer=PEERS[job])
            bar = least if clients == 32 else None
            self.report.add(job=name, measure="rate", value=run.rate, unit="/s", least=bar, note=quiet)

    def note_cost(self, name: str, cost: Cost, operations: int, *, most: float | None, peer: Peer) -> None:
        """What is counted beside its bar, by process; then the same with PostgreSQL, each beside the peer's like."""
        each = cost.each(operations)
        alone, whole = (1000 * seconds / operations for seconds in (cost.counted, cost.counted + cost.apart))
        note = f"{dominant(each)}{disturbed(cost)}"
        self.report.add(
            job=name, measure="CPU an operation", value=alone, unit="ms", most=most, peer=peer.alone, note=note
        )
        self.report.add(job=name, measure="with PostgreSQL", value=whole, unit="ms", peer=peer.whole)
        self.report.details[name] = each

    def _chain(self, size: int) -> None:
        rate, seconds = self.options.chain_rate, self.options.chain_seconds
        with Chain(self.instance) as chain:
            done = chain.measured(rate=rate, seconds=seconds)
            delays = chain.delays()[-done.run.operations :]
        cost, run = done.cost, done.run
        self.costs["chain", size] = 1000 * cost.counted / run.operations
        job = f"chain, {size} stored, {rate:g}/s for {seconds:.0f} s"
        self.note_cost(job, cost, run.operations, most=MOST_OF_CHAIN, peer=PEERS["chain"])
        add = self.report.add
        quiet = f"p50 {run.quantile(0.5):.0f} p99 {run.quantile(0.99):.0f} ms, late {run.late:.1f} s, foreign {cost.foreign_cores:.1f}"
        add(job=job, measure="rate", value=run.rate, unit="/s", least=rate * 0.98, note=quiet)
        add(job=job, measure="oldest outbox row", value=done.outbox, unit="s", most=2.0)
        add(job=job, measure="oldest unsent mail", value=done.mail, unit="s", most=2.0)
        self._note_partner(size, delays, missing=run.operations - len(delays))

    def _note_partner(self, size: int, delays: list[float], *, missing: int) -> None:
        add, job = self.report.add, f"to a partner's hands, {size} stored"
        note = f"{len(delays)} read" + (f", {missing} MISSING" if missing else "")
        add(job=job, measure="p50", value=1000 * quantile(delays, 0.5), unit="ms", most=50.0)
        add(job=job, measure="p99", value=1000 * quantile(delays, 0.99), unit="ms", most=250.0, note=note)

    def _append(self) -> None:
        environment = process_environment(settings_file(self.instance.layout))
        done = append.measure(
            self.instance.settings, environment, seconds=self.options.seconds / 2, repeats=self.options.repeats
        )
        add, job = self.report.add, f"append, {append.WRITERS} writers, relay running"
        add(job=job, measure="raw INSERT", value=done.raw, unit="/s")
        peer = f"eventsourcing, safe mode {self.options.peer:.0f}/s"
        add(job=job, measure="chassis", value=done.chassis, unit="/s", least=3 * self.options.peer, peer=peer)
        add(job=job, measure="chassis / raw", value=done.chassis / done.raw, unit="", least=0.4)
        add(job=job, measure="skipped by a reader", value=done.skipped, unit="", most=0, note=f"of {done.stored}")
        add(job=job, measure="positions out of order", value=done.out_of_order, unit="", most=0)

    def _rest(self) -> None:
        meter = self.instance.meter
        self.instance.drain()
        time.sleep(BEFORE_REST_SECONDS)
        with meter.measure() as cost:
            time.sleep(REST_SECONDS)
        servers, memory = meter.processes("PostgreSQL"), meter.memory()
        with self.instance.statements() as counted:  # on its own: a server that notes each of them works more
            time.sleep(REST_SECONDS)
        self.note_rest(cost, counted.total() / REST_SECONDS, servers, memory)
        self.report.details["rest"]["statements"] = dict(counted.most_common())

    def note_rest(self, cost: Cost, statements: float, servers: int, memory: dict[str, float]) -> None:
        """What an idle town costs. A wake-up is dear on a virtual machine, and hardly depends on what else it does."""

        def add(measure: str, value: float, unit: str, **more: Any) -> None:
            self.report.add(job="at rest", measure=measure, value=value, unit=unit, **more)

        used = {name: round(1000 * spent / cost.seconds, 2) for name, spent in cost.cpu.items()}
        wakes = {name: round(count / cost.seconds, 2) for name, count in cost.wakes.items()}
        ours = sum(size for name, size in memory.items() if name in PYTHON)
        alone, whole = (1000 * spent / cost.seconds for spent in (cost.counted, cost.counted + cost.apart))
        note = f"{dominant(_largest(used))}{disturbed(cost)}"
        before = self.options.rest_before
        most = None if before is None else before / AT_REST_OF_BEFORE
        add("CPU", alone, "ms/s", most=most, peer=PEERS["rest"].alone, note=note)
        add("with PostgreSQL", whole, "ms/s", peer=PEERS["rest"].whole)
        add("wake-ups of ours", cost.wakes_of(PYTHON), "/s", most=MOST_WAKES_OF_OURS, note=dominant(_largest(wakes)))
        add("wake-ups of all", cost.wakes_of(), "/s", most=MOST_WAKES)
        add("statements", statements, "/s", most=MOST_STATEMENTS)
        add("PostgreSQL processes", servers, "", most=MOST_POSTGRES)
        add("memory of Python (PSS)", ours, "MiB", most=700.0)
        self.report.details["rest"] = {
            "cpu": _largest(used),
            "wakes": _largest(wakes),
            "memory": {name: round(size) for name, size in memory.items()},
        }

    def _growth(self) -> None:
        """What the processes that stay take more of after ten thousand requests, mails and partners included."""
        self._file(SETTLED_AFTER)
        before = self.instance.meter.memory()
        self._file(GROWN_AFTER)
        after = self.instance.meter.memory()
        grown = {name: 100 * (after[name] / before[name] - 1) for name in before if name in PYTHON}
        most = max(grown, key=lambda name: grown[name])
        note = f"{most}, {before[most]:.0f} MiB before"
        name = f"memory after {GROWN_AFTER} requests"
        self.report.add(job=name, measure="largest growth", value=grown[most], unit="%", most=20.0, note=note)
        self.report.details["growth"] = {name: round(share, 1) for name, share in grown.items()}

    def _file(self, requests: int) -> None:
        submit = Submissions(self.instance).submit
        paced(self.instance.url, submit, rate=GROWTH_RATE, seconds=requests / GROWTH_RATE, clients=16)
        self.instance.drain()

    def note_scale(self) -> None:
        small, large = self.options.sizes[0], self.options.sizes[-1]
        for job in ("submit", "read", "list", "chain"):
            if small != large and (job, small) in self.costs and (job, large) in self.costs:
                ratio = self.costs[job, large] / self.costs[job, small]
                name = f"{job}, {large} against {small} stored"
                self.report.add(job=name, measure="CPU ratio", value=ratio, unit="×", most=1.2, peer="1.0–1.3")


def note_start(report: Report, took: starting.Start) -> None:
    """What the command promises to who waits for it."""
    job = "the command"
    report.add(job=job, measure="first up", value=took.first.seconds, unit="s", most=180.0, note="after downloads")
    report.add(job=job, measure="next up", value=took.again.seconds, unit="s", most=15.0)
    report.add(job=job, measure="down", value=took.down.seconds, unit="s", most=15.0)
    report.add(job=job, measure="longest silence", value=took.silence, unit="s", most=2.0)


def _largest(shares: dict[str, float]) -> dict[str, float]:
    return dict(sorted(shares.items(), key=lambda share: -share[1]))


def options_of(arguments: list[str]) -> argparse.Namespace:
    parser = FrenchParser(prog="./parvis bench")
    parser.take(bench_options.OPTIONS)
    options = parser.parse_args(arguments)
    if wrong := bench_options.contradiction(options):
        parser.error(wrong)
    return bench_options.completed(options)


def on_an_instance(home: Path, options: argparse.Namespace, report: Report) -> None:
    instance = Instance(home)
    try:
        instance.up()
        Bench(instance, options, report).run()
    finally:
        if not options.keep:
            instance.down()


def beside_bars(home: Path, options: argparse.Namespace, say: Say) -> Report:
    """Each job on one instance."""
    report = Report(say)
    if "start" in options.jobs:
        note_start(report, starting.measure(home.with_name(f"{home.name}-start")))
    if options.jobs != ["start"]:
        on_an_instance(home, options, report)
    return report


def main(arguments: list[str]) -> int:
    """0 when every bar is held, 1 otherwise; a comparison has no bars."""
    options = options_of(arguments)
    out = sys.stderr if options.json else sys.stdout

    def say(line: str) -> None:
        print(line, file=out, flush=True)

    home = caller_path(options.home).absolute()
    home.parent.mkdir(parents=True, exist_ok=True)
    measure = cluster.measure if options.cluster else against.measure if options.against else beside_bars
    done = measure(home, options, say)
    say(f"\n{done.table()}")
    if options.json:
        sys.stdout.write(json.dumps(done.as_json(), ensure_ascii=False, indent=1) + "\n")
    return 1 if isinstance(done, Report) and done.missed else 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)  # asked once: what is up is stopped without another interruption
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in STOPS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"parvis : {trouble}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
