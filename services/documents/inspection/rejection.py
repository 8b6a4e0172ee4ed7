"""Why a file may not be kept, as its inspection says it. Pure."""

from enum import StrEnum


class Rejection(StrEnum):
    """The code that is kept of a refused file; what the person reads is in `examination.REASONS`."""

    TYPE_MISMATCH = "type_mismatch"
    UNREADABLE = "unreadable"
    PROTECTED = "protected"
    ACTIVE_CONTENT = "active_content"
    ENCLOSED_FILES = "enclosed_files"
    OUTSIDE_CONTENT = "outside_content"
    TOO_COMPLEX = "too_complex"
    PICTURE_TOO_LARGE = "picture_too_large"
    INFECTED = "infected"
    TOO_LARGE = "too_large"


class Rejected(Exception):
    def __init__(self, code: Rejection) -> None:
        super().__init__(code)
        self.code = code
