"""Marshmallow fields that say in French what is wrong with a value, and take no value for another's type."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields

T = TypeVar("T")

COMMON: dict[str, Any] = {
    "required": "Cette information manque.",
    "null": "Cette information ne peut pas être vide.",
    "validator_failed": "Cette valeur ne convient pas.",
}


class FrenchSchema(Schema):
    """A schema that knows all the names it may be given, and says so in French."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own convention
        "unknown": "Ce nom n’est pas connu ici.",
        "type": "Il faut une liste de noms et de valeurs.",
    }


class Text(fields.String):
    """A text, not blank unless `blank=True`, that a database can hold."""

    default_error_messages = COMMON | {"invalid": "Il faut un texte, entre guillemets s’il ressemble à un nombre."}

    def __init__(self, *, blank: bool = False, **options: Any) -> None:
        checks = list(options.pop("checks", ()))
        super().__init__(validate=[_without_nul, *([] if blank else [_not_blank]), *checks], **options)


class Whole(fields.Integer):
    """A whole number within bounds."""

    default_error_messages = COMMON | {"invalid": "Il faut un nombre entier.", "too_large": "Ce nombre est trop grand."}

    def __init__(self, *, least: int | None = None, most: int | None = None, **options: Any) -> None:
        checks = [between(least, most), *options.pop("checks", ())]
        super().__init__(strict=True, validate=checks, **options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class YesNo(fields.Boolean):
    """true or false, and nothing that looks like it."""

    default_error_messages = COMMON | {"invalid": "Il faut true ou false."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Identifier(fields.UUID):
    """A UUID, kept as text in its usual form."""

    default_error_messages = COMMON | {"invalid_uuid": "Il faut un identifiant."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return str(super()._deserialize(value, attr, data, **kwargs))


class Listed(fields.List[T]):
    """A list of that kind of values."""

    default_error_messages = COMMON | {"invalid": "Il faut une liste."}


class Named(fields.Mapping[dict[str, Any]]):
    """An ordered map from names to values."""

    @property
    def mapping_type(self) -> type[dict[str, Any]]:
        return dict

    default_error_messages = COMMON | {"invalid": "Il faut une liste de noms et de valeurs."}


class Part(fields.Nested):
    """A schema within a schema."""

    default_error_messages = COMMON | {"type": "Il faut une liste de noms et de valeurs."}


_NOT_A_DATE = COMMON | {"invalid": "Il faut une date."}
_NOT_AN_INSTANT = COMMON | {
    "invalid": "Il faut une date et une heure, par exemple 2026-12-01T09:00:00+00:00.",
    "invalid_awareness": "Il faut une heure avec son décalage, par exemple +00:00.",
}
SIMPLE: dict[Any, Callable[..., fields.Field[Any]]] = {
    str: lambda **options: Text(blank=True, **options),
    int: Whole,
    bool: YesNo,
    date: lambda **options: fields.Date(error_messages=_NOT_A_DATE, **options),
    datetime: lambda **options: fields.AwareDateTime(error_messages=_NOT_AN_INSTANT, **options),
    UUID: lambda **options: fields.UUID(
        error_messages=COMMON | {"invalid_uuid": "Cet identifiant n’est pas valable."}, **options
    ),
}
"""Fields of the simple types, by the type."""


def one_of(choices: Collection[str]) -> Callable[[Any], None]:
    """A check: the value is one of these."""

    def check(value: Any) -> None:
        if value not in choices:
            raise ValidationError(f"« {value} » n’est pas l’une des valeurs possibles : {', '.join(sorted(choices))}.")

    return check


def shaped(pattern: str, message: str) -> Callable[[str], None]:
    """A check: the whole text matches, or the message says what is expected."""
    compiled = re.compile(pattern)

    def check(value: str) -> None:
        if compiled.fullmatch(value) is None:
            raise ValidationError(message)

    return check


def _without_nul(value: str) -> None:
    if "\0" in value:
        raise ValidationError("Retirez les caractères invisibles de ce texte.")


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValidationError("Ce texte est vide.")


def between(least: int | None = None, most: int | None = None) -> Callable[[int], None]:
    """A check: the number is within these bounds, both included."""

    def check(value: int) -> None:
        if least is not None and value < least:
            raise ValidationError(f"Il faut au moins {least}.")
        if most is not None and value > most:
            raise ValidationError(f"Il faut au plus {most}.")

    return check
