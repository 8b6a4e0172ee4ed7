"""User names: what may be chosen, and the form in which two of them are the same. Pure."""

import re

from services.townhall.folding import folded

SHORTEST, LONGEST = 3, 40

_ALLOWED = re.compile(r"[a-z0-9][a-z0-9._@-]*")


def fold(text: str) -> str:
    """The form under which names are unique: without case, accents or outer spaces. Folding twice changes nothing."""
    return folded(text).strip()


def why_refused(username: str) -> str | None:
    """A sentence for the person when the name cannot be chosen; None when it can."""
    chosen = username.strip()
    if not chosen:
        return "Choisissez un nom d’utilisateur."
    if len(chosen) < SHORTEST:
        return f"Choisissez un nom d’utilisateur d’au moins {SHORTEST} caractères."
    if len(chosen) > LONGEST:
        return f"Choisissez un nom d’utilisateur d’au plus {LONGEST} caractères."
    if not _ALLOWED.fullmatch(fold(chosen)):
        return "Utilisez des lettres, des chiffres, et seulement les signes point, tiret, tiret bas ou @, sans espace."
    return None
