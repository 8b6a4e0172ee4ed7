"""The environment of one process that runs under another clock than its neighbours."""

from pathlib import Path

from deploy.command.console import Console
from deploy.local.other_clock import ahead_now, moved_to
from deploy.local.packages import Packages

ROOT = Path(__file__).parents[2]


def ahead_by(seconds: int) -> dict[str, str]:
    """So many seconds ahead of this process, or behind it."""
    moved = moved_to("2028-02-29T12:00", Packages(ROOT / ".parvis" / "packages"), Console())
    return {**moved, "FAKETIME": f"{ahead_now() + seconds:+d}"}
