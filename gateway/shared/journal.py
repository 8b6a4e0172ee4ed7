"""The journal: every look of the staff at a request and its pieces, or of an agent or a day, from the two services that record them.

It is read a page at a time, from the latest look back. The cursor at which a page ends is its last look, so that looks recorded
meanwhile (reading is one) move nothing, and each page costs the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict

from gateway.conversation import clients
from services.chassis.contracts import if_given
from services.chassis.structs import Struct, made_of
from services.documents.schemas.looks import ListLooks, ListRequestLooks, Look as FileLook
from services.requests.schemas.journal import ListStaffLooks, Look, ReadAuditTrail

PAGE = 50
CURSOR = r"^[0-9]{1,17}[dr][0-9]{1,18}$"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST_ID = 2**63 - 1


@dataclass(frozen=True, order=True)
class Cursor:
    """A look in the order of the journal: its instant, who recorded it (documents is the older where it is the same), its number."""

    at: datetime
    source: str
    id: int

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for any other text: the journal is then read from its head."""
        found = re.fullmatch(r"([0-9]{1,17})([dr])([0-9]{1,18})", text)
        return cls(EPOCH + int(found[1]) * MICROSECOND, found[2], int(found[3])) if found else None

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}{self.source}{self.id}"

    def before(self, source: str) -> "Before":
        """What is still to be read of that service: its looks before this instant and number."""
        number = self.id if source == self.source else LAST_ID if source < self.source else 0
        return {"before_at": self.at, "before_id": number}


class Before(TypedDict, total=False):
    before_at: datetime
    before_id: int


class JournalLook(Struct):
    """`query`: what was asked of a list; `piece`: the name of a file; `numbers`: of the requests shown, unless of one alone."""

    piece: str | None = None
    query: Mapping[str, object] | None = None
    agent_id: str
    agent_name: str
    what: str
    at: str
    numbers: tuple[str, ...] | None = if_given(None)


class JournalPage(Struct):
    """The latest look first; `number`: of the journal of one request; `next`: the cursor from which the rest is read."""

    number: str = if_given("")
    views: tuple[JournalLook, ...]
    next: str | None


def of_request(number: str, before: str = "") -> JournalPage:
    """Reading it is a look that it shows. Never a part: both services, or a refusal."""
    trail = ReadAuditTrail(number=number, at_most=PAGE + 1, **_before(before, "r"))
    recorded = clients().send(trail)
    asked = ListRequestLooks(grant=recorded.grant, at_most=PAGE + 1, **_before(before, "d"))
    opened = clients().send(asked)
    return _page(map(_line, [*recorded.views, *opened.views]), recorded.number)


def of_staff(agent: str | None, day: str | None, before: str = "") -> JournalPage:
    """Of an agent, of a day or of both, as `of_request`; each look with the `numbers` that it showed."""
    on = None if day is None else date.fromisoformat(day)
    opened = clients().send(ListLooks(agent=agent, day=on, at_most=PAGE + 1, **_before(before, "d"))).views
    named = tuple(sorted({look.request_id for look in opened})) or None
    recorded = clients().send(
        ListStaffLooks(agent=agent, day=on, requests=named, at_most=PAGE + 1, **_before(before, "r"))
    )
    numbers = recorded.numbers
    files = [_line(look, numbers=(numbers[look.request_id],) if look.request_id in numbers else ()) for look in opened]
    return _page([*map(_line, recorded.views), *files])


def _before(cursor: str, source: str) -> Before:
    read = Cursor.read(cursor)
    return read.before(source) if read else {}


def _page(lines: Iterable[tuple[Cursor, JournalLook]], number: str = "") -> JournalPage:
    """The looks that both services recorded, as one page in the order of time."""
    looks = sorted(lines, key=lambda one: one[0], reverse=True)
    return JournalPage(
        number=number,
        views=tuple(look for _, look in looks[:PAGE]),
        next=str(looks[PAGE - 1][0]) if len(looks) > PAGE else None,
    )


def _line(look: Look | FileLook, **also: object) -> tuple[Cursor, JournalLook]:
    cursor = Cursor(datetime.fromisoformat(look.at), "d" if isinstance(look, FileLook) else "r", look.id)
    return cursor, made_of(JournalLook, look, **also)
