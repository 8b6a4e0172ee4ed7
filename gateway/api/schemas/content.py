"""News, activities, practical information and polls."""

from marshmallow import fields

from gateway.api.answers import answer
from gateway.api.fields import JsonObject, choice, slug
from gateway.api.schemas.common import Page, Told, string
from gateway.api.schemas.people import AskedAboveAShare
from services.content.schemas import own_news


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


OwnNewsItem = answer(
    own_news.OwnNewsItem,
    image_alt="Ce que montre l’image de l’actualité.",
    picture="Vide sans image ; change avec elle.",
)
OwnNews = answer(
    own_news.OwnNews,
    published="Nombre d’actualités privées publiées, toutes catégories, lues ou non.",
    unread="Parmi elles, celles qui restent à lire.",
    total="Nombre dans la catégorie demandée.",
)


class Vote(AskedAboveAShare):
    answers = JsonObject(required=True, metadata={"description": "Les réponses, par nom de question."})
