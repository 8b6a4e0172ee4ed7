"""Hours as people type them, and numbers of files. Pure."""

import re
from datetime import time

TYPED_HOUR = re.compile(r"([01]?\d|2[0-3])\s?(?:h\s?([0-5]\d)?|:([0-5]\d))", re.ASCII)


def read_hour(text: str) -> time | None:
    """An hour alone, however it was typed: « 14h00 », « 14 h », « 14:00 »; None for anything else."""
    read = TYPED_HOUR.fullmatch(text.strip())
    return time(int(read[1]), int(read[2] or read[3] or 0)) if read else None


def files(count: int) -> str:
    return f"{count} fichier{'s' if count > 1 else ''}"
