"""Which passwords may be chosen. Length first (CNIL 2022-100, ASVS 5.0 6.2): no composition rule, no forced change.

Twelve free characters with throttling are enough unless they are what everyone tries first: a well-known password, a
common word or two with a date behind, a pattern of the keyboard, the person's own user name.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

from services.accounts.credentials.usernames import fold

SHORTEST, LONGEST = 12, 128


class PasswordFault(StrEnum):
    """Why a password cannot be chosen, in the words shown to the person."""

    TOO_SHORT = (
        f"Choisissez un mot de passe d’au moins {SHORTEST} caractères. Une phrase de quatre mots convient très bien."
    )
    TOO_LONG = f"Choisissez un mot de passe d’au plus {LONGEST} caractères."
    CONTAINS_USERNAME = "Le mot de passe ne doit pas contenir votre nom d’utilisateur."
    TOO_COMMON = "Ce mot de passe est trop facile à deviner. Choisissez par exemple une phrase de quatre mots."
    SAME_AGAIN = "Ce mot de passe est déjà le vôtre. Choisissez-en un autre."


_LIST = Path(__file__).with_name("common_passwords.txt")
_SHORTEST_WORD = 4  # shorter entries would let any letters count as "two common words"
_DATE_AND_SIGN = 10  # other characters that do not save a common word: 14/07/1998!
_LONGEST_REPEATED = 6
_ROWS = ("azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "01234567890")


def fault_of(password: str, *, username: str, town_words: Iterable[str] = ()) -> PasswordFault | None:
    """`town_words` are the names everyone here knows: the town's own, its department's, its region's."""
    if len(password) < SHORTEST:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST:
        return PasswordFault.TOO_LONG
    folded, name = fold(password), fold(username)
    if len(name) >= _SHORTEST_WORD - 1 and name in folded:
        return PasswordFault.CONTAINS_USERNAME
    known = _common() | {_letters(word) for town_word in town_words for word in (town_word, *town_word.split("-"))}
    return PasswordFault.TOO_COMMON if _is_common(folded, known) else None


def _is_common(folded: str, known: frozenset[str]) -> bool:
    signs = re.sub(r"[^a-z0-9]", "", folded)
    letters = _letters(folded)
    if folded in known or signs in known or not letters.strip():
        return True
    if len(set(folded)) < _SHORTEST_WORD or _repeats(folded) or _follows_a_row(signs):
        return True
    return len(folded) - len(letters) <= _DATE_AND_SIGN and _is_two_words(letters, known)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold(text))


def _repeats(text: str) -> bool:
    """True for abcabcabcabc: a short unit again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _LONGEST_REPEATED + 1))


def _follows_a_row(signs: str) -> bool:
    """True when the whole is a walk along the alphabet, the digits or a row of keys, to and fro."""
    return any(signs in row * 3 or signs[::-1] in row * 3 for row in _ROWS)


def _is_two_words(letters: str, known: frozenset[str]) -> bool:
    if letters in known:
        return True
    cuts = range(_SHORTEST_WORD, len(letters) - _SHORTEST_WORD + 1)
    return any(letters[:cut] in known and letters[cut:] in known for cut in cuts)


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))
