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
LONG_WORD = 7


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


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The plain word that was meant by a misspelt one: a letter away, two in a word of seven letters or more, its plural
    besides; the first of those that are equally near. None when all are farther: a wrong guess helps nobody."""
    most = 1 if len(typed) < LONG_WORD else 2
    distances = {word: min(_distance(typed, form) for form in (word, word.rstrip("sx"))) for word in known}
    best = min(distances, key=distances.__getitem__, default=None)
    return best if best is not None and distances[best] <= most else None


def _distance(one: str, other: str) -> int:
    """Letters to add, to drop, to change, or neighbours to swap (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], before[j - 2] + 1)
        before, last = last, row
    return last[-1]


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
