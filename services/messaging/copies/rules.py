"""The town and its procedures, read as a mail needs them. Pure."""

from datetime import date, datetime
from uuid import UUID

from services.chassis.structs import Struct
from services.messaging.schemas.letters import Department
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.towns import PostalPlace, Town
from services.townhall.names import initials, town_hall
from services.townhall.typography import unbroken


class KnownRequest(Struct):
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


class Sender(Struct):
    """The town as the sender of a mail, as its head and its foot show it. `letters`: of its shield."""

    name: str
    legal_name: str
    address: str
    phone: str
    website: str
    letters: str
    primary: str
    on_primary: str


def shown_title(procedure: Procedure) -> str | None:
    """None when mails about it may carry the request's number only."""
    return None if procedure.confidential else procedure.title


def status_label(procedure: Procedure, slug: str | None) -> str | None:
    return procedure.statuses[slug].label if slug else None


def closes(procedure: Procedure, slug: str | None) -> bool:
    return bool(slug) and procedure.statuses[slug].closed


def sender(town: Town) -> Sender:
    who = town.town
    return Sender(
        name=town_hall(who.name),
        legal_name=who.legal_name,
        address=_address(who.address),
        phone=unbroken(who.contacts.phone),
        website=who.contacts.website,
        letters=initials(who.name),
        primary=town.theme.primary,
        on_primary=town.theme.on_primary,
    )


def department(town: Town, slug: str) -> Department:
    """The department in charge; the town's own contacts where the slug is unknown."""
    known = next((one for one in town.departments if one.slug == slug), None)
    if known is None:
        who = town.town
        return Department(
            name=who.legal_name, address=_address(who.address), email=who.contacts.email, phone=who.contacts.phone
        )
    site = next((one for one in town.sites if one.slug == known.site), town.town.address)
    return Department(name=known.name, address=_address(site), email=known.email, phone=known.phone)


def _address(place: PostalPlace) -> str:
    return f"{place.name}, {place.line1}, {place.postcode} {place.city}"
