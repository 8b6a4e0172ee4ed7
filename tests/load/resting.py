"""What an idle town costs, what its processes take more of in time, and what all of them hold."""

import argparse
import time
from typing import Any

from tests.load.client import closed_loop, paced
from tests.load.instance import Instance
from tests.load.jobs import Submissions, operation_of
from tests.load.meter import PYTHON, Cost, by_part
from tests.load.peers import PEERS
from tests.load.report import Report, disturbed, dominant

REST_SECONDS = 30.0
BEFORE_REST_SECONDS = 100.0  # until pools have given back what they need no more
GROWTH_RATE = 50.0
SETTLED_AFTER, GROWN_AFTER = 1_000, 10_000  # requests filed: before the first look at memory, and between the two
HELD = 10_000  # requests stored when the memory of all is judged
MOST_MEMORY = 900.0
MOST_WAKES, MOST_WAKES_OF_OURS, MOST_STATEMENTS, MOST_POSTGRES = 300.0, 20.0, 3.0, 24.0
AT_REST_OF_BEFORE = 6.0  # an idle town costs at most so small a part of what it cost while its loops polled


def rest(instance: Instance, report: Report, options: argparse.Namespace) -> None:
    meter = instance.meter
    instance.drain()
    time.sleep(BEFORE_REST_SECONDS)
    with meter.measure() as cost:
        time.sleep(REST_SECONDS)
    servers, held = meter.processes("PostgreSQL"), meter.memory()
    with instance.statements() as counted:  # on its own: a server that notes each of them works more
        time.sleep(REST_SECONDS)
    note_rest(report, cost, counted.total() / REST_SECONDS, servers, held, before=options.rest_before)
    report.details["rest"]["statements"] = dict(counted.most_common())


def note_rest(
    report: Report, cost: Cost, statements: float, servers: int, held: dict[str, float], *, before: float | None
) -> None:
    """A wake-up is dear on a virtual machine, and hardly depends on what else it does. `before`: what another version cost."""

    def add(measure: str, value: float, unit: str, **more: Any) -> None:
        report.add(job="at rest", measure=measure, value=value, unit=unit, **more)

    used = {name: round(1000 * spent / cost.seconds, 2) for name, spent in cost.cpu.items()}
    wakes = {name: round(count / cost.seconds, 2) for name, count in cost.wakes.items()}
    ours = sum(size for name, size in held.items() if name in PYTHON)
    alone, whole = (1000 * spent / cost.seconds for spent in (cost.counted, cost.counted + cost.apart))
    note = f"{dominant(_largest(used))}{disturbed(cost)}"
    most = None if before is None else before / AT_REST_OF_BEFORE
    add("CPU", alone, "ms/s", most=most, peer=PEERS["rest"].alone, note=note)
    add("with PostgreSQL", whole, "ms/s", peer=PEERS["rest"].whole)
    add("wake-ups of ours", cost.wakes_of(PYTHON), "/s", most=MOST_WAKES_OF_OURS, note=dominant(_largest(wakes)))
    add("wake-ups of all", cost.wakes_of(), "/s", most=MOST_WAKES)
    add("statements", statements, "/s", most=MOST_STATEMENTS)
    add("PostgreSQL processes", servers, "", most=MOST_POSTGRES)
    add("memory of Python (PSS)", ours, "MiB", most=700.0)
    report.details["rest"] = {
        "cpu": _largest(used),
        "wakes": _largest(wakes),
        "memory": {name: round(size) for name, size in held.items()},
    }


def growth(instance: Instance, report: Report, _options: argparse.Namespace) -> None:
    """What the processes that stay take more of after ten thousand requests, mails and partners included."""
    _file(instance, SETTLED_AFTER)
    before = instance.meter.memory()
    _file(instance, GROWN_AFTER)
    after = instance.meter.memory()
    grown = {name: 100 * (after[name] / before[name] - 1) for name in before if name in PYTHON}
    most = max(grown, key=lambda name: grown[name])
    note = f"{most}, {before[most]:.0f} MiB before"
    job = f"memory after {GROWN_AFTER} requests"
    report.add(job=job, measure="largest growth", value=grown[most], unit="%", most=20.0, note=note)
    report.details["growth"] = {name: round(share, 1) for name, share in grown.items()}


def memory(instance: Instance, report: Report, options: argparse.Namespace) -> None:
    """Of all processes, servers included, among so many requests, once each kind of work was done and all is quiet again."""
    for line in instance.fill(HELD):
        report.say(line)
    for job in ("read", "list", "submit"):
        operation = operation_of(job, instance, HELD)
        closed_loop(instance.url, operation, clients=8, seconds=options.seconds)
    instance.drain()
    time.sleep(BEFORE_REST_SECONDS)
    held, job = instance.meter.memory(), f"memory, {HELD} stored"
    report.add(job=job, measure="all processes (PSS)", value=sum(held.values()), unit="MiB", most=MOST_MEMORY)
    for part, size in by_part(held).items():
        report.add(job=job, measure=part, value=size, unit="MiB")
    report.details["memory"] = {name: round(size) for name, size in held.items()}


def _file(instance: Instance, requests: int) -> None:
    submit = Submissions(instance).submit
    paced(instance.url, submit, rate=GROWTH_RATE, seconds=requests / GROWTH_RATE, clients=16)
    instance.drain()


def _largest(shares: dict[str, float]) -> dict[str, float]:
    return dict(sorted(shares.items(), key=lambda share: -share[1]))
