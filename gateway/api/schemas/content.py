"""News, activities, practical information and polls."""

from marshmallow import fields

from gateway.api.answers import Answer, answer, many
from gateway.api.bodies import body
from gateway.api.fields import JsonObject, Whole, choice, slug
from gateway.api.schemas.common import page, string
from gateway.api.schemas.people import AskedAboveAShare
from services.content.schemas import articles, own_news, pictures, town_map

ContentQuery = body(own_news.ListOwnNews, "", "ContentQuery", category=slug(), page=page())
PictureQuery = body(
    pictures.ReadHomePicture,
    "",
    "PictureQuery",
    width=Whole(
        0,
        pictures.WIDEST,
        means="En points, la largeur d’affichage : l’image la plus étroite qui y suffit ; entière sans elle.",
    ),
)
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
    picture_widths="Les largeurs dans lesquelles l’image peut être demandée, la dernière est la sienne.",
    picture_height="La hauteur de l’image dans sa propre largeur.",
)
OwnNews = answer(
    own_news.OwnNews,
    published="Nombre d’actualités privées publiées, toutes catégories, lues ou non.",
    unread="Parmi elles, celles qui restent à lire.",
    total="Nombre dans la catégorie demandée.",
)


TownMap = answer(
    town_map.TownMapShown, map="Le nom du plan, sous lequel ses tuiles se lisent.", attribution="Qui l’a fait."
)


class Vote(AskedAboveAShare):
    answers = JsonObject(required=True, means="Les réponses, par nom de question.")
