"""Answers that a person could give to any procedure of the town: the shortest path through its form."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.requests.definitions import conditions
from services.requests.forms import rules as answers
from services.townhall.town_time import local_day, told_day

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


def valid_answers(definition: Mapping[str, Any], today: date) -> dict[str, Any]:
    """JSON answers that the procedure accepts on that day, mandatory fields only (and one of each `at_least_one_of`)."""
    wanted = {name for rule in definition["rules"] if rule["kind"] == "at_least_one_of" for name in rule["fields"][:1]}
    given: dict[str, Any] = {}
    for field in definition["fields"]:
        if field["type"] == answers.UPLOAD or not conditions.holds(field.get("shown_when"), given):
            continue
        if field["required"] or field["name"] in wanted:
            given[field["name"]] = _answer(field, today)
    ends = {rule["fields"][-1] for rule in definition["rules"] if rule["kind"] == "time_order"}
    return given | dict.fromkeys(ends & given.keys(), "23 h 30")


def valid_applicant(definition: Mapping[str, Any], email: str = "ariel.nouveau@courriel.example") -> dict[str, Any]:
    """An applicant of the first kind that the procedure accepts, with what it asks of identity."""
    kind = definition["applicant"]["kinds"][0]
    applicant: dict[str, Any] = {"kind": kind, "given_names": "Ariel", "birth_name": "Nouveau", "email": email}
    if definition["applicant"]["identity"] == "full":
        applicant |= {"civility": "madame", "mobile_phone": "06 39 98 10 99", "address": dict(ADDRESS)}
    if kind == "association":
        applicant["organisation"] = {"name": "Les Rameurs Fictifs", "rna": "W619999999"}
    if kind == "company":
        applicant["organisation"] = {"name": "Atelier Fictif", "siret": "12345678901234"}
    return applicant


def _answer(field: Mapping[str, Any], today: date) -> Any:
    match field["type"]:
        case "choice":
            stops = {stop["equals"] for stop in field.get("stop", ())}
            return next(choice for choice in field["choices"] if choice not in stops)
        case "multichoice":
            return [next(iter(field["choices"]))]
        case "checkbox":
            return True
        case "date":
            return _day(field, today).isoformat()
        case "number":
            return field.get("min", 1)
        case "address":
            return dict(ADDRESS)
        case "email":
            return "ariel.nouveau@courriel.example"
        case "phone":
            return "06 39 98 10 99"
        case _:
            text = SHAPES.get(field.get("pattern", ""), "Une réponse claire et complète")
            return text[: field.get("max_length", 500)].ljust(field.get("min_length", 0), "e")


def _day(field: Mapping[str, Any], today: date) -> date:
    if "min" in field:
        return told_day(field["min"], today)
    return told_day(field["max"], today) if "max" in field else today + timedelta(days=30)
