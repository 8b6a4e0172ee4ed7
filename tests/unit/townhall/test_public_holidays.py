"""The legal holidays of metropolitan France, by year."""

from pathlib import Path

import holidays
import pytest
import yaml

from services.townhall.public_holidays import public_holidays

YEARS = range(2008, 2100)  # from 2005 to 2007 the Monday of Whitsun was a working day


@pytest.mark.parametrize("year", [2026, 2027])
def test_they_are_those_that_the_demo_town_expects(year: int) -> None:
    town = yaml.safe_load(Path("deploy/demo-town/town.yaml").read_text(encoding="utf-8"))

    assert [day.isoformat() for day in sorted(public_holidays(year))] == town["public_holidays_expected"][str(year)]


@pytest.mark.parametrize("year", YEARS)
def test_a_library_knows_the_same_days_by_the_same_names(year: int) -> None:
    known = {
        day: name.partition(";")[0].replace("'", "’")
        for day, name in holidays.country_holidays("FR", years=year, language="fr").items()
    }

    assert public_holidays(year) == known


def test_two_of_the_eleven_may_fall_on_one_day() -> None:
    assert {year for year in YEARS if len(public_holidays(year)) < 11} == {2008, 2059, 2070, 2081, 2092}
