"""Texts without what people leave out or add when they type: case, accents, ligatures. Pure."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def without_accents(text: str) -> str:
    """The text with each letter as its base letter, compatibility characters as their plain ones (NFKD)."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def folded(text: str) -> str:
    """Lower case, without accents or ligatures: equal for texts that differ in these alone. Folding twice changes nothing."""
    return without_accents(unicodedata.normalize("NFKD", text).casefold()).translate(_LIGATURES)
