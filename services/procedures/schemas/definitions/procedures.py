"""A procedure, resolved: what it names in the town's files (department, agenda, area, flow, statuses) stands in it."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Annotated

from services.chassis.contracts import stored_as
from services.chassis.french_fields import between, one_of
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.forms import Condition, Field, FieldType, Rule, TextToRead
from services.procedures.schemas.definitions.towns import Territory, TownMap
from services.procedures.schemas.definitions.values import Formats, Name, Positive, Slug
from services.townhall.person import KINDS, MEANS, PHONES, RELATIONS
from services.townhall.pieces import FOR_THE_DECISION
from services.townhall.town_time import Weekday


class Step(StrEnum):
    """The pages of a form, in their order."""

    PROCEDURE = "procedure"
    APPOINTMENT = "appointment"
    APPLICANT = "applicant"
    REQUEST = "request"
    SUMMARY = "summary"


class Document(Struct):
    """A piece that is asked for: a document of the procedure, or the files of a field. `case`: of whom, in plain words,
    where not of everybody; without it the answers of `shown_when` are named."""

    slug: Slug
    label: str
    required: bool = False
    formats: Formats = ()
    max_files: int | None = None
    shown_when: Condition | None = None
    sensitive: bool | None = None
    delete_after: Annotated[str, one_of({FOR_THE_DECISION})] | None = None
    help: str | None = None
    case: str | None = None


class Detail(StrEnum):
    """What may be asked of who files, in the order of the page."""

    CIVILITY = "civility"
    GIVEN_NAMES = "given_names"
    BIRTH_NAME = "birth_name"
    USAGE_NAME = "usage_name"
    BIRTH_DATE = "birth_date"
    BIRTH_PLACE = "birth_place"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"


APPLICANT_NAMES = frozenset({"kind", "organisation", "preferred_contact", *PHONES, *(one.value for one in Detail)})
"""Every name by which something of an applicant was ever sent: no question of a page that is shared with it has one."""

SHORT = frozenset({Detail.GIVEN_NAMES, Detail.USAGE_NAME, Detail.EMAIL})
CIVIL_STATUS = frozenset({Detail.BIRTH_DATE, Detail.BIRTH_PLACE})


class Applicant(Struct):
    """`asks`: the details that are asked, each with the reason for it. Without it, `identity` says what is asked."""

    kinds: tuple[Annotated[str, one_of(KINDS)], ...]
    identity: Annotated[str, one_of({"full", "contact"})]
    asks: Mapping[Detail, str] = field(default_factory=dict[Detail, str])

    @property
    def details(self) -> tuple[Detail, ...]:
        """What is asked, in the order of the page."""
        asked = set(self.asks) or (set(Detail) if self.identity == "full" else SHORT)
        return tuple(one for one in Detail if one in asked)

    def mandatory(self, kind: str) -> frozenset[Detail]:
        """Of what is asked, what an applicant of that kind must give; the only name, where one is asked."""
        wanted = {Detail.GIVEN_NAMES, Detail.EMAIL}
        wanted.add(Detail.BIRTH_NAME if Detail.BIRTH_NAME in self.details else Detail.USAGE_NAME)
        wanted |= {Detail.ADDRESS} if kind == "person" else set()
        wanted |= CIVIL_STATUS if self.asks else set()
        return frozenset(wanted.intersection(self.details))

    def means(self, *, at_counter: bool = False) -> tuple[str, ...]:
        """The means of contact among which one is preferred; at the counter an address may always be given."""
        by_phone = ("phone",) if Detail.PHONE in self.details else ()
        by_post = ("postal",) if Detail.ADDRESS in self.details or (at_counter and by_phone) else ()
        return ("email", *by_phone, *by_post)


class Appointment(Struct):
    mode: Annotated[str, one_of({"none", "optional", "required"})]
    agenda: Slug | None = None
    reception_field: str | None = None
    reception_none: str | None = None
    reason_field: str | None = None
    """A choice that says what the person comes for: shown on the list of the day."""
    reference_field: str | None = None
    """A text that agents look for by it, as the number of a « pré-demande »: shown there too."""


class Period(StrEnum):
    """A calendar period of the town."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


class Served(Struct):
    """What a place of a weekly quota gives, and on which day after the week that counts it."""

    what: str
    weekday: Weekday
    weeks_later: Annotated[int, between(0, 52)]


class Quota(Struct):
    number: Positive
    period: Period
    message: str
    served: Served | None = None


class SilenceException(Struct):
    when: Condition
    months: Positive


class SilenceEffect(StrEnum):
    ACCEPTANCE = "acceptance"
    REJECTION = "rejection"
    NONE = "none"


class Silence(Struct):
    """What the town's silence means after so many months."""

    effect: SilenceEffect
    months: Annotated[int, between(1, 24)] | None = None
    exceptions: tuple[SilenceException, ...] = ()


class AfterRetention(StrEnum):
    DESTROY = "destroy"
    SORT = "sort"
    TRANSFER = "transfer"


class Retention(Struct):
    months: Positive
    then: AfterRetention


class Privacy(Struct):
    purpose: str
    basis: Annotated[str, one_of({"public_task", "legal_obligation", "contract"})]
    recipients: str


class Alert(Struct):
    """What an answer marks for the agents, before they open the request."""

    when: Condition
    label: str


class ProfileUpdate(Struct):
    """What the profile takes over from the answers once the request has that status."""

    when: Name
    map: Mapping[str, str]
    effective_on_field: str | None = None
    household_field: str | None = None
    clear: Mapping[str, str] = field(default_factory=dict[str, str])
    prefer: Mapping[str, Annotated[str, one_of(MEANS)]] = field(default_factory=dict[str, str])
    requires_confirmation_link: bool = False


class Transition(Struct):
    source: Name = stored_as("from")
    to: Name
    by: Annotated[str, one_of({"agent", "citizen", "system"})]
    notify: bool


class Flow(Struct):
    slug: Name
    label: str
    initial: Name
    transitions: tuple[Transition, ...]

    def statuses(self) -> list[str]:
        """Every status that a request of this flow can have, the first one first."""
        ends = (status for one in self.transitions for status in (one.source, one.to))
        return list(dict.fromkeys((self.initial, *ends)))


class Status(Struct):
    label: str
    closed: bool
    meaning: str


class Reply(Struct):
    """A prepared answer of the agents, and the status that it sets. `happened`: what its mail says in its subject, where the status
    says less."""

    slug: Slug
    title: str
    sets_status: Name
    text: str
    happened: str | None = None


class DepartmentDetails(Struct):
    """The mandatory mentions of an acknowledgement (CRPA R112-11-1)."""

    slug: str
    name: str
    email: str
    phone: str
    address: str


class AreaDetails(Struct):
    slug: str
    title: str
    icon: str


class ProcedureForm(Struct):
    """What the town's file says of a procedure, and its definition after it. `simple`: what it is for, in the
    « version simplifiée », a short sentence each."""

    slug: Slug
    title: str
    summary: str
    help: str
    audience: str
    area: Slug
    department: Slug
    keywords: tuple[str, ...]
    about: Annotated[str, one_of({"applicant", "member", "either"})]
    applicant: Applicant
    fill_time_minutes: Annotated[int, between(1, 240)]
    access: Annotated[str, one_of({"public", "account"})]
    featured: bool
    steps: tuple[Step, ...]
    appointment: Appointment
    quota: Quota | None
    exchanges: bool
    confidential: bool
    processing_target_days: Positive
    silence: Silence
    retention: Retention
    privacy: Privacy
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    documents: tuple[Document, ...]
    bring: tuple[str, ...]
    simple: tuple[str, ...] = ()
    relations: tuple[Annotated[str, one_of(RELATIONS)], ...] = ()
    texts: tuple[TextToRead, ...] = ()
    appeal: str | None = None
    alert: Alert | None = None
    updates_profile: ProfileUpdate | None = None
    dashboard_tile: Annotated[str, one_of({"contact_details"})] | None = None
    status_meanings: Mapping[str, str] = field(default_factory=dict[str, str])


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
    map: TownMap | None = None

    def asked_first(self) -> tuple[Field, ...]:
        """The questions that can end the procedure whatever else is answered: asked before anything is begun."""
        return tuple(one for one in self.fields if one.stop and one.shown_when is None)

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
