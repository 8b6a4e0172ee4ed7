"""When an unused space is warned of and closed: given the last use and the warnings sent, what follows on a day."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.accounts.inactivity.rules import Close, Course, Space, Spare, Step, Warn, step
from services.townhall.town_time import start_of_day

COURSE = Course(months=24, warnings_days=(60, 30, 7))
USED, ENDS = date(2024, 11, 25), date(2026, 11, 25)


def before(days: int) -> date:
    return ENDS - timedelta(days=days)


def space(closes_on: date | None = None, days: int | None = None, *, used: date = USED) -> Space:
    return Space(account_id=UUID(int=1), last_used_at=start_of_day(used), closes_on=closes_on, warned_days=days)


@pytest.mark.parametrize(
    ("seen", "today", "follows"),
    [
        (space(), before(61), None),
        (space(), before(60), Warn(closes_on=ENDS, days=60)),
        (space(ENDS, 60), before(31), None),
        (space(ENDS, 60), before(30), Warn(closes_on=ENDS, days=30)),
        (space(ENDS, 30), before(8), None),
        (space(ENDS, 30), before(7), Warn(closes_on=ENDS, days=7)),
        (space(ENDS, 7), before(1), None),
        (space(ENDS, 7), ENDS, Close()),
    ],
)
def test_each_warning_has_its_day_and_the_closure_follows_the_last(seen: Space, today: date, follows: Step) -> None:
    assert step(COURSE, seen, today) == follows


def test_a_late_warning_puts_the_closure_off_and_has_its_full_notice() -> None:
    assert step(COURSE, space(), before(29)) == Warn(closes_on=before(29) + timedelta(days=60), days=60)
    late = ENDS + timedelta(days=3)
    assert step(COURSE, space(ENDS, 60), late) == Warn(closes_on=late + timedelta(days=7), days=7)
    silent = Course(months=24, warnings_days=())
    assert step(silent, space(), ENDS + timedelta(days=400)) is None


def test_a_longer_delay_of_the_town_voids_the_warnings_already_sent() -> None:
    longer = Course(months=36, warnings_days=(60, 30, 7))
    assert step(longer, space(ENDS, 30), before(7)) == Spare()


@pytest.mark.parametrize("used_on", [date(2024, 2, 29), date(2024, 8, 31), date(2024, 12, 31)])
def test_the_search_for_unused_spaces_finds_those_with_a_warning_due(used_on: date) -> None:
    first = COURSE.ends_on(used_on) - COURSE.notice
    assert step(COURSE, space(used=used_on), first) is not None
    assert used_on < COURSE.used_before(first)
