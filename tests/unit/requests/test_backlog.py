"""Filings are refused while what follows from them is late and gets later, for no other reason."""

import pytest

from services.requests.filing.backlog import GAP_SECONDS, LATE_SECONDS, LATEST_SECONDS, Backlog
from services.requests.schemas.refusals import TooManyFilings


class Seen:
    """A backlog whose clock is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.backlog = Backlog(lambda: self.seconds)

    def ages(self, *ages: float, apart: float = 1.0) -> "Seen":
        """One every `apart` seconds, the last one now."""
        for age in ages:
            self.seconds += apart
            self.backlog.saw(age)
        return self


@pytest.mark.parametrize(
    ("ages", "grows"),
    [
        ((), False),
        ((0.1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.2), False),
        ((9, 10, 11, 12, 13, 14, 14.9), False),
        ((13, 14, 15, 16, 17, 18, 19, 20), True),
        ((14, 16, 18, 20, 20, 20, 20, 20, 20, 20), True),
        ((14, 16, 18, 19, 19, 19, 18, 18, 17.5, 17, 16.5, 16), False),  # it is being made up for
        ((16, 17, 18, 19, 20, 21, 22, 23), False),  # late from the first: something was away
        ((600, 601, 602, 603, 604, 605, 606), False),
        ((14, 16, 17, 18, 19, 20, 0.5, 21), False),  # nothing is late any more
    ],
    ids=str,
)
def test_it_grows_while_all_is_late_and_later_than_before(ages: tuple[float, ...], grows: bool) -> None:
    assert Seen().ages(*ages).backlog.grows() is grows


def test_it_is_over_once_nothing_is_seen_any_more() -> None:
    seen = Seen().ages(1, *(LATE_SECONDS + n for n in range(7)))
    with pytest.raises(TooManyFilings):
        seen.backlog.admit()

    seen.seconds += LATEST_SECONDS + 0.1
    seen.backlog.admit()


def test_what_became_late_while_nothing_was_seen_refuses_nothing() -> None:
    """A broker, a mail server, a process was away."""
    later = [LATE_SECONDS + n for n in range(9)]
    seen = Seen().ages(1)
    seen.seconds += GAP_SECONDS
    assert not seen.ages(*later).backlog.grows()
    assert seen.ages(1, *later).backlog.grows()


def test_what_was_late_before_anything_was_away_still_counts() -> None:
    late = [LATE_SECONDS + n for n in range(7)]
    seen = Seen().ages(1, *late)
    seen.seconds += 60
    assert seen.ages(*(age + 60 for age in late)).backlog.grows()
