"""Whether this machine's clock is that of the others: a process whose clock is far off does not serve.

Log-in codes are judged, links end and work is due by the clock of the process that looks. What is claimed is so by the clock of
the database; all else bears seconds, not minutes.
"""

from collections.abc import Callable

from services.chassis.clock import Clock

MOST_SECONDS = 10.0


class ClockOff(Exception):
    """This machine's clock is further off than `MOST_SECONDS`; the message says by how much and from what, in French."""


def compare(theirs: Callable[[], float | None], whose: str) -> None:
    """Raises ClockOff. `theirs` asks for the other clock, in seconds since 1970; None where it does not say;
    half of the time that it takes is allowed for."""
    clock = Clock()
    before = clock.now().timestamp()
    there = theirs()
    after = clock.now().timestamp()
    if there is None:
        return
    ahead, half = (before + after) / 2 - there, (after - before) / 2
    if abs(ahead) - half > MOST_SECONDS:
        which = "avance" if ahead > 0 else "retarde"
        raise ClockOff(
            f"l’horloge de cette machine {which} de {abs(ahead):.0f}\u00a0s sur celle {whose}, il en faut {MOST_SECONDS:.0f} au plus : "
            "réglez-la (NTP), puis relancez."
        )
