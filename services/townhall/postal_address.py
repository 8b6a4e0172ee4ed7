"""A postal address as an envelope has it. Pure."""

import re
from collections.abc import Mapping

from services.townhall.french_names import COUNTRIES, FRANCE
from services.townhall.typography import NBSP

LONGEST: Mapping[str, int] = {"line1": 100, "line2": 100, "postcode": 10, "city": 100, "country": 2}
"""The parts of an address, each with how many characters it may have."""


def french_postcode(typed: str) -> str:
    """The five figures of a French postcode, which some write with a space; empty when it is not one."""
    figures = typed.replace(" ", "").replace(NBSP, "")
    return figures if re.fullmatch(r"[0-9]{5}", figures) else ""


def lines(address: Mapping[str, object]) -> list[str]:
    """The lines of an envelope that is posted in France: the country stands under an address abroad only."""
    given = {part: str(value or "").strip() for part, value in address.items()}
    town = " ".join(filter(None, (given.get("postcode"), given.get("city"))))
    country = given.get("country") or FRANCE
    abroad = "" if country == FRANCE else COUNTRIES.get(country, country)
    found = [line for line in (given.get("line1"), given.get("line2"), town) if line]
    return [*found, abroad] if found and abroad else found
