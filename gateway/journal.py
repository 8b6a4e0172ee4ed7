"""The journal of a request: every look of the staff at it and at its pieces, told by the two services that record them.

It is read a page at a time, from the latest look back: the place where a page ends is the look itself, so that new looks
(reading is one) move nothing, and no page costs more than another.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.clients import Json
from gateway.conversation import clients

PAGE = 50
PLACE = r"^[0-9]{1,17}[dr][0-9]{1,18}$"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST_ID = 2**63 - 1


@dataclass(frozen=True, order=True)
class Place:
    """Where a look stands: its instant, who recorded it (documents is the older where it is the same), its number."""

    at: datetime
    source: str
    id: int

    @classmethod
    def of(cls, look: Json, source: str) -> "Place":
        return cls(datetime.fromisoformat(look["at"]), source, int(look["id"]))

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for what is no place: the journal is then read from its head."""
        found = re.fullmatch(r"([0-9]{1,17})([dr])([0-9]{1,18})", text)
        return cls(EPOCH + int(found[1]) * MICROSECOND, found[2], int(found[3])) if found else None

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}{self.source}{self.id}"

    def bound(self, source: str) -> dict[str, Any]:
        """What that service has not told yet: what lies before this instant and number of its own."""
        number = self.id if source == self.source else LAST_ID if source < self.source else 0
        return {"before_at": self.at.isoformat(), "before_id": number}


def of_request(number: str, before: str = "") -> Json:
    """`{number, views, next}`, the latest first; `next`: the place from which the rest is read, None at the end.

    Reading it is a look that it shows. Never a part: both services, or a refusal.
    """
    place = Place.read(before)
    told = clients().requests.audit_trail(number, PAGE + 1, **(place.bound("r") if place else {}))
    opened = clients().documents.staff_views(told["grant"], PAGE + 1, **(place.bound("d") if place else {}))
    looks = sorted([*_placed(told["views"], "r"), *_placed(opened["views"], "d")], key=lambda one: one[0], reverse=True)
    return {
        "number": told["number"],
        "views": [look for _, look in looks[:PAGE]],
        "next": str(looks[PAGE - 1][0]) if len(looks) > PAGE else None,
    }


def _placed(looks: Iterable[Json], source: str) -> list[tuple[Place, Json]]:
    return [(Place.of(look, source), {"piece": None} | {k: v for k, v in look.items() if k != "id"}) for look in looks]
