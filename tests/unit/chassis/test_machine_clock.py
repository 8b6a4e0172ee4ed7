"""By how much a machine's clock may be off, and what is said of one that is further off."""

from datetime import UTC, datetime, timedelta

import pytest

from services.chassis import machine_clock
from services.chassis.clock import Clock
from services.chassis.machine_clock import ClockOff, Difference, check, difference


class Steps(Clock):
    """Before and after the question."""

    def __init__(self, seconds_of_the_question: float) -> None:
        self._seconds = iter((0.0, seconds_of_the_question))

    def now(self) -> datetime:
        return datetime.fromtimestamp(1000, UTC) + timedelta(seconds=next(self._seconds))


@pytest.mark.parametrize(("theirs", "took"), [(1010, 0), (990, 0), (1012, 2), (1000 - 9, 2)], ids=str)
def test_ten_seconds_and_half_of_the_round_trip_are_allowed_for(
    monkeypatch: pytest.MonkeyPatch, theirs: float, took: float
) -> None:
    monkeypatch.setattr(machine_clock, "Clock", lambda: Steps(took))

    check([difference(lambda: theirs)], "de PostgreSQL")


@pytest.mark.parametrize(("theirs", "said"), [(988, "avance de 12"), (1300, "retarde de 300")])
def test_a_clock_that_is_further_off_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, theirs: float, said: str
) -> None:
    monkeypatch.setattr(machine_clock, "Clock", lambda: Steps(0))

    with pytest.raises(ClockOff, match=f"^l’horloge de cette machine {said}\u00a0s sur celle de PostgreSQL"):
        check([difference(lambda: theirs)], "de PostgreSQL")


@pytest.mark.parametrize("off", [[300, 0, 1], [-300, 300, 9], [0, 300]], ids=str)
def test_one_wrong_clock_among_several_decides_nothing(off: list[float]) -> None:
    check([Difference(ahead, 0) for ahead in off], "des services")


def test_a_clock_that_most_others_contradict_is_refused() -> None:
    with pytest.raises(ClockOff, match="avance de 120"):
        check([Difference(120, 0), Difference(0, 0), Difference(121, 0)], "des services")
