"""A procedure, resolved: what it names in the town's files (department, agenda, area, flow, statuses) stands in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.chassis.contracts import stored_as
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.forms import Condition, Field, FieldType, Rule, TextToRead
from services.procedures.schemas.definitions.towns import Territory
from services.townhall.town_time import Weekday


class Step(StrEnum):
    """The pages of a form, in their order."""

    PROCEDURE = "procedure"
    APPOINTMENT = "appointment"
    APPLICANT = "applicant"
    REQUEST = "request"
    SUMMARY = "summary"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A piece that is asked for: a document of the procedure, or the files of a field."""

    slug: str
    label: str
    required: bool = False
    formats: tuple[str, ...] = ()
    max_files: int | None = None
    shown_when: Condition | None = None
    sensitive: bool | None = None
    delete_after: str | None = None
    help: str | None = None


@dataclass(frozen=True, kw_only=True)
class Applicant:
    kinds: tuple[str, ...]
    identity: str


@dataclass(frozen=True, kw_only=True)
class Appointment:
    mode: str
    agenda: str | None = None
    reception_field: str | None = None
    reception_none: str | None = None


class Period(StrEnum):
    """A calendar period of the town."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Served:
    """What a place of a weekly quota gives, and on which day after the week that counts it."""

    what: str
    weekday: Weekday
    weeks_later: int


@dataclass(frozen=True, kw_only=True)
class Quota:
    number: int
    period: Period
    message: str
    served: Served | None = None


@dataclass(frozen=True, kw_only=True)
class SilenceException:
    when: Condition
    months: int


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What the town's silence means after so many months."""

    effect: str
    months: int | None = None
    exceptions: tuple[SilenceException, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Retention:
    months: int
    then: str


@dataclass(frozen=True, kw_only=True)
class Privacy:
    purpose: str
    basis: str
    recipients: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """What an answer marks for the agents, before they open the request."""

    when: Condition
    label: str


@dataclass(frozen=True, kw_only=True)
class ProfileUpdate:
    """What the profile takes over from the answers once the request has that status."""

    when: str
    map: Mapping[str, str]
    effective_on_field: str | None = None
    household_field: str | None = None
    clear: Mapping[str, str] = field(default_factory=dict[str, str])
    prefer: Mapping[str, str] = field(default_factory=dict[str, str])
    requires_confirmation_link: bool = False


@dataclass(frozen=True, kw_only=True)
class Transition:
    source: str = stored_as("from")
    to: str
    by: str
    notify: bool


@dataclass(frozen=True, kw_only=True)
class Flow:
    slug: str
    label: str
    initial: str
    transitions: tuple[Transition, ...]

    def statuses(self) -> list[str]:
        """Every status that a request of this flow can have, the first one first."""
        ends = (status for one in self.transitions for status in (one.source, one.to))
        return list(dict.fromkeys((self.initial, *ends)))


@dataclass(frozen=True, kw_only=True)
class Status:
    label: str
    closed: bool
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A prepared answer of the agents, and the status that it sets."""

    slug: str
    title: str
    sets_status: str
    text: str


@dataclass(frozen=True, kw_only=True)
class DepartmentDetails:
    """The mandatory mentions of an acknowledgement (CRPA R112-11-1)."""

    slug: str
    name: str
    email: str
    phone: str
    address: str


@dataclass(frozen=True, kw_only=True)
class AreaDetails:
    slug: str
    title: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class ProcedureForm:
    """What the town's file says of a procedure, and its definition after it."""

    slug: str
    title: str
    summary: str
    help: str
    audience: str
    area: str
    department: str
    keywords: tuple[str, ...]
    about: str
    applicant: Applicant
    fill_time_minutes: int
    access: str
    featured: bool
    steps: tuple[Step, ...]
    appointment: Appointment
    quota: Quota | None
    exchanges: bool
    confidential: bool
    processing_target_days: int
    silence: Silence
    retention: Retention
    privacy: Privacy
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    documents: tuple[Document, ...]
    bring: tuple[str, ...]
    relations: tuple[str, ...] = ()
    texts: tuple[TextToRead, ...] = ()
    appeal: str | None = None
    alert: Alert | None = None
    updates_profile: ProfileUpdate | None = None
    dashboard_tile: str | None = None
    status_meanings: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Procedure(ProcedureForm):
    """A version never changes, and requests filed with it keep it. `version` is 0 only before it is published."""

    version: int = 0
    flow: Flow
    statuses: Mapping[str, Status]
    replies: tuple[Reply, ...]
    department_details: DepartmentDetails
    agenda_details: Agenda | None
    area_details: AreaDetails
    territory: Territory | None = None

    def uploads(self) -> Iterator[Document]:
        """The fields that ask for files, as the pieces that they are."""
        for one in self.fields:
            if one.type is FieldType.FILES:
                yield Document(
                    slug=one.name,
                    label=one.label,
                    required=one.required,
                    formats=one.formats,
                    max_files=one.max_files,
                    shown_when=one.shown_when,
                    sensitive=one.sensitive,
                    help=one.help,
                )
