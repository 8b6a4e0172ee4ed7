"""Fields that accept exactly what their JSON Schema says: no coercion, no NUL, no surprise for a generator of requests."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypedDict, TypeVar, Unpack, cast

from marshmallow import Schema, ValidationError, fields, validate

# Everything that PostgreSQL stores as text and a person can type: all but NUL.
WRITTEN = r"^[^\u0000]*$"
# The same, with something that is seen.
SAYING = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
SLUG = r"^[a-z0-9-]{1,80}$"
NAME = r"^[a-z0-9_-]{1,80}$"
NUMBER = r"^[A-Za-z0-9-]{4,40}$"
TOKEN = r"^[A-Za-z0-9._~-]{8,512}$"  # noqa: S105
PROOF = r"^[0-9]{1,10}$"
INSTANT = r"^20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-](0\d|1[0-2]):[0-5]\d)$"
DAY = r"^(19|20)\d{2}-\d{2}-\d{2}$"
WEEK = r"^\d{4}-(W\d{2}|\d{2}-\d{2})$"
LARGEST = 2**31 - 1
LONGEST_VALUE = 20_000
LARGEST_VALUE = 10**15
MOST_VALUES = 100
DEEPEST = 8
FIELD_NAME = re.compile(r"[a-z0-9_]{1,80}")
UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
FORMATS = {UUID: "uuid", INSTANT: "date-time", DAY: "date"}
"""What a pattern is called in JSON Schema."""


class SchemaField(Protocol):
    """A field of any type, as marshmallow makes them."""

    required: bool
    allow_none: bool
    metadata: Mapping[str, object]


F = TypeVar("F", bound=SchemaField)


class Options(TypedDict, total=False):
    """What marshmallow takes for a field of any type."""

    required: bool
    allow_none: bool
    load_default: object


def names_of(schema: type[Schema]) -> set[str]:
    """The names of its fields."""
    return set(schema().fields)


def described(field: F, means: str) -> F:
    """The field with that description in French, if any."""
    field.metadata = {**field.metadata, **meant(means)}
    return field


def meant(means: str) -> dict[str, str]:
    return {"description": means} if means else {}


class Pattern(validate.Validator):
    """The whole text matches; `regex` is read by the OpenAPI document."""

    def __init__(self, pattern: str) -> None:
        self.regex = re.compile(pattern, re.DOTALL)

    def __call__(self, value: str) -> str:
        if not self.regex.fullmatch(value):
            raise ValidationError("Ce texte n’a pas la forme attendue.")
        return value


def _exists(day_or_instant: str) -> None:
    try:
        datetime.fromisoformat(day_or_instant)
    except ValueError:
        raise ValidationError("Cette date n’existe pas.") from None


class Text(fields.String):
    """Written text of bounded length. `means`, here and below: its description in French."""

    def __init__(
        self,
        longest: int = 200,
        *,
        shortest: int = 0,
        pattern: str = WRITTEN,
        means: str = "",
        **options: Unpack[Options],
    ) -> None:
        validators = [Pattern(pattern), validate.Length(min=shortest or None, max=longest)]
        form = {"format": FORMATS[pattern]} if pattern in FORMATS else {}
        super().__init__(
            validate=[_exists, *validators] if pattern in (DAY, INSTANT) else validators,
            metadata={"pattern": pattern, **form, **meant(means)},
            **options,
        )


slug = partial(Text, 80, pattern=SLUG)
uuid = partial(Text, 36, pattern=UUID)
name = partial(Text, 80, pattern=NAME)  # by which the town's data calls a status, a piece, a field
# Kept as text: the service that owns the rule reads it. An instant has its offset.
instant = partial(Text, 40, pattern=INSTANT)
day = partial(Text, 10, pattern=DAY)


class Whole(fields.Integer):
    """A whole number in JSON; digits in a query string."""

    def __init__(self, least: int = 1, most: int = LARGEST, *, means: str = "", **options: Unpack[Options]) -> None:
        super().__init__(validate=validate.Range(least, most), metadata=meant(means), **options)

    def _validated(self, value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,10}", value):
            return int(value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.make_error("invalid")


class Flag(fields.Boolean):
    """true or false, and nothing that looks like it."""

    def __init__(self, *, means: str = "", **options: Unpack[Options]) -> None:
        super().__init__(metadata=meant(means), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise self.make_error("invalid")


class JsonObject(fields.Field[dict[str, Any]]):
    """An object of the procedure's own making: its names and values are checked by the service that knows them."""

    default_error_messages = {"invalid": "Donnez un objet."}  # noqa: RUF012

    def __init__(self, *, means: str = "", **options: Unpack[Options]) -> None:
        super().__init__(metadata=meant(means), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        check_value(value)
        return value


def choice(values: Iterable[str], *, means: str = "", **options: Unpack[Options]) -> fields.String:
    return fields.String(validate=validate.OneOf(list(values)), metadata=meant(means), **options)


def part(schema: type[Schema] | Schema, *, means: str = "", **options: Unpack[Options]) -> SchemaField:
    """A part of a body with a schema of its own."""
    return fields.Nested(schema, metadata=meant(means), **options)


def several(
    one: SchemaField, most: int | None = None, *, least: int | None = None, means: str = "", **options: Unpack[Options]
) -> SchemaField:
    """A list of `least` to `most` of these, or of any number."""
    made = cast("fields.Field[Any]", one)  # as marshmallow makes them
    return fields.List(made, validate=validate.Length(least, most), metadata=meant(means), **options)


# What a field of a procedure may hold; without NUL anywhere.
VALUE_SCHEMA: dict[str, object] = {
    "description": "La valeur d’un champ de démarche : texte, nombre, oui ou non, liste ou objet.",
    "anyOf": [
        {"type": "string", "maxLength": LONGEST_VALUE, "pattern": WRITTEN},
        {"type": "number", "minimum": -LARGEST_VALUE, "maximum": LARGEST_VALUE},
        {"type": "boolean"},
        {"type": "null"},
        {"type": "array", "maxItems": MOST_VALUES, "items": {"$ref": "#/components/schemas/Value"}},
        {"$ref": "#/components/schemas/Values"},
    ],
}
VALUES_SCHEMA: dict[str, object] = {
    "description": "Les valeurs d’une démarche, par nom de champ.",
    "type": "object",
    "maxProperties": MOST_VALUES,
    "propertyNames": {"pattern": "^[a-z0-9_]{1,80}$"},
    "additionalProperties": {"$ref": "#/components/schemas/Value"},
}


def document_object(_: object, field: object, **_others: object) -> dict[str, object]:
    """For apispec: a JsonObject is a reference to the recursive schema."""
    if not isinstance(field, JsonObject):
        return {}
    values: dict[str, object] = {"$ref": "#/components/schemas/Values"}
    return {"anyOf": [values, {"type": "null"}]} if field.allow_none else values


def check_value(value: Any, depth: int = 0) -> None:
    """The same rules as VALUE_SCHEMA; raises ValidationError."""
    match value:
        case None | bool():
            return
        case str():
            _must(len(value) <= LONGEST_VALUE and "\x00" not in value)
        case int() | float():
            _must(abs(value) <= LARGEST_VALUE)
        case list():
            _must(len(value) <= MOST_VALUES and depth < DEEPEST)
            for item in value:
                check_value(item, depth + 1)
        case dict():
            _must(len(value) <= MOST_VALUES and depth < DEEPEST and all(map(FIELD_NAME.fullmatch, value)))
            for item in value.values():
                check_value(item, depth + 1)
        case _:
            _must(False)


def _must(right: bool) -> None:
    if not right:
        raise ValidationError("Cette valeur n’a pas la forme attendue.")
