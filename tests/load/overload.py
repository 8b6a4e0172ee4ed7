"""Twice what this machine sustains, for minutes and whatever the answers take: who is refused, how long anyone waits, what is lost."""

import argparse
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager

from tests.load.client import Connection, Operation, Refused, paced
from tests.load.instance import Instance
from tests.load.jobs import Submissions, operation_of
from tests.load.report import Report

RATES = (20.0, 30.0, 45.0, 60.0, 80.0, 100.0, 130.0, 160.0, 200.0)
STEP_SECONDS = 15.0
CLIENTS = 32
MOST_AGE = 2.0  # of what waits at the end of a step, where its rate is sustained
OVERLOAD_SECONDS = 300.0
MANY_CLIENTS = 400
MOST_ANSWER, MOST_DRAIN = 6.0, 300.0
READ_EVERY_SECONDS = 0.5


def overload(instance: Instance, report: Report, options: argparse.Namespace) -> None:
    rate = 2 * sustained(instance)
    job = f"overload, {rate:g}/s for {OVERLOAD_SECONDS:.0f} s"
    stored = instance.count("requests", "requests WHERE channel <> 'import'")
    filings, readers = Filings(instance), Readers(instance, options.sizes[0])
    with readers.reading():
        run = paced(instance.url, filings.submit, rate=rate, seconds=OVERLOAD_SECONDS, clients=MANY_CLIENTS)
    outbox, mail = instance.oldest_seconds()
    begun = time.monotonic()
    while not instance.drained() and time.monotonic() - begun < 2 * MOST_DRAIN:
        time.sleep(0.5)
    drained = time.monotonic() - begun
    missing = filings.accepted - (instance.count("requests", "requests WHERE channel <> 'import'") - stored)
    add, note = report.add, f"{filings.accepted} accepted, {filings.refused} refused, late {run.late:.1f} s"
    add(job=job, measure="accepted", value=filings.accepted / run.seconds, unit="/s", note=note)
    add(job=job, measure="longest answer", value=max(run.latencies), unit="s", most=MOST_ANSWER)
    add(job=job, measure="not answered", value=filings.unanswered, unit="", most=0)
    add(job=job, measure="longest of readers", value=max(readers.seconds), unit="s", most=MOST_ANSWER)
    add(job=job, measure="readers refused", value=readers.refused, unit="", most=0, note=f"of {len(readers.seconds)}")
    add(job=job, measure="oldest outbox row", value=outbox, unit="s")
    add(job=job, measure="oldest unsent mail", value=mail, unit="s")
    add(job=job, measure="drained", value=drained, unit="s", most=MOST_DRAIN)
    add(job=job, measure="acknowledged and lost", value=max(0, missing), unit="", most=0)


def sustained(instance: Instance) -> float:
    """The highest of these rates at which what waits after some seconds is young; each is tried until one is not sustained."""
    submit, found = Submissions(instance).submit, RATES[0]
    for rate in RATES:
        run = paced(instance.url, submit, rate=rate, seconds=STEP_SECONDS, clients=CLIENTS)
        age = max(instance.oldest_seconds())
        instance.drain()
        if age > MOST_AGE or run.late > MOST_AGE:
            break
        found = rate
    return found


class Filings:
    """Requests that are filed, of which some may be refused for a while; any other answer is a failure, and so is none."""

    def __init__(self, instance: Instance) -> None:
        self._submit = Submissions(instance).submit
        self._lock = threading.Lock()
        self.accepted = self.refused = self.unanswered = 0

    def submit(self, connection: Connection) -> None:
        try:
            self._submit(connection)
        except OSError:
            connection.close()
            with self._lock:
                self.unanswered += 1
            return
        except Refused as refused:
            if not refused.for_a_while:
                raise
            with self._lock:
                self.refused += 1
            return
        with self._lock:
            self.accepted += 1


class Readers:
    """One who reads a request and one who looks at the agents' list, meanwhile."""

    def __init__(self, instance: Instance, stored: int) -> None:
        self._url = instance.url
        self._operations = [operation_of(job, instance, stored) for job in ("read", "list")]
        self.seconds: list[float] = []
        self.refused = 0

    @contextmanager
    def reading(self) -> Generator[None]:
        over = threading.Event()
        threads = [threading.Thread(target=self._read, args=(one, over), daemon=True) for one in self._operations]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _read(self, operation: Operation, over: threading.Event) -> None:
        with closing(Connection(self._url)) as connection:
            while not over.wait(READ_EVERY_SECONDS):
                begun = time.monotonic()
                try:
                    operation(connection)
                except (Refused, OSError):
                    connection.close()
                    self.refused += 1
                self.seconds.append(time.monotonic() - begun)
