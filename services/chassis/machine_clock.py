"""Whether this machine's clock is that of the others: a process whose clock is far off does not serve.

Log-in codes are judged, links end and work is due by the clock of the process that looks. What is claimed is so by the clock of
the database; all else bears seconds, not minutes.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from services.chassis.clock import Clock

MOST_SECONDS = 10.0


class ClockOff(Exception):
    """This machine's clock is further off than `MOST_SECONDS`; the message says by how much and from what, in French."""


class Difference(NamedTuple):
    """By how many seconds this clock is ahead of another one, and half of the time that it took to ask."""

    ahead: float
    half: float


def difference(theirs: Callable[[], float]) -> Difference:
    """`theirs` asks for the other clock, in seconds since 1970."""
    clock = Clock()
    before = clock.now().timestamp()
    there = theirs()
    after = clock.now().timestamp()
    return Difference((before + after) / 2 - there, (after - before) / 2)


def check(found: Iterable[Difference], whose: str) -> None:
    """Raises ClockOff where the one in the middle of these is too far off, of two the nearer: one wrong clock among several decides
    nothing. Half of the time that the question took is allowed for."""
    known = sorted(found)
    if not known:
        return
    middle = known[(len(known) - 1) // 2 : len(known) // 2 + 1]
    ahead, half = min(middle, key=lambda one: abs(one.ahead))
    if abs(ahead) - half > MOST_SECONDS:
        which = "avance" if ahead > 0 else "retarde"
        raise ClockOff(
            f"l’horloge de cette machine {which} de {abs(ahead):.0f}\u00a0s sur celle {whose}, il en faut {MOST_SECONDS:.0f} au plus : "
            "réglez-la (NTP), puis relancez."
        )
