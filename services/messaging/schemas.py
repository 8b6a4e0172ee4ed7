"""What messaging is asked and what it answers. The only module of this room that others may import."""

from marshmallow import Schema, fields, validate


class WithGrant(Schema):
    grant = fields.String(required=True)


class AddExchange(WithGrant):
    text = fields.String(required=True)


class OpenExchange(WithGrant):
    exchange_id = fields.UUID(required=True)


class ExchangeView(Schema):
    id = fields.UUID(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["to_town", "to_citizen"]))
    author = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)
    excerpt = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    mine = fields.Boolean(required=True)


class Thread(Schema):
    items = fields.List(fields.Nested(ExchangeView), required=True)
    unread = fields.Integer(required=True)


class EmailView(Schema):
    kind = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["due", "sent", "failed"]))


class ImportedExchange(Schema):
    request_id = fields.UUID(required=True)
    side = fields.String(required=True, validate=validate.OneOf(["citizen", "town"]))
    author = fields.String(load_default="")
    at = fields.AwareDateTime(required=True)
    read = fields.Boolean(load_default=False)
    text = fields.String(required=True)


class ImportExchanges(Schema):
    """Exchanges of sample requests, with their past dates; no mail leaves for them."""

    exchanges = fields.List(fields.Nested(ImportedExchange), required=True)
