"""The shape of `town.yaml`, `service_areas.yaml` and `agendas.yaml`, entry by entry. Marshmallow schemas.

An entry has the fields of the class that it is read into (`schemas/definitions`); here is what they may hold.
"""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Whole, YesNo, one_of
from services.procedures.files import entries, values
from services.procedures.files.shapes import shape
from services.procedures.schemas.definitions import agendas, areas, towns
from services.townhall.pieces import LARGEST_FILE_MEGABYTES
from services.townhall.town_time import WEEKDAYS

ICONS = (
    "certificate",
    "ballot",
    "child",
    "address-book",
    "road",
    "recycle",
    "house-plan",
    "people",
    "shield",
    "flower",
)


class Week(FrenchSchema):
    """Ranges of each weekday; a day that is not named is closed."""

    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (values.hours() for _ in WEEKDAYS)


class Theme(FrenchSchema):
    primary, on_primary, accent, on_accent = (values.colour() for _ in range(4))
    surface, surface_alt, text, text_muted = (values.colour() for _ in range(4))
    link, focus, success, warning, danger = (values.colour() for _ in range(5))
    badge, on_badge = (values.colour() for _ in range(2))


Contacts = shape(
    towns.Contacts, phone=values.phone(), email=values.email(), portal=values.text(), emergency_phone=values.phone()
)
Territory = shape(towns.Territory, name=None, postcodes=Listed(values.postcode(), required=True))
Identity = shape(
    towns.Identity,
    slug=values.slug(),
    population=Whole(least=0),
    insee_code=values.text(),
    academic_zone=values.text(),
    time_zone=values.text(checks=[one_of({"Europe/Paris"})]),
    public_holidays=values.text(checks=[one_of({"fr-metropole"})]),
)
OpeningHours = shape(towns.OpeningHours, weekly=Part(Week, required=True))
SchoolHoliday = shape(
    towns.SchoolHoliday,
    slug=values.slug(),
    **values.DAYS,
    closes=Listed(values.weekday(), required=True),
    provisional=YesNo(),
)
Site = shape(towns.Site, slug=values.slug(), **values.PLACE, accessible=YesNo(required=True))
Department = shape(towns.Department, slug=values.slug(), site=values.slug(), email=values.email(), phone=values.phone())
PortalSettings = shape(
    towns.PortalSettings,
    storage_max_documents=Whole(required=True, least=1, most=100),
    document_max_files=Whole(required=True, least=1, most=10),
    file_max_megabytes=Whole(required=True, least=1, most=LARGEST_FILE_MEGABYTES),
    accepted_formats=values.formats(required=True),
    latest_requests_shown=Whole(required=True, least=1, most=20),
    archive_closed_requests_after_days=Whole(required=True, least=0),
    session_idle_minutes=Whole(required=True, least=1),
    inactive_account_months=Whole(required=True, least=1),
    inactive_account_warnings_days=Listed(Whole(least=1), required=True),
    tracking_link_days=Whole(required=True, least=1),
    password_reset_link_minutes=Whole(required=True, least=5),
    activation_link_hours=Whole(required=True, least=1),
    access_log_months=Whole(required=True, least=6, most=12),
)
DataProtectionOfficer = shape(towns.DataProtectionOfficer, email=values.email())
Accessibility = shape(
    towns.Accessibility,
    status=values.text(checks=[one_of({"compliant", "partially_compliant", "non_compliant"})]),
    contact_email=values.email(),
)
Cookies = shape(towns.Cookies, banner=YesNo(required=True))
Legal = shape(towns.Legal, appeal_months=Whole(required=True, least=1))
# `public_holidays_expected` is for tests: the holidays are computed.
TownFile = shape(
    towns.TownFile,
    schema=values.text(checks=[one_of({"town/1"})]),
    theme=Part(Theme, required=True),
    public_holidays_expected=Named(),
)
ServiceArea = shape(
    areas.ServiceArea,
    slug=values.slug(),
    icon=values.text(checks=[one_of(ICONS)]),
    order=Whole(required=True, least=1),
    department=values.slug(),
)
ServiceAreasFile = shape(entries.ServiceAreasFile, schema=values.text(checks=[one_of({"service_areas/1"})]))
BookingWindow = shape(
    agendas.BookingWindow,
    min_hours=Whole(required=True, least=0),
    max_days=Whole(required=True, least=1, most=366),
)


def _ranges_hold_whole_slots(_: Schema, data: dict[str, Any], **__: Any) -> None:
    length = data.get("slot_minutes")
    for weekday, ranges in data.get("weekly", {}).items():
        if length and any(values.minutes(opening) % length for opening in ranges):
            raise ValidationError({"weekly": {weekday: [f"Chaque plage doit durer un multiple de {length} minutes."]}})


Agenda = shape(
    agendas.AgendaEntry,
    slug=values.slug(),
    department=values.slug(),
    site=values.slug(),
    slot_minutes=Whole(required=True, least=5, most=480),
    capacity=Whole(required=True, least=1, most=500),
    capacity_note=values.maybe(),
    weekly=Part(Week, required=True),
    closed_weekdays_in_school_holidays=Listed(values.weekday(), required=True),
    change_until_hours=Whole(required=True, least=0),
    cancel_until_hours=Whole(required=True, least=0),
    reminder_hours=Listed(Whole(least=1), required=True),
    ranges_hold_whole_slots=validates_schema(_ranges_hold_whole_slots),
)
AgendasFile = shape(entries.AgendasFile, schema=values.text(checks=[one_of({"agendas/1"})]))
