"""A birth date in three short fields, which are typed faster than a day is found in a calendar; pure."""

import re
from collections.abc import Mapping
from datetime import date

from services.townhall.untyped import text

PARTS = ("jour", "mois", "annee")
"""What a field of a form is called after the name of its question and a hyphen: no question has one."""
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def is_part(field: str) -> bool:
    """Whether a field of a form is one of the three of a birth date."""
    return field.rpartition("-")[2] in PARTS and "-" in field


def whole(form: Mapping[str, object]) -> dict[str, str]:
    """The birth dates of a form by question: in ISO 8601 where the day exists, else as it was typed, `31/02/1984`.

    A question that the form answers in one field, as a page of an earlier release does, is left as it is.
    """
    questions = dict.fromkeys(field.rpartition("-")[0] for field in form if is_part(field))
    return {question: _day(form, question) for question in questions if not text(form.get(question))}


def _day(form: Mapping[str, object], question: str) -> str:
    day, month, year = (text(form.get(f"{question}-{part}")).strip() for part in PARTS)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return f"{day}/{month}/{year}" if day or month or year else ""


def part(value: object, name: str) -> str:
    """Day, month or year of a birth date, as it was typed or is kept."""
    typed = text(value)
    if iso := ISO.fullmatch(typed):
        year, month, day = iso.groups()
        return {"jour": day.lstrip("0"), "mois": month.lstrip("0"), "annee": year}[name]
    given: dict[str, str] = dict(zip(PARTS, typed.split("/"), strict=False))
    return given.get(name, "")
