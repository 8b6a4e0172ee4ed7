"""Formats of files in the words of every page and refusal. Pure."""

from collections.abc import Iterable


def in_words(endings: Iterable[str]) -> str:
    """« PDF, JPG ou PNG »: `jpeg` is another ending of the same format and goes unsaid where `jpg` is said."""
    known = list(endings)
    words = [ending.upper() for ending in known if ending != "jpeg" or "jpg" not in known]
    return f"{', '.join(words[:-1])} ou {words[-1]}" if len(words) > 1 else "".join(words)


def not_accepted(endings: Iterable[str]) -> str:
    """What is said of a file of any other format."""
    return f"Ce format n’est pas accepté. Choisissez un fichier {in_words(endings)}."
