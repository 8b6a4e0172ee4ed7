"""No test depends on the day of the week or the hour at which it runs: those that read the calendar most, at other moments.

Any other runs so by hand: `./parvis test PATH -- --at=MOMENT` (docs/changing.md).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.local.other_clock import moved_to
from deploy.local.packages import Packages

ROOT = Path(__file__).parents[3]
READ_THE_CALENDAR = (
    "tests/unit/townhall/test_french_dates.py",
    "tests/unit/procedures/test_opening_hours.py",
    "tests/unit/requests/test_aim.py",
    "tests/unit/requests/test_draft.py",
    "tests/unit/requests/test_slots.py",
    "tests/gateway/test_calendar_view.py",
    "tests/gateway/test_dates.py",
    "tests/gateway/pages/test_next_appointment.py",
    "tests/gateway/pages/test_opening_hours.py",
)
HANDS_IN_FILES = "tests/integration/documents/test_taken_over.py"
"""The session's servers keep the machine's time: they accept what is signed, and written, by a process with another."""
MOMENTS = {
    "a Saturday, two minutes before midnight": "2026-12-26T23:58",
    "a Sunday night": "2026-11-29T03:00",
    "the first minute of a year": "2027-01-01T00:01",
    "the 29th of February": "2028-02-29T12:00",
    "the hour that is left out in spring": "2027-03-28T02:30",
    "the hour that comes twice in autumn": "2026-10-25T02:30",
}


AT_GATE = ("the hour that is left out in spring",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One of the moments at gate counts, all of them at a release: each run takes as long to begin as to try."""
    if "moment" in metafunc.fixturenames:
        chosen = MOMENTS if metafunc.config.getoption("--faults") == "release" else AT_GATE
        metafunc.parametrize("moment", [MOMENTS[name] for name in chosen], ids=list(chosen))


def test_tests_that_read_the_calendar_or_hand_in_files_pass_at_any_moment(
    moment: str, server_addresses: dict[str, str]
) -> None:
    moved = moved_to(moment, Packages(ROOT / ".parvis" / "packages"), Console())
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    line = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    files = (*READ_THE_CALENDAR, HANDS_IN_FILES)
    done = subprocess.run(
        [*line, *files], cwd=ROOT, env=bare | server_addresses | moved, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-4000:]
