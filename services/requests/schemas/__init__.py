"""What the RPC methods of requests take. Everything is checked again by the rules: here only the shape."""

from typing import Any

from marshmallow import fields

from services.chassis.french_fields import FrenchSchema, Listed, Named, Text, YesNo


def optional(**options: Any) -> dict[str, Any]:
    return {"load_default": None, "allow_none": True, **options}


class Identifier(fields.UUID):
    """A UUID, kept as text in its one canonical form."""

    default_error_messages = {"invalid_uuid": "Il faut un identifiant (UUID)."}  # noqa: RUF012 marshmallow's convention

    def _deserialize(self, value: object, attr: Any, data: Any, **kwargs: Any) -> str:  # type: ignore[override]
        return str(super()._deserialize(value, attr, data, **kwargs))


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


class NoticeDetails(FrenchSchema):
    request_id = Identifier(required=True)
    event_id = Identifier(**optional())
    purpose = Text(**optional())


class ImportSamples(FrenchSchema):
    """The people of a town's file (`accounts.yaml`) with the requests of their past, and the agents who took them."""

    schema = Text(**optional())
    citizens = Listed(Named(), required=True)
    agents = Listed(Named(), **optional())


class CheckSamples(ImportSamples):
    """`definitions`: of the town's procedures by slug, as they are to be published; None where they are not known.

    `people_are_right`: accounts has nothing against any of the citizens, so what is told of them here is not told twice.
    """

    citizens = Listed(fields.Raw(), required=True)
    people_are_right = YesNo(load_default=True)
    definitions = Named(keys=Text(), values=Named(), **optional())
