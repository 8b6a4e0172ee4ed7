"""What the bench says of a job: what is counted, what stands apart, and how late a mail is that is not due yet."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from argon2 import PasswordHasher

from tests.load import resting, waits
from tests.load.bench import Bench, options_of
from tests.load.client import Run
from tests.load.instance import Instance
from tests.load.meter import Cost, Meter
from tests.load.peers import PEERS, Peer
from tests.load.report import Report

USED = {"requests": 2.0, "gateway": 1.0, "PostgreSQL": 4.0, "RabbitMQ": 0.5}


def benched(*options: str) -> tuple[Report, Bench]:
    report = Report(lambda _: None)
    return report, Bench(Instance(Path("nowhere")), options_of([*options]), report)


class Kept(Instance):
    """An instance where requests wait since so many seconds, and these have been acknowledged."""

    def __init__(self, filed: dict[str, float], sent: set[str]) -> None:
        super().__init__(Path("nowhere"))
        self.filed, self.sent = filed, sent

    def query(self, service: str, sql: str) -> list[dict[str, Any]]:
        if service == "messaging":
            return [{"request_id": known} for known in self.sent]
        if "outbox" in sql:
            return [{"seconds": 0.0}]
        return [{"request_id": known, "seconds": seconds} for known, seconds in self.filed.items()]


@pytest.mark.parametrize(
    ("sent", "oldest"),
    [
        pytest.param({"a", "b", "c"}, 0.0, id="all have left"),
        pytest.param({"a", "c"}, 2.0, id="one waits"),
        pytest.param(set[str](), 30.0, id="messaging does not know it yet"),
    ],
)
def test_the_oldest_unsent_mail_is_as_old_as_the_request_that_calls_for_it(sent: set[str], oldest: float) -> None:
    assert Kept({"a": 30.0, "b": 2.0, "c": 0.1}, sent).oldest_seconds() == (0.0, oldest)


def test_postgresql_stands_apart_from_what_is_counted() -> None:
    cost = Cost(seconds=10, cpu=USED)

    assert (cost.counted, cost.apart) == (3.5, 4.0)
    assert cost.each(1000) == {"requests": 2.0, "gateway": 1.0, "RabbitMQ": 0.5}


def test_table_and_json_have_costs_by_process_beside_those_of_the_peer() -> None:
    report, bench = benched()

    bench.note_cost("chain", Cost(seconds=10, cpu=USED), 1000, most=3.0, peer=Peer("alone 30", "whole 34"))

    written = report.as_json()
    assert [(line["measure"], line["value"], line["held"], line["peer"]) for line in written["lines"]] == [
        ("CPU an operation", 3.5, False, "alone 30"),
        ("with PostgreSQL", 7.5, None, "whole 34"),
    ]
    assert written["lines"][0]["note"].startswith("requests 2.0, gateway 1.0, RabbitMQ 0.5; foreign")
    assert written["details"]["chain"] == {"requests": 2.0, "gateway": 1.0, "RabbitMQ": 0.5}


def test_every_job_of_a_bar_is_compared_between_the_first_and_the_last_size() -> None:
    report, bench = benched("--sizes", "1000", "5000", "100000")
    for job, cost in {"submit": 1.0, "read": 1.1, "list": 1.2, "chain": 1.3}.items():
        bench.costs |= {(job, 1000): 10.0, (job, 5000): 99.0, (job, 100_000): 10.0 * cost}

    bench.note_scale()

    assert {line.job.partition(",")[0]: line.held for line in report.lines} == {
        "submit": True,
        "read": True,
        "list": True,
        "chain": False,
    }


@pytest.mark.parametrize(("foreign", "comparable"), [(0.1, True), (0.5, True), (0.6, False), (1.7, False)])
def test_a_figure_disturbed_by_other_programs_is_marked_not_comparable(foreign: float, comparable: bool) -> None:
    report, bench = benched()

    bench.note_cost("read", Cost(seconds=10, cpu=USED, foreign_cores=foreign), 1000, most=None, peer=Peer("", ""))

    assert ("NOT COMPARABLE" not in report.lines[0].note) is comparable
    assert f"foreign {foreign} cores" in report.lines[0].note


def test_the_peer_that_files_in_two_requests_has_its_one_request_beside_it() -> None:
    assert "create alone" in PEERS["submit"].alone
    assert "create alone" in PEERS["submit"].whole


def test_a_log_in_is_judged_with_all_its_processes_and_its_password_stands_beside_it() -> None:
    report = Report(lambda _: None)
    used = {"accounts": 1.5, "gateway": 0.1, "PostgreSQL": 0.2}

    waits.note_login(report, Cost(seconds=10, cpu=used), Run(10, 10, [0.2] * 10), waits.Password(0.14, "argon2id"))

    measured = {line.measure: (line.value, line.held) for line in report.lines}
    assert measured == {
        "CPU, all processes": (pytest.approx(180), False),
        "the password alone": (pytest.approx(140), None),
        "p50": (pytest.approx(200), None),
    }
    assert report.details["login"] == {"accounts": 150.0, "PostgreSQL": 20.0, "gateway": 10.0}


def test_a_password_is_judged_at_the_cost_with_which_it_is_kept() -> None:
    kept = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash("secret")

    judged = waits.Password.judged(kept, "secret")

    assert judged.at == "argon2id, 64 KiB, 2 passes, 1 lane"
    assert judged.seconds >= 0


def test_at_rest_each_wake_up_counts_ours_apart_from_those_of_the_servers() -> None:
    report = Report(lambda _: None)
    wakes = {"relay": 150.0, "gateway": 60.0, "PostgreSQL": 600.0, "RabbitMQ": 3000.0}

    cost, held = Cost(seconds=10, cpu=USED, wakes=wakes), {"relay": 30.0, "RabbitMQ": 900.0}
    resting.note_rest(report, cost, 2.5, 25, held, before=None)

    measured = {line.measure: (line.value, line.held) for line in report.lines}
    assert measured == {
        "CPU": (350.0, None),
        "with PostgreSQL": (750.0, None),
        "wake-ups of ours": (21.0, False),
        "wake-ups of all": (381.0, False),
        "statements": (2.5, True),
        "PostgreSQL processes": (25, False),
        "memory of Python (PSS)": (30.0, True),
    }
    assert report.details["rest"]["wakes"] == {"RabbitMQ": 300.0, "PostgreSQL": 60.0, "relay": 15.0, "gateway": 6.0}


@pytest.mark.parametrize(("before", "held"), [(None, None), (2200.0, True), (2000.0, False)])
def test_at_rest_the_bar_is_a_sixth_of_an_earlier_version(before: float | None, held: bool | None) -> None:
    report = Report(lambda _: None)

    resting.note_rest(report, Cost(seconds=10, cpu=USED, wakes={}), 2.5, 24, {}, before=before)

    assert {line.measure: line.held for line in report.lines}["CPU"] is held


@pytest.mark.parametrize(("part", "written"), [("broker", 14), ("database", 7), ("etcd", 0)])
def test_what_a_part_wrote_is_that_of_all_its_servers(monkeypatch: pytest.MonkeyPatch, part: str, written: int) -> None:
    monkeypatch.setattr(psutil.Process, "io_counters", lambda _: SimpleNamespace(write_bytes=7))
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as server:
        meter = Meter(dict.fromkeys(("rabbitmq1", "rabbitmq2", "postgres1", "requests"), server.pid))
        assert meter.on_disk(part) == written


SLEEPS_WHEN_ASKED = """
import os, sys, threading, time
def sleep(): [time.sleep(0.001) for _ in range(50)]
asked = threading.Event()
def sleep_beside(): asked.wait(), sleep(), os.write(1, b"slept\\n"), sys.stdin.readline()
threading.Thread(target=sleep_beside).start()
sys.stdin.readline()
asked.set()
sleep()
os.write(1, b"slept\\n")  # a line is one write: those of two threads do not run together
sys.stdin.readline()
"""


def test_the_meter_counts_the_wake_ups_of_every_thread() -> None:
    child = [sys.executable, "-c", SLEEPS_WHEN_ASKED]
    with subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sleeper:
        assert sleeper.stdin and sleeper.stdout
        with Meter({"sleeper": sleeper.pid}).measure() as cost:
            sleeper.stdin.write("\n")
            sleeper.stdin.flush()
            assert [sleeper.stdout.readline() for _ in range(2)] == ["slept\n", "slept\n"]
        sleeper.stdin.close()

    assert 100 <= cost.wakes["sleeper"] < 1000  # the threads wait for one another as well
