"""`parvis test -- --at=MOMENT`: the same tests at another moment."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.command.trouble import Trouble
from deploy.local.other_clock import VARIABLES, ahead_now, kept, machines, moved_to
from deploy.local.packages import Packages
from services.townhall.town_time import TOWN_TIME

PACKAGES = Packages(Path(__file__).parents[3] / ".parvis" / "packages")
SAYS = "import datetime, time; print(datetime.datetime.now(datetime.UTC).isoformat(), time.monotonic())"
MOVES = """
from tests.unit.runner.test_other_clock import PACKAGES, Console, moved_to
print(moved_to("2028-03-01T12:00", PACKAGES, Console())["FAKETIME"])
"""


def said(environment: dict[str, str]) -> tuple[datetime, float]:
    done = subprocess.run([sys.executable, "-c", SAYS], env=environment, capture_output=True, text=True, check=True)
    moment, seconds = done.stdout.split()
    return datetime.fromisoformat(moment), float(seconds)


@pytest.mark.parametrize("moment", ["2028-02-29T12:00", "2026-12-26T23:58", "2027-03-28T02:30"])
def test_a_process_begins_at_that_moment_of_the_towns_time(moment: str) -> None:
    calendar, seconds = said({**os.environ, **moved_to(moment, PACKAGES, Console())})
    _, here = said(dict(os.environ))

    gone = (calendar - datetime.fromisoformat(moment).replace(tzinfo=TOWN_TIME)).total_seconds()
    assert -1 < gone < 60  # whole seconds are moved
    assert abs(seconds - here) < 60  # what is measured is not moved


def test_a_clock_that_is_moved_already_is_moved_from_the_machines_time() -> None:
    once = moved_to("2028-02-29T12:00", PACKAGES, Console())
    done = subprocess.run(
        [sys.executable, "-c", MOVES], env={**os.environ, **once}, capture_output=True, text=True, check=True
    )

    apart = timedelta(seconds=int(done.stdout) - int(once["FAKETIME"]))
    assert abs(apart - timedelta(days=1)) < timedelta(minutes=1)


def test_an_unreadable_moment_is_refused() -> None:
    with pytest.raises(Trouble, match="2028-02-29T12:00"):
        moved_to("demain", PACKAGES, Console())


def test_a_process_with_an_environment_of_its_own_has_the_same_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert (kept(), ahead_now(), machines()) == ({}, 0, dict(os.environ))

    moved = moved_to("2028-02-29T12:00", PACKAGES, Console())
    for name, value in moved.items():
        monkeypatch.setenv(name, value)
    assert kept() == moved
    assert ahead_now() == int(moved["FAKETIME"])
    assert not machines().keys() & moved.keys()  # the browser's
