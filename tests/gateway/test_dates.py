"""Dates as the town hall writes them."""

from datetime import UTC, datetime

from gateway import dates


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_moment_is_said_in_local_time() -> None:
    assert plain(dates.moment_in_words("2026-11-24T09:20:00Z")) == "mardi 24 novembre 2026 à 10 h 20"


def test_summer_time_counts() -> None:
    assert plain(dates.time_in_words("2026-07-14T07:00:00Z")) == "9 h"


def test_the_first_of_a_month_is_the_first() -> None:
    assert plain(dates.short_day("2027-05-01")) == "1er mai 2027"


def test_a_month_is_shortened_where_its_whole_name_has_no_room() -> None:
    assert [dates.short_month(f"2026-{month}-01") for month in ("03", "09", "12")] == ["mars", "sept.", "déc."]


def test_a_time_element_says_the_same_to_machines() -> None:
    assert str(dates.time_tag("2026-11-24")).startswith('<time datetime="2026-11-24">mardi')


def test_yesterday_is_a_matter_of_days_not_of_hours() -> None:
    now = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

    assert dates.ago("2026-11-23T22:00:00Z", now) == "hier"
    assert plain(dates.ago("2026-11-24T06:00:00Z", now)) == "il y a 1 h"


def test_numbers_are_grouped_as_in_french() -> None:
    assert plain(dates.number(23000)) == "23 000"
    assert plain(dates.file_size(1_250_000)) == "1,2 Mo"
