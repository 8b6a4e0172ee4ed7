"""The tests at another moment: the clock of pytest and of all that it starts, moved by libfaketime.

Only the calendar moves. What measures how long something takes keeps the time of the machine, and so does the object store,
which is linked without the machine's library: to it our processes speak in its own time (tests/store_clock). The browser, which
libfaketime makes a hundred times slower, keeps it as well.
"""

import os
import platform
from datetime import datetime

from deploy.command.console import Console
from deploy.command.layout import ROOT
from deploy.command.trouble import Trouble
from deploy.local.packages import Packages
from services.chassis.clock import Clock
from services.townhall.town_time import TOWN_TIME

OPTION = "--at="
VARIABLES = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "PYTHONPATH")
STORE_CLOCK = ROOT / "tests" / "store_clock"


def moved_to(moment: str, packages: Packages, console: Console) -> dict[str, str]:
    """What an environment needs for its processes to begin at that moment of the town's time, and go on from there."""
    try:
        wanted = datetime.fromisoformat(moment).replace(tzinfo=TOWN_TIME)
    except ValueError:
        raise Trouble(f"{OPTION}{moment} : écrivez le moment comme 2028-02-29T12:00, à l’heure de Paris.") from None
    library = (
        packages.unpacked("clock", console) / f"usr/lib/{platform.machine()}-linux-gnu/faketime/libfaketimeMT.so.1"
    )
    ahead = round((wanted - Clock().now()).total_seconds()) + ahead_now()
    return {
        "LD_PRELOAD": str(library.resolve()),
        "FAKETIME": f"{ahead:+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(STORE_CLOCK),
    }


def ahead_now() -> int:
    """The seconds by which this process's clock is ahead of the machine's."""
    return int(os.environ.get("FAKETIME", "0"))


def machines() -> dict[str, str]:
    """This environment, for a process that keeps the machine's clock."""
    moved = kept()
    return {name: value for name, value in os.environ.items() if name not in moved}


def kept() -> dict[str, str]:
    """The same for a process that is given an environment of its own; nothing where the clock is the machine's."""
    return {name: os.environ[name] for name in VARIABLES} if "FAKETIME" in os.environ else {}
