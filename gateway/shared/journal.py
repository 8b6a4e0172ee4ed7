"""The journal: every look of the staff at a request and its pieces, or of an agent or a day, from the two services that record them.

It is read a page at a time, from the latest look back: the place where a page ends is the look itself, so that new looks
(reading is one) move nothing, and no page costs more than another.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.clients import Json
from gateway.conversation import clients
from services.chassis.contracts import to_json
from services.documents.schemas.looks import ListLooks, ListRequestLooks
from services.requests.schemas.journal import ListStaffLooks, ReadAuditTrail

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

    def before(self, source: str) -> dict[str, Any]:
        """What is still to be read of that service: what lies before this instant and number of its own."""
        number = self.id if source == self.source else LAST_ID if source < self.source else 0
        return {"before_at": self.at, "before_id": number}


def of_request(number: str, before: str = "") -> Json:
    """`{number, views, next}`, the latest first; `next`: the place from which the rest is read, None at the end.

    Reading it is a look that it shows. Never a part: both services, or a refusal.
    """
    place = Place.read(before)
    trail = ReadAuditTrail(number=number, at_most=PAGE + 1, **(place.before("r") if place else {}))
    recorded = clients().send(trail)
    asked = ListRequestLooks(grant=recorded.grant, at_most=PAGE + 1, **(place.before("d") if place else {}))
    opened = to_json(clients().send(asked))
    return {"number": recorded.number, **_page(to_json(recorded)["views"], opened["views"])}


def of_staff(agent: str | None, day: str | None, before: str = "") -> Json:
    """`{views, next}` of an agent, of a day or of both, as `of_request`; each look with the `numbers` that it showed."""
    place = Place.read(before)
    on = None if day is None else date.fromisoformat(day)
    asked = ListLooks(agent=agent, day=on, at_most=PAGE + 1, **(place.before("d") if place else {}))
    opened = to_json(clients().send(asked))
    ids = sorted({look["request_id"] for look in opened["views"]})
    named = tuple(ids) or None
    listed = ListStaffLooks(
        agent=agent, day=on, requests=named, at_most=PAGE + 1, **(place.before("r") if place else {})
    )
    recorded = clients().send(listed)
    for look in opened["views"]:
        number = recorded.numbers.get(look["request_id"])
        look["numbers"] = [number] if number else []
    return _page(to_json(recorded)["views"], opened["views"])


def _page(recorded: Iterable[Json], opened: Iterable[Json]) -> Json:
    """The looks that both services recorded, as one page in the order of time."""
    looks = sorted([*_placed(recorded, "r"), *_placed(opened, "d")], key=lambda one: one[0], reverse=True)
    return {
        "views": [look for _, look in looks[:PAGE]],
        "next": str(looks[PAGE - 1][0]) if len(looks) > PAGE else None,
    }


def _placed(looks: Iterable[Json], source: str) -> list[tuple[Place, Json]]:
    kept = ("id", "request_id")
    return [
        (Place.of(look, source), {"piece": None, "query": None} | {k: v for k, v in look.items() if k not in kept})
        for look in looks
    ]
