"""The whole chain: requests are filed at a given rate, and charged until the last mail has left and nothing waits any more."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Self

from deploy.command.layout import ROOT
from services.chassis.hosts import one_each
from tests.load.client import WARM_SECONDS, Run, paced
from tests.load.instance import Instance
from tests.load.jobs import Submissions
from tests.load.meter import Cost
from tests.load.written import Written, now, waits_of_mails, written

CLIENTS = 32


@dataclass(frozen=True)
class Chained:
    """What it cost and wrote, the ages in seconds of the oldest event and of the oldest mail that waited when the last one was filed, and how
    long each mail waited."""

    cost: Cost
    run: Run
    outbox: float
    mail: float
    written: Written
    mails: list[float]


class Chain:
    """A partner, a program of its own with the rights of `./parvis partner add`, receives all events as long as the block lasts."""

    def __init__(self, instance: Instance) -> None:
        self._instance, self._submit = instance, Submissions(instance).submit
        self._name = f"bench-{os.getpid()}"

    def __enter__(self) -> Self:
        address = self._instance.parvis("partner", "add", self._name).strip().splitlines()[-1]
        self._partner = subprocess.Popen(
            [sys.executable, "-m", "tests.load.partner", one_each(address)[0]],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._partner.stdout
        self._partner.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        self._partner.kill()
        self._partner.wait()
        self._instance.parvis("partner", "revoke", self._name)

    def measured(self, *, rate: float, seconds: float) -> Chained:
        instance = self._instance
        paced(instance.url, self._submit, rate=rate, seconds=WARM_SECONDS, clients=CLIENTS)
        instance.drain()
        began = now(instance)
        with written(instance) as wrote, instance.meter.measure() as cost:
            run = paced(instance.url, self._submit, rate=rate, seconds=seconds, clients=CLIENTS)
            outbox, mail = instance.oldest_seconds()
            instance.drain()
        return Chained(cost, run, outbox, mail, wrote, waits_of_mails(instance, began))

    def delays(self) -> list[float]:
        """Seconds from each request filed so far to the partner's hands, in their order; it receives nothing afterwards."""
        assert self._partner.stdin and self._partner.stdout
        self._partner.stdin.close()
        return [float(line) for line in self._partner.stdout]
