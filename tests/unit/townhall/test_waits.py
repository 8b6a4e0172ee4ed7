"""A wait is written in seconds while it is short, with an hour that is never too early."""

from datetime import UTC, datetime, timedelta

import pytest

from services.townhall.french_dates import wait_in_words

NOW = datetime(2026, 11, 28, 13, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "dans 1 seconde, à partir de 14 h 05 min 13 s"),
        (15, "dans 15 secondes, à partir de 14 h 05 min 27 s"),
        (60, "dans 60 secondes, à partir de 14 h 06 min 12 s"),
        (120, "dans 2 minutes, à partir de 14 h 08"),
        (900, "dans 15 minutes, à partir de 14 h 21"),
        (1728, "dans 29 minutes, à partir de 14 h 34"),
    ],
)
def test_a_wait_is_written_with_its_length_and_its_end(seconds: int, words: str) -> None:
    assert wait_in_words(seconds, NOW).replace("\u00a0", " ") == words


def test_parts_of_a_second_are_rounded_up() -> None:
    assert wait_in_words(15, NOW + timedelta(microseconds=1)).endswith("28\u00a0s")


def test_a_wait_that_ends_with_the_minute_is_not_rounded_up() -> None:
    assert wait_in_words(168, NOW).endswith("14\u00a0h\u00a008")
