"""What procedures ask of the applicant, and why: for the notice on personal data, the staff's table and programs."""

from collections.abc import Iterable
from enum import StrEnum

from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import Applicant, Detail, Procedure
from services.townhall.person import LABELS


class Group(StrEnum):
    """What a detail tells of the applicant."""

    NAME = "name"
    CIVIL_STATUS = "civil_status"
    POSTAL = "postal"
    CONTACT = "contact"


GROUPS = {
    **dict.fromkeys((Detail.GIVEN_NAMES, Detail.USAGE_NAME), Group.NAME),
    **dict.fromkeys((Detail.CIVILITY, Detail.BIRTH_NAME, Detail.BIRTH_DATE, Detail.BIRTH_PLACE), Group.CIVIL_STATUS),
    Detail.ADDRESS: Group.POSTAL,
    **dict.fromkeys((Detail.EMAIL, Detail.PHONE), Group.CONTACT),
}


class AskedDetail(Struct):
    """`reason`: the town's words, empty where there are none; `mandatory`: of an applicant of the first kind."""

    procedure: str
    procedure_title: str
    detail: Detail
    label: str
    group: Group
    mandatory: bool
    reason: str


class AskedDetails(Struct):
    items: tuple[AskedDetail, ...]


def label_of(detail: Detail, asked: Applicant) -> str:
    """As the form and its reasons name it: where no birth name is asked, the name in use is the name."""
    alone = detail is Detail.USAGE_NAME and Detail.BIRTH_NAME not in asked.details
    return "Nom" if alone else LABELS[detail]


def asked_details(definition: Procedure) -> tuple[AskedDetail, ...]:
    """In the order of the page."""
    asked = definition.applicant
    mandatory = asked.mandatory(asked.kinds[0])
    return tuple(
        AskedDetail(
            procedure=definition.slug,
            procedure_title=definition.title,
            detail=detail,
            label=label_of(detail, asked),
            group=GROUPS[detail],
            mandatory=detail in mandatory,
            reason=asked.asks.get(detail, ""),
        )
        for detail in asked.details
    )


def table(definitions: Iterable[Procedure]) -> AskedDetails:
    """Of all these procedures, by title."""
    ordered = sorted(definitions, key=lambda definition: definition.title)
    return AskedDetails(items=tuple(line for definition in ordered for line in asked_details(definition)))
