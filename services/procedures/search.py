"""What of a procedure can be found, and words without what people leave out when they type; pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
"""Of a query; the rest is left out."""


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """Plain texts from the most to the least telling, and the words that a misspelt one may have meant."""

    name: str
    keywords: str
    summary: str
    rest: str
    words: Mapping[str, str]


def plain(text: str) -> str:
    """Lower case, without accents, apostrophes, hyphens or no-break spaces: `Éclairage d’été` is `eclairage d ete`."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The plain words of a text, in order."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    return WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter)))


def searchable(definition: Mapping[str, Any]) -> Searchable:
    """What a resolved definition can be found by."""
    choices = [label for field in definition["fields"] for label in field.get("choices", {}).values()]
    telling = [definition["title"], *definition["keywords"], definition["summary"], definition["area_details"]["title"]]
    return Searchable(
        name=plain(definition["title"]),
        keywords=plain(" ".join([*definition["keywords"], definition["area_details"]["title"]])),
        summary=plain(definition["summary"]),
        rest=plain(" ".join([definition["help"], definition["audience"], *choices])),
        words=_vocabulary(telling),
    )


def _vocabulary(texts: Iterable[str]) -> dict[str, str]:
    """Each word of four letters or more, plain, with the way it is written."""
    return {
        bare[0]: written.lower()
        for text in texts
        for written in WORD.findall(text)
        if len(bare := words(written)) == 1 and len(bare[0]) > 3
    }
