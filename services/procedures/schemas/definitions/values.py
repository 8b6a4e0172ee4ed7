"""The small values of a town's files, as types that name the check of the import. The loader makes none of these checks."""

import itertools
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Annotated

from marshmallow import ValidationError

from services.chassis.french_fields import between, one_of, shaped
from services.townhall.file_formats import FORMATS
from services.townhall.town_time import resolved_day

NO_DAY = "Il faut une date (2026-12-01), ou un jour tel que D, D-12 ou D+30."


def ends(opening: str) -> tuple[time, time]:
    """The two ends of a range such as `08:30-12:00`; ValueError for any other text."""
    opens, closes = (time.fromisoformat(end) for end in opening.split("-"))
    return opens, closes


def is_day(value: str, read: Callable[[str, date], object] = resolved_day) -> None:
    """A check: `read`, which knows the days of a town's files, makes a day of the text."""
    try:
        read(value, date(2000, 1, 1))
    except (ValueError, OverflowError):
        raise ValidationError(NO_DAY) from None


def may_be_blank(value: str) -> None:
    """Of a text that may be written with nothing in it."""


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


def _not_empty(values: Sequence[object]) -> None:
    if not values:
        raise ValidationError("Il faut au moins une valeur.")


def _is_answer(value: object) -> None:
    if type(value) not in (str, bool):
        raise ValidationError("Il faut un texte, ou true ou false pour une case à cocher.")


def _degrees(most: int) -> Callable[[object], None]:
    """To either side of the equator or of the meridian of Greenwich."""

    def check(value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
            raise ValidationError(f"Il faut des degrés, en chiffres, de -{most} à {most} : 48.7125.")

    return check


def at_most(number: int) -> Callable[[Sequence[object]], None]:
    """A check of a list: so many, and no more."""

    def check(values: Sequence[object]) -> None:
        if len(values) > number:
            raise ValidationError(f"Pas plus de {number}.")

    return check


def _is_bound(value: object) -> None:
    if type(value) not in (int, float, str):
        raise ValidationError("Il faut un nombre, une date, ou un jour tel que D, D-12 ou D+16y.")


Slug = Annotated[
    str,
    shaped(r"[a-z0-9]+(-[a-z0-9]+)*", "Il faut des minuscules sans accent, des chiffres et des traits d’union."),
]
"""A stable identifier, fit for an address."""
Name = Annotated[
    str,
    shaped(r"[a-z][a-z0-9_]*", "Il faut des minuscules sans accent, des chiffres et des traits de soulignement."),
]
"""The name of a field or of a value, fit for a program."""
Colour = Annotated[str, shaped(r"#[0-9A-Fa-f]{6}", "Il faut une couleur de la forme #1B4D6B.")]
Email = Annotated[str, shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "Il faut une adresse de courriel.")]
Phone = Annotated[str, shaped(r"\+?[0-9][0-9 ]{5,18}", "Il faut un numéro de téléphone.")]
Postcode = Annotated[str, shaped(r"[0-9]{5}", "Il faut cinq chiffres.")]
Https = Annotated[str, shaped(r"https://\S+", "Il faut une adresse en https.")]
Hour = Annotated[str, shaped("([01][0-9]|2[0-3]):[0-5][0-9]", "Il faut une heure de la forme 02:00.")]
HOURS = ("14:00", "14 h")
"""The two ways of writing an hour. A pattern that takes either may be compared, one that takes both asks for an hour alone."""
Hours = Annotated[tuple[Annotated[str, _is_range], ...], _in_order]
"""Local opening ranges, `08:30-12:00`, in order and none inside another; empty is closed."""
Formats = Annotated[tuple[Annotated[str, one_of(FORMATS)], ...], _not_empty]
Positive = Annotated[int, between(least=1)]
NotNegative = Annotated[int, between(least=0)]
Latitude = Annotated[float, _degrees(90)]
Longitude = Annotated[float, _degrees(180)]
Answer = Annotated[str | bool | None, _is_answer]
Bound = Annotated[int | float | str | None, _is_bound]
"""The least or the most of a number, or of a date: a calendar day or a relative one, `D-12`."""
