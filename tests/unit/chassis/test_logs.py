"""A log line that finds no room ends nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SAYS = """
import sys
from services.chassis import logs
from services.chassis.settings import Settings
logs.configure(Settings(), "tests")
logs.get_logger("tests").info("something")
sys.stderr.write("goes on")
"""


def test_a_process_goes_on_when_the_disk_of_its_log_is_full() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-u", "-c", SAYS], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "goes on")
