"""The calls about the archive of one's data: asked for, looked after, opened.

Without a grant they are about the space of the citizen who asks; with one of requests, about that request, for its applicant.
"""

from enum import StrEnum

from services.chassis.contracts import Command, Query, text
from services.chassis.structs import Struct
from services.documents.schemas.storage import StoredBytes
from services.townhall.grants import LONGEST_GRANT, WithGrant


class ArchiveState(StrEnum):
    NONE = "none"
    ASKED = "asked"
    READY = "ready"


class Archive(Struct):
    """`state`: an ArchiveState; asked: it is being made. Moments in ISO 8601, "" where there is none.

    `next_at`: from when another one may be asked for; "" when it may be now. `kept_days`: how long one is kept.
    """

    state: str
    kept_days: int
    asked_at: str = ""
    ready_at: str = ""
    expires_at: str = ""
    next_at: str = ""
    size: int = 0


class OfSpaceOrRequest(WithGrant):
    grant: str = text(LONGEST_GRANT)


class AskArchive(OfSpaceOrRequest, Command[Archive]):
    """Has one made in the background, in the place of an older one; one that is being made is the answer.

    Refused as `archive_too_soon` within a day of the one before.
    """


class ReadArchive(OfSpaceOrRequest, Query[Archive]):
    pass


class OpenArchive(OfSpaceOrRequest, Query[StoredBytes]):
    """Where the archive can be read for two minutes. Refused as `no_archive` while there is none, or no longer."""
