"""Formats of files in the words of every page and refusal. Pure."""

from collections.abc import Collection

from services.townhall.sentences import listed

MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
FORMATS = tuple(MEDIA_TYPES)  # those that a town may accept, by their endings
DRAWN = frozenset(MEDIA_TYPES.values())
"""Of which kept media types a page can be shown as a picture; a photograph of a telephone is kept as a JPEG."""
PHONE_PHOTOGRAPHS = frozenset({"heic", "heif"})
AS_JPG = " Sur un iPhone : Réglages, Appareil photo, Formats, « Le plus compatible » donne des photographies JPG."


def in_words(endings: Collection[str]) -> str:
    """« PDF, JPG ou PNG »: `jpeg` is another ending of the same format and goes unsaid where `jpg` is said."""
    words = [ending.upper() for ending in endings if ending != "jpeg" or "jpg" not in endings]
    return listed(words, "ou")


def accepted_by_a_field(endings: Collection[str]) -> str:
    """What a file field accepts: endings for desks, and media types, without which a telephone offers no camera."""
    types = dict.fromkeys(MEDIA_TYPES[ending] for ending in endings if ending in MEDIA_TYPES)
    return ",".join([*(f".{ending}" for ending in endings), *types])


def too_heavy(limit_megabytes: int) -> str:
    """What is said of a file that is heavier than the town accepts."""
    return f"Ce fichier est trop lourd : {limit_megabytes} Mo au plus."


def not_accepted(endings: Collection[str], given: str = "") -> str:
    """What is said of a file of any other format; of a telephone's photograph, how the telephone makes one that is."""
    advice = AS_JPG if given in PHONE_PHOTOGRAPHS and "jpg" in endings else ""
    return f"Ce format n’est pas accepté. Choisissez un fichier {in_words(endings)}.{advice}"
