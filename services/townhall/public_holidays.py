"""The legal holidays of metropolitan France (code du travail L3133-1), without those of Alsace-Moselle. Pure.

They are computed here from the date of Easter: a library of the whole world’s holidays held 15 MiB in each process that asked for them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

FIXED = {
    (1, 1): "Jour de l’an",
    (5, 1): "Fête du Travail",
    (5, 8): "Fête de la Victoire",
    (7, 14): "Fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "Armistice",
    (12, 25): "Noël",
}
"""By month and day."""
AFTER_EASTER = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
"""By days after Easter Sunday."""


@lru_cache(maxsize=64)
def public_holidays(year: int) -> Mapping[date, str]:
    """The names of that year's holidays, in French: eleven, or ten where two fall on one day; the movable one gives that day its name."""
    sunday = easter(year)
    return {date(year, month, day): name for (month, day), name in FIXED.items()} | {
        sunday + timedelta(days=days): name for days, name in AFTER_EASTER.items()
    }
