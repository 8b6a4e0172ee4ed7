"""The town as it is published: identity, hours, departments, theme, settings, legal mentions, and what procedures share."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from services.chassis.french_fields import between, one_of, shaped
from services.chassis.structs import Struct
from services.procedures.schemas.definitions import values
from services.procedures.schemas.definitions.agendas import HoursException, Span
from services.procedures.schemas.definitions.areas import ServiceArea
from services.townhall.pieces import LARGEST_FILE_MEGABYTES, Limits
from services.townhall.town_time import Weekday


class PostalPlace(Struct):
    """A postal address."""

    name: str
    line1: str
    postcode: values.Postcode
    city: str
    line2: Annotated[str, values.may_be_blank] = ""
    country: str = "FR"


class Contacts(Struct):
    phone: values.Phone
    email: values.Email
    website: str
    emergency_phone: values.Phone
    emergency_note: str


class Territory(Struct):
    """What an address in the town is made of."""

    name: str = ""
    postcodes: tuple[values.Postcode, ...]
    cities: tuple[str, ...]


MOST_LANDMARKS = 48
"""They stand in each version of a procedure that asks for a place, and on its page."""


class Landmark(Struct):
    """A place that everybody knows, by which a point of the map is said in words."""

    name: Annotated[str, shaped(r".{1,80}", "Il faut un nom de 80 caractères au plus.")]
    lat: values.Latitude
    lon: values.Longitude


class TownMap(Struct):
    """The edges of the town, in degrees: a point outside of them is refused; and places by which points are said in words.

    The map itself is imported by a command of its own (`parvis map`)."""

    south: values.Latitude
    west: values.Longitude
    north: values.Latitude
    east: values.Longitude
    landmarks: Annotated[tuple[Landmark, ...], values.at_most(MOST_LANDMARKS)] = ()


class Identity(Struct):
    slug: values.Slug
    name: str
    legal_name: str
    tagline: str
    department_name: str
    region_name: str
    language: str
    time_zone: Annotated[str, one_of({"Europe/Paris"})]
    public_holidays: Annotated[str, one_of({"fr-metropole"})]
    address: PostalPlace
    contacts: Contacts
    access: str
    territory: Territory | None = None
    map: TownMap | None = None


class OpeningHours(Struct):
    label: str
    weekly: Mapping[Weekday, values.Hours]
    """A day that is not named is closed."""
    closed_on_public_holidays: bool
    notes: tuple[str, ...]
    exceptions: tuple[HoursException, ...]


class SchoolHoliday(Span):
    slug: values.Slug
    closes: tuple[Weekday, ...]


class Site(PostalPlace):
    slug: values.Slug


class Department(Struct):
    slug: values.Slug
    name: str
    head: str
    site: values.Slug
    email: values.Email
    phone: values.Phone


class Theme(Struct):
    """The town's colours. As procedures answers them, with every shade that follows from them, by name."""

    primary: str
    on_primary: str
    light: Mapping[str, str] = field(default_factory=dict[str, str])
    dark: Mapping[str, str] = field(default_factory=dict[str, str])


class PortalSettings(Struct):
    storage_max_documents: Annotated[int, between(1, 100)]
    document_max_files: Annotated[int, between(1, 10)]
    file_max_megabytes: Annotated[int, between(1, LARGEST_FILE_MEGABYTES)]
    accepted_formats: values.Formats
    latest_requests_shown: Annotated[int, between(1, 20)]
    archive_closed_requests_after_days: values.NotNegative
    session_idle_minutes: values.Positive
    inactive_account_months: values.Positive
    inactive_account_warnings_days: tuple[values.Positive, ...]
    tracking_link_days: values.Positive
    password_reset_link_minutes: Annotated[int, between(least=5)]
    activation_link_hours: values.Positive
    access_log_months: Annotated[int, between(6, 12)]
    missing_documents_days: Annotated[int, between(1, 366)] = 30

    def limits(self) -> Limits:
        """What may be handed in."""
        return Limits(
            file_megabytes=self.file_max_megabytes,
            formats=self.accepted_formats,
            files_a_document=self.document_max_files,
            documents_a_space=self.storage_max_documents,
        )


class DataProtectionOfficer(Struct):
    function: str
    email: values.Email
    address: str


class Conformity(StrEnum):
    """What a portal may say of its accessibility (décret 2019-768, art. 2)."""

    COMPLIANT = "compliant"
    PARTIALLY_COMPLIANT = "partially_compliant"
    NON_COMPLIANT = "non_compliant"

    @property
    def in_words(self) -> str:
        match self:
            case Conformity.COMPLIANT:
                return "totalement conforme"
            case Conformity.PARTIALLY_COMPLIANT:
                return "partiellement conforme"
            case Conformity.NON_COMPLIANT:
                return "non conforme"


class Audit(Struct):
    """An audit of the portal that is still valid; `respected`: the percentage of the RGAA's criteria that it found respected."""

    by: str
    on: date
    respected: Annotated[int, between(0, 100)]

    def conformity(self) -> Conformity:
        if self.respected == 100:
            return Conformity.COMPLIANT
        return Conformity.PARTIALLY_COMPLIANT if self.respected >= 50 else Conformity.NON_COMPLIANT


class Accessibility(Struct):
    """What the town states of the portal's accessibility: without an audit, that it is not conforming."""

    status: Conformity = Conformity.NON_COMPLIANT
    mention: str
    reason: str
    contact_email: values.Email
    multi_year_plan_url: str
    audit: Audit | None = None


class Cookies(Struct):
    note: str


class Legal(Struct):
    publisher: str
    publication_director: str
    host: str
    data_controller: str
    dpo: DataProtectionOfficer
    supervisory_authority: str
    administrative_court: str
    online_appeal: str
    appeal_months: values.Positive
    rights_defender: str
    accessibility: Accessibility
    cookies: Cookies
    paper_alternative: str


class AcknowledgementTexts(Struct):
    header: str
    header_confidential: str
    acceptance: str
    rejection: str
    none: str
    footer: str


class StepLabel(Struct):
    slug: str
    label: str


class StatusLabel(Struct):
    slug: values.Name
    label: str


class Catalogues(Struct):
    acknowledgement_texts: AcknowledgementTexts
    step_catalogue: tuple[StepLabel, ...]
    status_catalogue: tuple[StatusLabel, ...]


class TownParts(Struct):
    """What `town.yaml` says, but for the colours: those of the file, or with all that follows from them."""

    town: Identity
    opening_hours: OpeningHours
    school_holidays: tuple[SchoolHoliday, ...]
    sites: tuple[Site, ...]
    departments: tuple[Department, ...]
    portal_settings: PortalSettings
    legal: Legal


class TownFile(TownParts):
    theme: Mapping[str, str]


class Town(TownParts):
    theme: Theme
    service_areas: tuple[ServiceArea, ...]
    catalogues: Catalogues


class Opening(Struct):
    """A stretch of time during which the public is received, both ends in UTC."""

    start: datetime
    end: datetime


class Day(Struct):
    """The hours of one local day: ranges as the town writes them, and why they are not the usual ones."""

    date: date
    ranges: tuple[str, ...]
    reason: str | None


class OpenNow(Struct):
    """Whether the public is received at an instant; `until` when open, `next` when not (None: nothing in sight)."""

    open: bool
    until: datetime | None
    next: Opening | None
    today: Day


class TownNow(Town):
    """The town as procedures answers it at an instant. `address_file`: whether addresses can be proposed."""

    open_now: OpenNow
    address_file: bool = False
