"""Where a file stands between its announcement and its end."""

from enum import StrEnum


class FileState(StrEnum):
    AWAITED = "awaited"
    EXAMINING = "examining"
    READY = "ready"
    REFUSED = "refused"
