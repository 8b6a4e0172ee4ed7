"""User names: what may be chosen, and the form in which two of them are the same. Pure."""

import re
from enum import StrEnum

from services.townhall.folding import folded

SHORTEST, LONGEST = 3, 40

_ALLOWED = re.compile(r"[a-z0-9][a-z0-9._@-]*")


class UsernameFault(StrEnum):
    """Why a user name cannot be chosen, in the words shown to the person."""

    MISSING = "Choisissez un nom d’utilisateur."
    TOO_SHORT = f"Choisissez un nom d’utilisateur d’au moins {SHORTEST} caractères."
    TOO_LONG = f"Choisissez un nom d’utilisateur d’au plus {LONGEST} caractères."
    SIGNS = "Utilisez des lettres, des chiffres, et seulement les signes point, tiret, tiret bas ou @, sans espace."
    IN_PASSWORD = "Votre mot de passe contient ce nom : choisissez un autre nom, ou aussi un autre mot de passe."  # noqa: S105 a sentence


def fold(text: str) -> str:
    """The form under which names are unique: without case, accents or outer spaces. Folding twice changes nothing."""
    return folded(text).strip()


def fault_of(username: str) -> UsernameFault | None:
    chosen = username.strip()
    if not chosen:
        return UsernameFault.MISSING
    if len(chosen) < SHORTEST:
        return UsernameFault.TOO_SHORT
    if len(chosen) > LONGEST:
        return UsernameFault.TOO_LONG
    return None if _ALLOWED.fullmatch(fold(chosen)) else UsernameFault.SIGNS
