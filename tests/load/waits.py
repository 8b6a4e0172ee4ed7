"""What a person waits for before the portal: « Mon accueil », the log-in that leads there, the agents' list and file. One browser, one page
after the other."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher, extract_parameters

from tests.load.client import WARM_SECONDS, Operation, Run, closed_loop
from tests.load.instance import Instance
from tests.load.jobs import file_page, home_page, list_news, list_pages, logging_in, public_pages
from tests.load.meter import Cost
from tests.load.report import Report, disturbed, dominant

MOST_OF_HOME = 60.0  # milliseconds until half of the pages are there
MOST_OF_LIST = 50.0  # the same of a page of the agents' list
MOST_OF_FILE = 60.0  # the same of an agent's file
MOST_OF_PAGE = 50.0  # the same of a page that anyone opens
MOST_OF_NEWS = 1.0  # milliseconds of CPU, of all processes
MOST_OF_LOGIN = 170.0  # milliseconds of CPU, of all processes
PASSWORDS = 5  # judged to know what one costs


def home(instance: Instance, report: Report, options: argparse.Namespace, size: int) -> None:
    """How long the page takes, what it costs, how many statements it asks."""
    operation, job = home_page(instance), f"home, {size} stored"
    _note_page(instance, report, job, operation, options.seconds, most=MOST_OF_HOME)
    with instance.statements() as counted:
        run = closed_loop(instance.url, operation, clients=1, seconds=WARM_SECONDS)
    report.add(job=job, measure="statements", value=counted.total() / run.operations, unit="")


def agents_list(
    instance: Instance, report: Report, options: argparse.Namespace, size: int, orders: Sequence[str] = ()
) -> None:
    """How long a page of the agents' list takes, wherever it is in the list, and in these orders; and what an open one costs that asks
    for news."""
    for place, operation in list_pages(instance, orders).items():
        job = f"list page, {place}, {size} stored"
        _note_page(instance, report, job, operation, options.seconds, most=MOST_OF_LIST)
    instance.drain()
    cost, run = _measured(instance, list_news(instance), options.seconds)
    _note_cost(report, f"news of a list, {size} stored", cost, run, most=MOST_OF_NEWS)


def agents_file(instance: Instance, report: Report, options: argparse.Namespace, size: int) -> None:
    """How long an agent waits for the file of a request."""
    job = f"file page, {size} stored"
    _note_page(instance, report, job, file_page(instance), options.seconds, most=MOST_OF_FILE)


def login(instance: Instance, report: Report, options: argparse.Namespace) -> None:
    """What a log-in costs; and what its password alone costs, which is meant to be dear."""
    cost, run = _measured(instance, logging_in(instance), options.seconds)
    known = instance.login("citizen")
    row = instance.query("accounts", f"SELECT password_hash FROM credentials WHERE username = '{known['username']}'")[0]
    note_login(report, cost, run, Password.judged(row["password_hash"], known["password"]))


def public(instance: Instance, report: Report, options: argparse.Namespace) -> None:
    """What the pages cost that anyone opens, and those of one who files and follows a request."""
    for place, operation in public_pages(instance).items():
        _note_page(instance, report, f"page: {place}", operation, options.seconds, most=MOST_OF_PAGE)


@dataclass(frozen=True)
class Password:
    """How dear one is: the processor's seconds to judge it with nothing around it, at the cost with which it is kept."""

    seconds: float
    at: str

    @classmethod
    def judged(cls, kept: str, typed: str) -> "Password":
        judge, cost = PasswordHasher(), extract_parameters(kept)
        begun = time.process_time()
        for _ in range(PASSWORDS):
            judge.verify(kept, typed)
        seconds = (time.process_time() - begun) / PASSWORDS
        at = f"argon2{cost.type.name.lower()}, {cost.memory_cost} KiB, {cost.time_cost} passes, {cost.parallelism} lane"
        return cls(seconds, at)


def note_login(report: Report, cost: Cost, run: Run, password: Password) -> None:
    """The log-in beside its bar, and its password beside it."""
    _note_cost(report, "login", cost, run, most=MOST_OF_LOGIN)
    report.add(job="login", measure="the password alone", value=1000 * password.seconds, unit="ms", note=password.at)
    report.add(job="login", measure="p50", value=run.quantile(0.5), unit="ms", note=f"p99 {run.quantile(0.99):.0f} ms")


def _measured(instance: Instance, operation: Operation, seconds: float) -> tuple[Cost, Run]:
    instance.drain()  # what was stored before is not published meanwhile
    closed_loop(instance.url, operation, clients=1, seconds=WARM_SECONDS)
    with instance.meter.measure() as cost:
        run = closed_loop(instance.url, operation, clients=1, seconds=seconds)
    return cost, run


def _note_page(
    instance: Instance, report: Report, job: str, operation: Operation, seconds: float, *, most: float
) -> None:
    """What a page costs, and how long it takes beside its bar."""
    cost, run = _measured(instance, operation, seconds)
    _note_cost(report, job, cost, run, most=None)
    note = f"p99 {run.quantile(0.99):.0f} ms, foreign {cost.foreign_cores:.1f}"
    report.add(job=job, measure="p50", value=run.quantile(0.5), unit="ms", most=most, note=note)


def _note_cost(report: Report, job: str, cost: Cost, run: Run, *, most: float | None) -> None:
    """Of all processes, PostgreSQL's included; by process in the details."""
    shares = cost.each(run.operations) | {"PostgreSQL": round(1000 * cost.apart / run.operations, 2)}
    each = dict(sorted(shares.items(), key=lambda share: -share[1]))
    whole = 1000 * (cost.counted + cost.apart) / run.operations
    note = f"{dominant(each)}{disturbed(cost)}"
    report.add(job=job, measure="CPU, all processes", value=whole, unit="ms", most=most, note=note)
    report.details[job] = each
