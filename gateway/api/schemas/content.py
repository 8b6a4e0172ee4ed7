"""News, activities, practical information and polls."""

from marshmallow import Schema, fields, validate

from gateway.api.fields import Text, slug
from gateway.api.schemas.common import Page, string


class ContentQuery(Page):
    category = slug()


class Item(Schema):
    slug = string()
    title = string()


class Items(Schema):
    items = fields.List(fields.Nested(Item), required=True)
    total = fields.Integer()


class Vote(Schema):
    choices = fields.List(Text(80, shortest=1), required=True, validate=validate.Length(1, 20))
