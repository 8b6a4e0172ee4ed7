"""News, activities, practical information and polls."""

from marshmallow import fields

from gateway.api.fields import JsonObject, slug
from gateway.api.schemas.common import Page, Told, string
from gateway.api.schemas.people import AskedAboveAShare


class ContentQuery(Page):
    category = slug()


class Item(Told):
    slug = string()
    title = string()


class Items(Told):
    items = fields.List(fields.Nested(Item), required=True)
    total = fields.Integer()


class Vote(AskedAboveAShare):
    answers = JsonObject(required=True, metadata={"description": "Les réponses, par nom de question."})
