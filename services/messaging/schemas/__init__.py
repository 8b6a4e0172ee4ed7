"""What messaging is asked and what it answers. The only module of this room that others may import."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import Schema, ValidationError, fields, validate

from services.chassis.french_fields import FrenchSchema, Listed, Part, Text, Whole, YesNo, one_of

NOT_AN_ID: dict[str, Any] = {"invalid_uuid": "Il faut un identifiant.", "required": "Cette information manque."}


class WithGrant(FrenchSchema):
    grant = Text(required=True)


class AddExchange(WithGrant):
    text = Text(required=True, blank=True)
    """An empty one is refused by the rule, which says what to do."""
    seen = fields.UUID(load_default=None, allow_none=True, error_messages=NOT_AN_ID)
    """The last exchange that its author had before their eyes."""


class OpenExchange(WithGrant):
    exchange_id = fields.UUID(required=True, error_messages=NOT_AN_ID)


class Letters(FrenchSchema):
    page = Whole(load_default=1, least=1, most=1_000)


class ReadLetter(WithGrant):
    letter_id = fields.UUID(load_default=None, allow_none=True, error_messages=NOT_AN_ID)
    """None for the acknowledgement."""
    enclosed = Listed(Text(), load_default=())


class PrintLetter(WithGrant):
    letter_id = fields.UUID(required=True, error_messages=NOT_AN_ID)
    enclosed = Listed(Text(), load_default=())


class DeliverLetter(WithGrant):
    letter_id = fields.UUID(required=True, error_messages=NOT_AN_ID)
    way = Text(required=True, checks=[one_of(("handed_over", "posted", "called"))])


class ExchangeView(Schema):
    id = fields.UUID(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["to_town", "to_citizen"]))
    author = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)
    excerpt = fields.String(required=True)
    cut = fields.Boolean(required=True)
    text = fields.String(required=True, allow_none=True)
    mine = fields.Boolean(required=True)


class Thread(Schema):
    items = fields.List(fields.Nested(ExchangeView), required=True)
    unread = fields.Integer(required=True)


class ImportedExchange(FrenchSchema):
    request_id = fields.UUID(required=True, error_messages=NOT_AN_ID)
    side = Text(required=True, checks=[one_of(("citizen", "town"))])
    author = Text(load_default="", blank=True)
    at = fields.AwareDateTime(required=True)
    read = YesNo(load_default=False)
    text = Text(required=True)


class ImportExchanges(FrenchSchema):
    """Exchanges of sample requests, with their past dates; no mail leaves for them."""

    exchanges = Listed(Part(ImportedExchange), required=True)


def _address(typed: str) -> None:
    try:
        validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        raise ValidationError("Écrivez une adresse complète, par exemple prenom.nom@exemple.fr.") from None


class TryMail(FrenchSchema):
    recipient = Text(required=True, checks=[_address])
