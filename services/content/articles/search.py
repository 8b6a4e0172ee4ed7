"""What of an article can be found; pure."""

from collections.abc import Mapping
from typing import Any

from services.townhall import search_words
from services.townhall.search_words import Searchable

IN_PASSING = ("body", "organiser", "place", "schedule", "ages")


def searchable(entry: Mapping[str, Any], category: str) -> Searchable:
    """What an entry of the town's files can be found by, with the label of its category."""
    return search_words.searchable(
        name=entry["title"],
        keywords=[*entry.get("keywords", ()), category],
        summary=entry["summary"],
        rest=[entry[name] for name in IN_PASSING if name in entry],
    )
