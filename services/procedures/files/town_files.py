"""The shape of `town.yaml`, `service_areas.yaml` and `agendas.yaml`, entry by entry. Marshmallow schemas."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, Whole, YesNo, one_of
from services.procedures.files import values
from services.procedures.files.values import Closure, HoursException, Place
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


class Contacts(FrenchSchema):
    phone = values.phone()
    email = values.email()
    website = values.text()
    portal = values.text()
    emergency_phone = values.phone()
    emergency_note = values.text()


class Territory(FrenchSchema):
    """What addresses in the town are written with, where it is more than the town hall's postcode and the town's name."""

    postcodes = Listed(values.postcode(), required=True)
    cities = Listed(Text(), required=True)


class Identity(FrenchSchema):
    slug = values.slug()
    name = values.text()
    legal_name = values.text()
    tagline = values.text()
    population = Whole(least=0)
    insee_code = values.text()
    department_name = values.text()
    region_name = values.text()
    academic_zone = values.text()
    language = values.text()
    time_zone = values.text(checks=[one_of({"Europe/Paris"})])
    public_holidays = values.text(checks=[one_of({"fr-metropole"})])
    address = Part(Place, required=True)
    territory = Part(Territory)
    contacts = Part(Contacts, required=True)
    access = values.text()


class OpeningHours(FrenchSchema):
    label = values.text()
    weekly = Part(Week, required=True)
    closed_on_public_holidays = YesNo(required=True)
    notes = Listed(Text(), required=True)
    exceptions = Listed(Part(HoursException), required=True)


class SchoolHoliday(FrenchSchema):
    slug = values.slug()
    label = values.text()
    first = values.day(data_key="from")
    to = values.day()
    closes = Listed(values.weekday(), required=True)
    provisional = YesNo()


class Site(Place):
    slug = values.slug()
    accessible = YesNo(required=True)


class Department(FrenchSchema):
    slug = values.slug()
    name = values.text()
    head = values.text()
    site = values.slug()
    email = values.email()
    phone = values.phone()


class Theme(FrenchSchema):
    primary, on_primary, accent, on_accent = (values.colour() for _ in range(4))
    surface, surface_alt, text, text_muted = (values.colour() for _ in range(4))
    link, focus, success, warning, danger = (values.colour() for _ in range(5))
    badge, on_badge = (values.colour() for _ in range(2))


class PortalSettings(FrenchSchema):
    storage_max_documents = Whole(required=True, least=1, most=100)
    document_max_files = Whole(required=True, least=1, most=10)
    file_max_megabytes = Whole(required=True, least=1, most=LARGEST_FILE_MEGABYTES)
    accepted_formats = values.formats(required=True)
    latest_requests_shown = Whole(required=True, least=1, most=20)
    archive_closed_requests_after_days = Whole(required=True, least=0)
    session_idle_minutes = Whole(required=True, least=1)
    inactive_account_months = Whole(required=True, least=1)
    inactive_account_warnings_days = Listed(Whole(least=1), required=True)
    tracking_link_days = Whole(required=True, least=1)
    password_reset_link_minutes = Whole(required=True, least=5)
    activation_link_hours = Whole(required=True, least=1)
    access_log_months = Whole(required=True, least=6, most=12)


class DataProtectionOfficer(FrenchSchema):
    function = values.text()
    email = values.email()
    address = values.text()


class Accessibility(FrenchSchema):
    status = values.text(checks=[one_of({"compliant", "partially_compliant", "non_compliant"})])
    mention = values.text()
    reason = values.text()
    contact_email = values.email()
    multi_year_plan_url = values.text()


class Cookies(FrenchSchema):
    banner = YesNo(required=True)
    note = values.text()


class Legal(FrenchSchema):
    publisher, publication_director, host, data_controller = (values.text() for _ in range(4))
    dpo = Part(DataProtectionOfficer, required=True)
    supervisory_authority, administrative_court, online_appeal = (values.text() for _ in range(3))
    appeal_months = Whole(required=True, least=1)
    rights_defender = values.text()
    accessibility = Part(Accessibility, required=True)
    cookies = Part(Cookies, required=True)
    paper_alternative = values.text()


class TownFile(FrenchSchema):
    """`town.yaml`. `public_holidays_expected` is for tests: the holidays are computed."""

    schema = values.text(checks=[one_of({"town/1"})])
    town = Part(Identity, required=True)
    opening_hours = Part(OpeningHours, required=True)
    school_holidays = Listed(Part(SchoolHoliday), required=True)
    public_holidays_expected = Named()
    sites = Listed(Part(Site), required=True)
    departments = Listed(Part(Department), required=True)
    theme = Part(Theme, required=True)
    portal_settings = Part(PortalSettings, required=True)
    legal = Part(Legal, required=True)


class ServiceArea(FrenchSchema):
    slug = values.slug()
    title = values.text()
    icon = values.text(checks=[one_of(ICONS)])
    order = Whole(required=True, least=1)
    department = values.slug()
    description = values.text()
    keywords = Listed(Text())


class ServiceAreasFile(FrenchSchema):
    """`service_areas.yaml`."""

    schema = values.text(checks=[one_of({"service_areas/1"})])
    service_areas = Listed(Part(ServiceArea), required=True)


class BookingWindow(FrenchSchema):
    min_hours = Whole(required=True, least=0)
    max_days = Whole(required=True, least=1, most=366)


class Agenda(FrenchSchema):
    slug = values.slug()
    title = values.text()
    department = values.slug()
    site = values.slug()
    room = values.text()
    slot_minutes = Whole(required=True, least=5, most=480)
    capacity = Whole(required=True, least=1, most=500)
    capacity_note = values.maybe()
    weekly = Part(Week, required=True)
    closed_on_public_holidays = YesNo(required=True)
    closed_weekdays_in_school_holidays = Listed(values.weekday(), required=True)
    booking_window = Part(BookingWindow, required=True)
    change_until_hours = Whole(required=True, least=0)
    cancel_until_hours = Whole(required=True, least=0)
    reminder_hours = Listed(Whole(least=1), required=True)
    closures = Listed(Part(Closure), required=True)
    exceptions = Listed(Part(HoursException), required=True)
    instructions = values.text()

    @validates_schema
    def _ranges_hold_whole_slots(self, data: dict[str, Any], **_: Any) -> None:
        length = data.get("slot_minutes")
        for weekday, ranges in data.get("weekly", {}).items():
            if length and any(values.minutes(opening) % length for opening in ranges):
                raise ValidationError(
                    {"weekly": {weekday: [f"Chaque plage doit durer un multiple de {length} minutes."]}}
                )


class AgendasFile(FrenchSchema):
    """`agendas.yaml`."""

    schema = values.text(checks=[one_of({"agendas/1"})])
    agendas = Listed(Part(Agenda), required=True)
