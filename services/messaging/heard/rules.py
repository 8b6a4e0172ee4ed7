"""What was heard of the town and its procedures, read as a mail needs it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chassis.errors import Unavailable
from services.townhall.names import town_hall
from services.townhall.typography import unbroken


@dataclass(frozen=True, kw_only=True)
class HeardRequest:
    id: UUID
    number: str
    procedure: str
    version: int
    department: str
    submitted_at: datetime
    implicit_effect: str | None
    implicit_on: date | None
    appointment_id: UUID | None
    alert: bool = False


@dataclass(frozen=True, kw_only=True)
class Department:
    name: str
    address: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The town as whom a mail is from, and as its head and its foot show it."""

    name: str
    legal_name: str
    address: str
    phone: str
    website: str
    primary: str
    on_primary: str


@dataclass(frozen=True)
class Procedure:
    definition: Mapping[str, Any]

    @property
    def title(self) -> str:
        return self.definition["title"]

    @property
    def confidential(self) -> bool:
        return bool(self.definition.get("confidential"))

    @property
    def exchanges(self) -> bool:
        return bool(self.definition.get("exchanges"))

    @property
    def shown_title(self) -> str | None:
        """None when mails about it may carry the request's number only."""
        return None if self.confidential else self.title

    def status_label(self, slug: str | None) -> str | None:
        return self.definition["statuses"][slug]["label"] if slug else None

    def closes(self, slug: str | None) -> bool:
        return bool(slug and self.definition["statuses"][slug].get("closed"))

    def reply_text(self, slug: str) -> str | None:
        return next((reply["text"] for reply in self.definition.get("replies", ()) if reply["slug"] == slug), None)


@dataclass(frozen=True)
class Town:
    document: Mapping[str, Any]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.document["town"].get("time_zone", "Europe/Paris"))

    @property
    def sender(self) -> Sender:
        town = self.document["town"]
        theme = self.document.get("theme", {})
        return Sender(
            name=town_hall(town["name"]),
            legal_name=town.get("legal_name") or town["name"],
            address=_address(town["address"]),
            phone=unbroken(town["contacts"]["phone"]),
            website=town["contacts"].get("website") or "",
            primary=theme.get("primary", "#1b4d6b"),
            on_primary=theme.get("on_primary", "#ffffff"),
        )

    @property
    def city(self) -> str:
        """Where its letters are dated."""
        return self.document["town"]["address"].get("city") or self.document["town"]["name"]

    @property
    def legal(self) -> Mapping[str, Any]:
        return self.document["legal"]

    @property
    def acknowledgement_texts(self) -> Mapping[str, str]:
        return self.document["catalogues"]["acknowledgement_texts"]

    @property
    def activation_hours(self) -> int:
        return int(self.document.get("portal_settings", {}).get("activation_link_hours", 48))

    def department(self, slug: str) -> Department:
        """The department in charge; the town's own contacts where the slug is unknown or a detail is missing."""
        known = next((one for one in self.document["departments"] if one["slug"] == slug), {})
        site = next((one for one in self.document.get("sites", ()) if one["slug"] == known.get("site")), None)
        town = self.document["town"]
        return Department(
            name=known.get("name") or self.sender.legal_name,
            address=_address(site or town["address"]),
            email=known.get("email") or town["contacts"]["email"],
            phone=known.get("phone") or town["contacts"]["phone"],
        )


def _address(place: Mapping[str, Any]) -> str:
    lines = [place.get("name"), place.get("line1"), f"{place.get('postcode', '')} {place.get('city', '')}".strip()]
    return ", ".join(line for line in lines if line)


class RequestNotHeardYet(Unavailable):
    code = "request_not_heard_yet"
    message = "Cette demande vient d’arriver : réessayez dans un instant."
