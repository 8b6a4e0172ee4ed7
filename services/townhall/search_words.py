"""What can be found of what a town publishes, and words without what people leave out when they type; pure."""

import re
from collections.abc import Iterable, Mapping

from services.chassis.structs import Struct
from services.townhall.folding import folded

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
"""Of a query; the rest is left out."""
STOP_WORDS = frozenset((
    "comment", "quel", "quelle", "quand", "faire", "avoir", "obtenir", "veux", "voudrais", "souhaite", "besoin", "bonjour",
))  # fmt: skip
"""Left out of a query, beside the stop words of PostgreSQL's French (le, de, pour)."""
LONG_WORD = 7
SHORTEST = 4
"""Letters of a word that may be misspelt: of a shorter one, a letter is too much to guess."""


class Searchable(Struct):
    """Plain texts by falling importance, and the words of the first two that a misspelt one may have meant."""

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
    return _written_words(folded(text))


def _written_words(text: str) -> list[str]:
    return WORD.findall(text)


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The plain word that was meant by a misspelt one: a letter away, two in a word of seven letters or more, its plural
    besides; the first of those that are equally near. None when all are farther: a wrong guess is of no help."""
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


def searchable(*, name: str, keywords: Iterable[str], summary: str, rest: Iterable[str]) -> Searchable:
    """What is found by these texts: by the words of the name and the keywords also where they are misspelt."""
    keywords = list(keywords)
    return Searchable(
        name=plain(name),
        keywords=plain(" ".join(keywords)),
        summary=plain(summary),
        rest=plain(" ".join(rest)),
        words=_vocabulary([name, *keywords]),
    )


def _vocabulary(texts: Iterable[str]) -> dict[str, str]:
    """Each word that may be misspelt, plain, with the way it is written."""
    return {
        bare[0]: written.lower()
        for text in texts
        for written in _written_words(text)
        if len(bare := words(written)) == 1 and len(bare[0]) >= SHORTEST
    }
