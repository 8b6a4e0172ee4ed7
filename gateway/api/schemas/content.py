"""News, activities, practical information and polls."""

from marshmallow import fields

from gateway.api.answers import Answer, answer, many
from gateway.api.bodies import body
from gateway.api.fields import JsonObject, choice, slug
from gateway.api.schemas.common import page, string
from gateway.api.schemas.people import AskedAboveAShare
from services.content.schemas import articles, own_news

ContentQuery = body(own_news.ListOwnNews, "", "ContentQuery", category=slug(), page=page())
NewsQuery = body(
    articles.ListNews, "", "NewsQuery", category=slug(), audience=choice(("public", "account")), page=page()
)


class Item(Answer):
    slug = string()
    title = string()


class Items(Answer):
    items = many(Item)
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
    answers = JsonObject(required=True, means="Les réponses, par nom de question.")
