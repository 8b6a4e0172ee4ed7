"""When a space that is not used is warned of and closed: given the last use and what was told, what follows on a day."""

from datetime import date, timedelta

import pytest

from services.accounts.inactivity.rules import Close, Course, Spare, Step, Unused, Warn, step

COURSE = Course(months=24, warnings_days=(60, 30, 7))
USED, ENDS = date(2024, 11, 25), date(2026, 11, 25)


def before(days: int) -> date:
    return ENDS - timedelta(days=days)


def told(closes_on: date, days: int) -> Unused:
    return Unused(last_used_on=USED, closes_on=closes_on, warned_days=days)


@pytest.mark.parametrize(
    ("space", "today", "follows"),
    [
        (Unused(last_used_on=USED), before(61), None),
        (Unused(last_used_on=USED), before(60), Warn(closes_on=ENDS, days=60)),
        (told(ENDS, 60), before(31), None),
        (told(ENDS, 60), before(30), Warn(closes_on=ENDS, days=30)),
        (told(ENDS, 30), before(8), None),
        (told(ENDS, 30), before(7), Warn(closes_on=ENDS, days=7)),
        (told(ENDS, 7), before(1), None),
        (told(ENDS, 7), ENDS, Close()),
    ],
)
def test_each_warning_has_its_day_and_the_closure_follows_the_last(space: Unused, today: date, follows: Step) -> None:
    assert step(COURSE, space, today) == follows


def test_a_late_warning_puts_the_closure_off_and_has_its_full_notice() -> None:
    assert step(COURSE, Unused(last_used_on=USED), before(29)) == Warn(
        closes_on=before(29) + timedelta(days=60), days=60
    )
    late = ENDS + timedelta(days=3)
    assert step(COURSE, told(ENDS, 60), late) == Warn(closes_on=late + timedelta(days=7), days=7)
    silent = Course(months=24, warnings_days=())
    assert step(silent, Unused(last_used_on=USED), ENDS + timedelta(days=400)) is None


def test_a_town_that_waits_longer_voids_what_was_told() -> None:
    longer = Course(months=36, warnings_days=(60, 30, 7))
    assert step(longer, told(ENDS, 30), before(7)) == Spare()


@pytest.mark.parametrize("used_on", [date(2024, 2, 29), date(2024, 8, 31), date(2024, 12, 31)])
def test_whatever_is_due_lies_before_the_day_by_which_spaces_are_found(used_on: date) -> None:
    first = COURSE.ends_on(used_on) - COURSE.notice
    assert step(COURSE, Unused(last_used_on=used_on), first) is not None
    assert used_on < COURSE.used_before(first)
