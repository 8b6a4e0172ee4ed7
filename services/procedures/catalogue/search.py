"""What of a procedure can be found; pure."""

from collections.abc import Mapping
from typing import Any

from services.townhall import search_words
from services.townhall.search_words import Searchable


def searchable(definition: Mapping[str, Any], area: Mapping[str, Any]) -> Searchable:
    """What a resolved definition can be found by, with the title and the keywords of its service area."""
    choices = [label for field in definition["fields"] for label in field.get("choices", {}).values()]
    return search_words.searchable(
        name=definition["title"],
        keywords=[*definition["keywords"], area["title"], *area.get("keywords", ())],
        summary=definition["summary"],
        rest=[definition["help"], definition["audience"], *choices],
    )
