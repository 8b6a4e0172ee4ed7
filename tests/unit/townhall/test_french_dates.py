"""Dates as a letter writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from services.townhall.french_dates import moment, short_day, wait

PARIS = ZoneInfo("Europe/Paris")


def test_dates_are_written_as_in_a_letter_in_the_towns_time() -> None:
    assert short_day(date(2027, 1, 1)) == "1er\u00a0janvier\u00a02027"
    assert (
        moment(datetime(2026, 7, 3, 22, 30, tzinfo=UTC), PARIS)
        == "samedi 4\u00a0juillet\u00a02026 à\u00a00\u00a0h\u00a030"
    )
    assert (
        moment(datetime(2026, 11, 23, 13, 0, tzinfo=UTC), PARIS) == "lundi 23\u00a0novembre\u00a02026 à\u00a014\u00a0h"
    )


def test_a_wait_of_whole_days_is_said_in_days() -> None:
    assert [wait(hours) for hours in (72, 24, 12)] == ["3\u00a0jours", "1\u00a0jour", "12\u00a0h"]
