"""How plain a text is: the words of its longest sentence, and the words of offices that people do not use."""

import re
from collections.abc import Iterator

MOST_WORDS, MOST_SIMPLE_WORDS = 25, 12
"""Of a sentence; of one of the « version simplifiée »."""
ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
ONE_WORD = re.compile(r"«[^»]*»|\b0\d(?:\s\d\d){4}\b|\{\{.*?\}\}|\b\d+\s?h(?:\s\d\d)?\b")
"""A label that is quoted, a telephone number, what is filled in, an hour: each is read as one word."""
OF_OFFICES = re.compile(
    r"\b(à défaut de|afin (?:de|que)|au titre de|dans le cadre de|en vue de|ès qualités|faisabilité|le cas échéant"
    r"|munissez|muni d|nonobstant|notifi\w+|préalablement|préjuge|procéder à|recevable|réputée?s?|ressortissants"
    r"|sous réserve|susvisée?s?|susmentionnée?s?)\b",
    re.IGNORECASE,
)


def sentences(text: str) -> Iterator[str]:
    for one in ENDS.split(text):
        if one.strip():
            yield " ".join(one.split())


def words(sentence: str) -> int:
    return len(WORD.findall(ONE_WORD.sub("mot", sentence)))


def heavy(text: str, most: int = MOST_WORDS) -> list[str]:
    """The sentences that are too long or speak as an office does."""
    return [one for one in sentences(text) if words(one) > most or OF_OFFICES.search(one)]
