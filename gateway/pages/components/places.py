"""The place that a request takes of a quota, as a person reads it; pure."""

from gateway.dates import day_in_words, local
from services.requests.schemas.quotas import Place
from services.townhall.french_names import MONTHS
from services.townhall.typography import NBSP

ORDINALS = ("1er", "2e", "3e", "4e")


def place_words(held: Place) -> str:
    """« collecte le jeudi 3 décembre 2026 » where the town says what the place gives, else « semaine du lundi … »."""
    if held.on:
        what = held.what or ""
        return f"{what[:1].lower()}{what[1:]} le {day_in_words(held.on)}"
    first = local(held.first)
    match held.period:
        case "day":
            return day_in_words(first)
        case "week":
            return f"semaine du {day_in_words(first)}"
        case "month":
            return f"{MONTHS[first.month - 1]}{NBSP}{first.year}"
        case "quarter":
            return f"{ORDINALS[(first.month - 1) // 3]} trimestre{NBSP}{first.year}"
        case "semester":
            return f"{ORDINALS[(first.month - 1) // 6]} semestre{NBSP}{first.year}"
        case _:
            return f"année{NBSP}{first.year}"
