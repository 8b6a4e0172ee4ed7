"""Answers that a person could give to any procedure of the town: the shortest path through its form."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.accounts.schemas.people import Profile
from services.chassis.contracts import from_json
from services.procedures.schemas.definitions.forms import Field, FieldType, RuleKind
from services.procedures.schemas.definitions.procedures import Detail, Document, Procedure
from services.requests.definitions import conditions
from services.requests.forms import rules
from services.townhall.town_time import local_day, resolved_day
from tests.support import published

SHAPES = {
    "^[A-Z0-9]{10}$": "DEMO000001",
    "^[0-9]{14}$": "12345678901234",
    "^W[0-9]{9}$": "W619999999",
    "^([01]?[0-9]|2[0-3])( ?h( ?[0-5][0-9])?|:[0-5][0-9])$": "18 h 30",
    "^[A-Z]{1,2} ?[0-9]{1,4}(, ?[A-Z]{1,2} ?[0-9]{1,4})*$": "AB 123",
    "^[A-Z]{1,3}-?[0-9]{1,5}$": "PN-42",
}
ADDRESS = {
    "line1": "7 rue du Pont-Neuf",
    "line2": "",
    "postcode": "61990",
    "city": "Saint-Aubin-sur-Orne",
    "country": "FR",
}
ARIEL = {
    Detail.CIVILITY: "madame",
    Detail.GIVEN_NAMES: "Ariel",
    Detail.BIRTH_NAME: "Nouveau",
    Detail.USAGE_NAME: "Nouveau",
    Detail.BIRTH_DATE: "1990-04-12",
    Detail.BIRTH_PLACE: "Saint-Aubin-sur-Orne",
    Detail.PHONE: "06 39 98 10 99",
}

FILED: dict[str, Any] = {
    "number": "2026-7K3M-QX4P",
    "procedure": "acte-naissance",
    "version": 1,
    "department": "population",
    "area": "etat-civil",
    "channel": "portal",
    "status": "submitted",
    "submitted_at": datetime(2026, 11, 25, 9, tzinfo=UTC),
}
"""What every request that was filed has."""


def today() -> date:
    """The town's day, which late in the evening is already the next one of UTC."""
    return local_day(datetime.now(UTC))


def in_days(days: int) -> str:
    """A day to come, as the API and pages send it."""
    return (today() + timedelta(days=days)).isoformat()


def day_of_its_month(after: date) -> date:
    """The next day that has its month's number, such as 12 December: typed alike in every language of a browser."""
    days = (date(year, month, month) for year in (after.year, after.year + 1) for month in range(1, 13))
    return next(day for day in days if day > after)


def valid_answers(definition: Procedure | dict[str, Any], today: date) -> dict[str, Any]:
    """JSON answers that the procedure accepts on that day, mandatory fields only (and one of each `at_least_one_of`)."""
    asked = _read(definition)
    wanted = {name for rule in asked.rules if rule.kind is RuleKind.AT_LEAST_ONE_OF for name in rule.fields[:1]}
    given: dict[str, Any] = {}
    for field in asked.fields:
        if field.type is FieldType.FILES or not conditions.holds(field.shown_when, given):
            continue
        if field.required or field.name in wanted:
            given[field.name] = _answer(field, today)
    ends = {rule.fields[-1] for rule in asked.rules if rule.kind is RuleKind.TIME_ORDER}
    return given | dict.fromkeys(ends & given.keys(), "23 h 30")


def valid_applicant(
    definition: Procedure | dict[str, Any], email: str = "ariel.nouveau@courriel.example"
) -> dict[str, Any]:
    """An applicant of the first kind that the procedure accepts, with what it asks and all that is mandatory."""
    asked = _read(definition).applicant
    kind = asked.kinds[0]
    wanted = asked.mandatory(kind) | {Detail.CIVILITY, Detail.ADDRESS, Detail.PHONE}
    known: dict[Detail, Any] = {**ARIEL, Detail.EMAIL: email, Detail.ADDRESS: dict(ADDRESS)}
    applicant: dict[str, Any] = {"kind": kind} | {one.value: known[one] for one in asked.details if one in wanted}
    if kind == "association":
        applicant["organisation"] = {"name": "Les Rameurs Fictifs", "rna": "W619999999"}
    if kind == "company":
        applicant["organisation"] = {"name": "Atelier Fictif", "siret": "12345678901234"}
    return applicant


def known_profile(**parts: Any) -> Profile:
    """What accounts knows of a citizen, with these parts."""
    blank = dict.fromkeys(("account_id", "username", "full_name", "preferred_contact"), "")
    return from_json(Profile, {**blank, "identity": {}, "address": {}, "contact": {}, **parts})


def asked_documents(definition: dict[str, Any], answers: dict[str, Any]) -> list[Document]:
    """The pieces that these answers ask for, of a definition as the API answers it."""
    return rules.shown_documents(_read(definition), answers)


def _read(definition: Procedure | dict[str, Any]) -> Procedure:
    """The API answers a part of what is published: the rest is in the files of the demonstration's town."""
    if isinstance(definition, Procedure):
        return definition
    return published.procedure(definition["slug"], applicant=definition["applicant"])


def _answer(field: Field, today: date) -> Any:
    match field.type:
        case FieldType.CHOICE:
            stops = {stop.equals for stop in field.stop}
            return next(choice for choice in field.choices if choice not in stops)
        case FieldType.MULTICHOICE:
            return [next(iter(field.choices))]
        case FieldType.CHECKBOX:
            return True
        case FieldType.DATE:
            return _day(field, today).isoformat()
        case FieldType.NUMBER:
            return 1 if field.min is None else field.min
        case FieldType.ADDRESS:
            return dict(ADDRESS)
        case FieldType.EMAIL:
            return "ariel.nouveau@courriel.example"
        case FieldType.PHONE:
            return "06 39 98 10 99"
        case _:
            text = SHAPES.get(field.pattern or "", "Une réponse claire et complète")
            return text[: field.max_length or 500].ljust(field.min_length or 0, "e")


def _day(field: Field, today: date) -> date:
    bound = field.min if field.min is not None else field.max
    return today + timedelta(days=30) if bound is None else resolved_day(str(bound), today)
