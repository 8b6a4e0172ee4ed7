"""Dates as a letter writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from services.messaging.french import day, moment

PARIS = ZoneInfo("Europe/Paris")


def test_the_first_of_a_month_is_ordinal() -> None:
    assert day(date(2027, 1, 1)) == "1er janvier 2027"


def test_an_instant_is_told_in_the_towns_time() -> None:
    assert moment(datetime(2026, 7, 3, 22, 30, tzinfo=UTC), PARIS) == "samedi 4 juillet 2026 à 0\u00a0h\u00a030"


def test_a_full_hour_has_no_minutes() -> None:
    assert moment(datetime(2026, 11, 23, 13, 0, tzinfo=UTC), PARIS) == "lundi 23 novembre 2026 à 14\u00a0h"
