"""The ranks of locks, service by service: `python -m tests.structure.lasting.ranks` prints them as JSON.

A rank is part of a lock's key, and what counts is what the process of a service has imported: so each is asked in a process
of its own, with nothing in it but what `services.chassis.process.run` loads.
"""

import json
import os
import subprocess
import sys

from services.chassis.event_store import locks
from services.chassis.process import running
from services.chassis.service_list import service_names
from tests.structure.lasting.record import ROOT


def ranks() -> dict[str, dict[str, int]]:
    """By service, the kinds of streams that have one."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.structure.lasting.ranks"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _asked(service: str) -> dict[str, int]:
    reads, writes = os.pipe()
    if os.fork() == 0:
        running.load(service)
        os.write(writes, json.dumps(locks._ranks).encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        found = json.loads(answer.read())
    os.wait()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps({service: _asked(service) for service in service_names()}))
