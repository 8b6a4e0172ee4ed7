"""The French names of days, months and countries, of Babel's data (CLDR). Pure.

Of French alone, and of that only these names stay in memory: docs/decisions/0034-french-names-of-babel.md.
"""

from collections.abc import Mapping
from typing import TypedDict, cast

from babel import localedata

from services.townhall.folding import folded

FRANCE = "FR"


class _Data(TypedDict):
    territories: dict[str, str]
    days: dict[str, dict[str, dict[int, str]]]
    months: dict[str, dict[str, dict[int, str]]]


_french = cast("_Data", localedata.load("fr", merge_inherited=False))
_days, _months = _french["days"]["format"], _french["months"]["format"]

WEEKDAYS = tuple(_days["wide"][day] for day in range(7))
"""In the order of `date.weekday()`."""
MONTHS, SHORT_MONTHS = (tuple(_months[width][month] for month in range(1, 13)) for width in ("wide", "abbreviated"))

_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Codes of CLDR that ISO 3166 does not give to a country, among those of two letters."""
_OUR_NAMES = {
    "AX": "Åland",
    "BQ": "Bonaire, Saint-Eustache et Saba",
    "CD": "Congo (République démocratique)",
    "CF": "Centrafrique",
    "CG": "Congo",
    "FK": "Falkland (Malouines)",
    "FO": "Féroé",
    "GF": "Guyane",
    "GS": "Géorgie du Sud-et-les îles Sandwich du Sud",
    "HK": "Hong Kong",
    "KG": "Kirghizistan",
    "MO": "Macao",
    "PS": "Palestine",
    "SJ": "Svalbard et île Jan Mayen",
    "VA": "Vatican",
    "VC": "Saint-Vincent-et-les-Grenadines",
    "VI": "Îles Vierges américaines",
}
"""Where people look for another name than CLDR's."""


def _countries(territories: Mapping[str, str]) -> dict[str, str]:
    found = {code: name for code, name in territories.items() if len(code) == len(FRANCE) and code.isalpha()}
    named = {code: _OUR_NAMES.get(code, name) for code, name in found.items() if code not in _NO_COUNTRIES}
    return dict(sorted(named.items(), key=lambda item: (item[0] != FRANCE, folded(item[1]))))


COUNTRIES: Mapping[str, str] = _countries(_french["territories"])
"""By their code of ISO 3166: France first, then in the order of the French alphabet."""

# The rest of the data, such as currencies and units, is of no use here.
del _french, _days, _months
localedata._cache.clear()  # pyright: ignore[reportPrivateUsage]
