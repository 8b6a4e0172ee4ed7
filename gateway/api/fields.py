"""Fields that accept exactly what their JSON Schema says: no coercion, no NUL, no surprise for a generator of requests."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

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


class Text(fields.String):
    """Written text of bounded length. `means`, here and below: its description in French."""

    def __init__(
        self, longest: int = 200, *, shortest: int = 0, pattern: str = WRITTEN, means: str = "", **kwargs: Any
    ) -> None:
        metadata = {"pattern": pattern, **kwargs.pop("metadata", {}), **meant(means)}
        validators: list[Any] = [Pattern(pattern), validate.Length(min=shortest or None, max=longest)]
        super().__init__(validate=validators, metadata=metadata, **kwargs)


def slug(**kwargs: Any) -> Text:
    return Text(80, pattern=SLUG, **kwargs)


def uuid(**kwargs: Any) -> Text:
    return Text(36, pattern=UUID, metadata={"format": "uuid"}, **kwargs)


def name(**kwargs: Any) -> Text:
    """What the town's data calls by a name with underscores: a status, a piece, a field."""
    return Text(80, pattern=NAME, **kwargs)


class Moment(Text):
    """A day or an instant that exists, kept as text: the service that owns the rule reads it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError("Cette date n’existe pas.") from None
        return text


def instant(**kwargs: Any) -> Text:
    """A moment with its offset."""
    return Moment(40, pattern=INSTANT, metadata={"format": "date-time"}, **kwargs)


def day(**kwargs: Any) -> Text:
    return Moment(10, pattern=DAY, metadata={"format": "date"}, **kwargs)


class Whole(fields.Integer):
    """A whole number in JSON; digits in a query string."""

    def __init__(self, least: int = 1, most: int = LARGEST, *, means: str = "", **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), metadata=meant(means), **kwargs)

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

    def __init__(self, *, means: str = "", **kwargs: Any) -> None:
        super().__init__(metadata=meant(means), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise self.make_error("invalid")


class JsonObject(fields.Field[dict[str, Any]]):
    """An object of the procedure's own making: its names and values are checked by the service that knows them."""

    default_error_messages = {"invalid": "Donnez un objet."}  # noqa: RUF012

    def __init__(self, *, means: str = "", **kwargs: Any) -> None:
        super().__init__(metadata=meant(means), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        check_value(value)
        return value


def choice(values: Iterable[str], *, means: str = "", **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(list(values)), metadata=meant(means), **kwargs)


def part(schema: Any, *, means: str = "", **kwargs: Any) -> fields.Field[Any]:
    """A part of a body with a schema of its own."""
    return fields.Nested(schema, metadata=meant(means), **kwargs)


def several(
    inner: fields.Field[Any], most: int | None, *, least: int | None = None, means: str = "", **kwargs: Any
) -> Any:
    """A list of `least` to `most` of these."""
    return fields.List(inner, validate=validate.Length(least, most), metadata=meant(means), **kwargs)


# What a field of a procedure may hold; without NUL anywhere.
VALUE_SCHEMA: dict[str, Any] = {
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
VALUES_SCHEMA: dict[str, Any] = {
    "description": "Les valeurs d’une démarche, par nom de champ.",
    "type": "object",
    "maxProperties": MOST_VALUES,
    "propertyNames": {"pattern": "^[a-z0-9_]{1,80}$"},
    "additionalProperties": {"$ref": "#/components/schemas/Value"},
}


def document_object(self: Any, field: fields.Field[Any], **kwargs: Any) -> dict[str, Any]:
    """For apispec: a JsonObject is a reference to the recursive schema."""
    if not isinstance(field, JsonObject):
        return {}
    values = {"$ref": "#/components/schemas/Values"}
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
