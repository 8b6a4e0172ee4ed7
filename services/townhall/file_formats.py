"""Formats of files in the words of every page and refusal. Pure."""

from collections.abc import Iterable

from services.townhall.sentences import listed

MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
PHONE_PHOTOGRAPHS = frozenset({"heic", "heif"})
AS_JPG = " Sur un iPhone : Réglages, Appareil photo, Formats, « Le plus compatible » donne des photographies JPG."


def in_words(endings: Iterable[str]) -> str:
    """« PDF, JPG ou PNG »: `jpeg` is another ending of the same format and goes unsaid where `jpg` is said."""
    known = list(endings)
    words = [ending.upper() for ending in known if ending != "jpeg" or "jpg" not in known]
    return listed(words, "ou")


def accepted_by_a_field(endings: Iterable[str]) -> str:
    """What a file field accepts: endings for desks, and media types, without which a telephone offers no camera."""
    known = list(endings)
    types = dict.fromkeys(MEDIA_TYPES[ending] for ending in known if ending in MEDIA_TYPES)
    return ",".join([*(f".{ending}" for ending in known), *types])


def too_heavy(limit_megabytes: int) -> str:
    """What is said of a file that is heavier than the town accepts."""
    return f"Ce fichier est trop lourd : {limit_megabytes} Mo au plus."


def not_accepted(endings: Iterable[str], given: str = "") -> str:
    """What is said of a file of any other format; of a telephone's photograph, how the telephone makes one that is."""
    known = list(endings)
    advice = AS_JPG if given in PHONE_PHOTOGRAPHS and "jpg" in known else ""
    return f"Ce format n’est pas accepté. Choisissez un fichier {in_words(known)}.{advice}"
