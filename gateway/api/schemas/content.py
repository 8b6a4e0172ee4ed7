"""News, activities, practical information and polls."""

from marshmallow import fields

from gateway.api.fields import JsonObject, choice, slug
from gateway.api.schemas.common import Page, Told, string
from gateway.api.schemas.people import AskedAboveAShare


class ContentQuery(Page):
    category = slug()


class NewsQuery(ContentQuery):
    audience = choice(("public", "account"))


class Item(Told):
    slug = string()
    title = string()


class Items(Told):
    items = fields.List(fields.Nested(Item), required=True)
    total = fields.Integer()


class NewsCategory(Told):
    slug = string()
    label = string()
    count = fields.Integer(required=True)


class OwnNewsItem(Item):
    summary = string()
    category = string()
    category_label = string()
    published = string()
    image_alt = string(metadata={"description": "Ce que montre l’image de l’actualité."})
    highlighted = fields.Boolean(required=True)
    unread = fields.Boolean(required=True)
    picture = string(metadata={"description": "Vide sans image ; change avec elle."})


class OwnNews(Told):
    items = fields.List(fields.Nested(OwnNewsItem), required=True)
    published = fields.Integer(
        required=True, metadata={"description": "Nombre d’actualités privées publiées, toutes catégories, lues ou non."}
    )
    unread = fields.Integer(required=True, metadata={"description": "Parmi elles, celles qui restent à lire."})
    total = fields.Integer(required=True, metadata={"description": "Nombre dans la catégorie demandée."})
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    categories = fields.List(fields.Nested(NewsCategory), required=True)


class Vote(AskedAboveAShare):
    answers = JsonObject(required=True, metadata={"description": "Les réponses, par nom de question."})
