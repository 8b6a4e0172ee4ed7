"""A postal address is written as on an envelope that is posted in France."""

import re

import pytest

from services.townhall import postal_address
from services.townhall.french_names import COUNTRIES

BRUSSELS = {"line1": "1 rue Haute", "line2": "Boîte 4", "postcode": "1000", "city": "Bruxelles", "country": "BE"}


def test_the_country_stands_under_an_address_abroad_only() -> None:
    assert postal_address.lines(BRUSSELS) == ["1 rue Haute", "Boîte 4", "1000 Bruxelles", "Belgique"]
    assert postal_address.lines({**BRUSSELS, "country": "FR"}) == ["1 rue Haute", "Boîte 4", "1000 Bruxelles"]
    assert postal_address.lines({"line1": "1 rue Haute", "city": "Argentan"}) == ["1 rue Haute", "Argentan"]
    assert postal_address.lines({}) == []
    assert postal_address.lines({"line1": "", "country": "BE"}) == []


def test_france_is_proposed_first_and_every_country_has_a_code_of_two_letters() -> None:
    assert list(COUNTRIES)[:4] == ["FR", "AF", "ZA", "AX"]
    assert len(COUNTRIES) == 250  # kept addresses hold these codes
    assert COUNTRIES["CD"] == "Congo (République démocratique)"
    assert all(re.fullmatch("[A-Z]{2}", code) for code in COUNTRIES)
    assert len(set(COUNTRIES.values())) == len(COUNTRIES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("61990", "61990"), ("61 990", "61990"), ("61\u00a0990", "61990"), ("6199", ""), ("6199O", ""), ("", "")],
)
def test_a_french_postcode_is_five_figures_however_they_are_spaced(typed: str, kept: str) -> None:
    assert postal_address.french_postcode(typed) == kept
