"""`./parvis bench`: what each job costs on an instance of its own, beside its bar. See docs/performance.md."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from deploy.command.layout import caller_path
from deploy.command.parser import FrenchParser
from deploy.command.running import settings_file
from deploy.command.trouble import INTERRUPTED, Trouble
from deploy.local import bench_options
from deploy.local.instance import process_environment
from deploy.local.supervisor import STOPS
from services.requests.schemas.work_list import SORTS
from tests.load import against, append, cluster, listed, overload, resting, starting, waits
from tests.load.chain import Chain
from tests.load.client import WARM_SECONDS, Operation, closed_loop, paced, quantile
from tests.load.instance import OUT_OF_SIGHT, Instance
from tests.load.jobs import Submissions, operation_of
from tests.load.meter import Cost
from tests.load.peers import PEERS, Peer
from tests.load.report import Report, Say, disturbed, dominant

CLIENTS = (1, 8, 32)
COUNTED_SECONDS = 3.0  # while each statement is noted

# at most so many CPU milliseconds an operation, at least so many a second with 32 clients
BARS = {"submit": (12.0, 110.0), "read": (5.0, 300.0), "list": (5.0, 300.0)}
MOST_OF_CHAIN = 25.0


ONCE = {
    "pages": waits.public,
    "login": waits.login,
    "rest": resting.rest,
    "growth": resting.growth,
    "memory": resting.memory,
    "overload": overload.overload,
}
"""What is measured at the first size alone."""


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
        if "append" in self.options.jobs:
            self._append()
        for job, measure in ONCE.items():
            if job in self.options.jobs:
                measure(self.instance, self.report, self.options)

    def _through_the_api(self, job: str, size: int) -> None:
        operation = operation_of(job, self.instance, size)
        if job != "submit":
            self._loops(job, size, operation)
            return
        with self.instance.commits_only():
            self._loops(job, size, operation)
            with self.instance.statements() as counted:
                run = closed_loop(self.instance.url, operation, clients=1, seconds=COUNTED_SECONDS)
        self.report.add(
            job=f"{job}, {size} stored", measure="statements", value=counted.total() / run.operations, unit=""
        )
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
        for part, spent in cost.by_part().items():
            add(job=job, measure=f"CPU: {part}", value=1000 * spent / run.operations, unit="ms")
        wrote = done.written
        sizes = {"log records": wrote.records, "images of pages": wrote.images, "broker's disk": wrote.broker}
        for what, written in sizes.items():
            add(job=job, measure=what, value=written / 1024 / run.operations, unit="KiB")
        add(job=job, measure="mail due to sent, p99", value=quantile(done.mails, 0.99), unit="s", most=2.0)
        with self.instance.statements() as counted:
            noted = paced(
                self.instance.url, Submissions(self.instance).submit, rate=rate, seconds=COUNTED_SECONDS, clients=32
            )
            self.instance.drain()
        add(job=job, measure="statements", value=counted.total() / noted.operations, unit="")
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
