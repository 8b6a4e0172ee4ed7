"""The small values that every file of a town is written with: slugs, dates, hours, colours, places. Marshmallow fields."""

import itertools
from datetime import date as calendar_date
from typing import Any

from marshmallow import ValidationError

from services.chassis.french_fields import Listed, Text, one_of, shaped
from services.procedures.files.shapes import shape
from services.procedures.schemas.definitions import agendas, towns
from services.procedures.town.opening_hours import ends
from services.townhall.town_time import WEEKDAYS

FORMATS = ("pdf", "jpg", "jpeg", "png")
HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"


def _is_day(value: str) -> None:
    try:
        calendar_date.fromisoformat(value)
    except ValueError:
        raise ValidationError("Il faut une date qui existe, de la forme 2026-12-24.") from None


def _is_range(value: str) -> None:
    try:
        opens, closes = ends(value)
    except ValueError:
        raise ValidationError("Il faut des heures de la forme 08:30-12:00.") from None
    if opens >= closes:
        raise ValidationError("L’heure de fin doit suivre l’heure de début.")


def _in_order(ranges: list[str]) -> None:
    written = [ends(opening) for opening in ranges]
    if any(before[1] > after[0] for before, after in itertools.pairwise(written)):
        raise ValidationError("Les plages doivent se suivre sans se chevaucher.")


def _not_empty(values: list[Any]) -> None:
    if not values:
        raise ValidationError("Il faut au moins une valeur.")


def slug(**options: Any) -> Text:
    """A stable identifier, fit for an address."""
    check = shaped(r"[a-z0-9]+(-[a-z0-9]+)*", "Il faut des minuscules sans accent, des chiffres et des traits d’union.")
    return Text(required=options.pop("required", True), checks=[check], **options)


def name(**options: Any) -> Text:
    """The name of a field or of a value, fit for a program."""
    check = shaped(
        r"[a-z][a-z0-9_]*", "Il faut des minuscules sans accent, des chiffres et des traits de soulignement."
    )
    return Text(required=True, checks=[check], **options)


def text(**options: Any) -> Text:
    return Text(required=True, **options)


def maybe(**options: Any) -> Text:
    return Text(**options)


def day(**options: Any) -> Text:
    return maybe_day(required=True, **options)


def maybe_day(**options: Any) -> Text:
    return Text(checks=[_is_day], **options)


def colour() -> Text:
    return Text(required=True, checks=[shaped(r"#[0-9A-Fa-f]{6}", "Il faut une couleur de la forme #1B4D6B.")])


def email() -> Text:
    return Text(required=True, checks=[shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "Il faut une adresse de courriel.")])


def phone() -> Text:
    return Text(required=True, checks=[shaped(r"\+?[0-9][0-9 ]{5,18}", "Il faut un numéro de téléphone.")])


def postcode() -> Text:
    return Text(required=True, checks=[shaped(r"[0-9]{5}", "Il faut cinq chiffres.")])


def weekday(**options: Any) -> Text:
    return Text(checks=[one_of(WEEKDAYS)], **options)


def hours(**options: Any) -> Listed:
    """Local opening ranges in order, none inside another; empty is closed."""
    return Listed(Text(checks=[_is_range]), validate=_in_order, **options)


def formats(**options: Any) -> Listed:
    return Listed(Text(checks=[one_of(FORMATS)]), validate=_not_empty, **options)


PLACE: dict[str, Any] = {"postcode": postcode(), "line2": Text(blank=True), "country": maybe()}
DAYS: dict[str, Any] = {"first": day(), "last": day(), "label": text()}
"""First and last day included."""

Place = shape(towns.Place, **PLACE)
Closure = shape(agendas.Span, **DAYS)
HoursException = shape(
    agendas.HoursException,
    on=maybe_day(),
    first=maybe_day(),
    last=maybe_day(),
    weekday=weekday(),
    hours=hours(required=True),
)


def minutes(opening: str) -> int:
    """How long a range such as `08:30-12:00` lasts."""
    opens, closes = ends(opening)
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
