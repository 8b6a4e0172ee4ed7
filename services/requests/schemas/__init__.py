"""What the RPC methods of requests take. Everything is checked again by the rules: here only the shape."""

from typing import Any

from marshmallow import fields

from services.chassis.french_fields import FrenchSchema, Text


def optional(**options: Any) -> dict[str, Any]:
    return {"load_default": None, "allow_none": True, **options}


class Instant(fields.AwareDateTime):
    """An ISO 8601 instant with its offset."""

    default_error_messages = {  # noqa: RUF012 marshmallow's convention
        "invalid": "Il faut une date et une heure, par exemple 2026-12-01T09:00:00+00:00.",
        "invalid_awareness": "Il faut une heure avec son décalage, par exemple +00:00.",
    }


class Number(Text):
    """A request's number, however it was typed."""


class Tracking(FrenchSchema):
    number = Number(required=True)
    as_of = Instant(**optional())
