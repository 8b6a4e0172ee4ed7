"""News, activities, practical information and polls."""

from marshmallow import Schema, fields

from gateway.api.fields import JsonObject, slug
from gateway.api.schemas.common import Page, Told, string


class ContentQuery(Page):
    category = slug()


class Item(Told):
    slug = string()
    title = string()


class Items(Told):
    items = fields.List(fields.Nested(Item), required=True)
    total = fields.Integer()


class Vote(Schema):
    answers = JsonObject(required=True, metadata={"description": "Les réponses, par nom de question."})
