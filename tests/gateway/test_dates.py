"""Dates as the town hall writes them."""

from datetime import UTC, datetime

import pytest

from gateway import dates


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (dates.moment_in_words("2026-11-24T09:20:00Z"), "mardi 24 novembre 2026 à 10 h 20"),
        (dates.time_in_words("2026-07-14T07:00:00Z"), "9 h"),
        (dates.short_day("2027-05-01"), "1er mai 2027"),
        (dates.short_month("2026-03-01"), "mars"),
        (dates.short_month("2026-09-01"), "sept."),
        (dates.number(23000), "23 000"),
        (dates.file_size(1_250_000), "1,2 Mo"),
    ],
)
def test_dates_hours_and_numbers_are_written_in_french_at_the_towns_time(template: str, words: str) -> None:
    assert plain(template) == words


def test_a_time_element_says_the_same_to_machines() -> None:
    assert str(dates.time_tag("2026-11-24")).startswith('<time datetime="2026-11-24">mardi')


def test_yesterday_is_a_matter_of_days_not_of_hours() -> None:
    now = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

    assert dates.ago("2026-11-23T22:00:00Z", now) == "hier"
    assert plain(dates.ago("2026-11-24T06:00:00Z", now)) == "il y a 1 h"
