"""The portal's own search."""

from marshmallow import Schema, fields

from gateway.api.answers import Answer, many, maybe
from gateway.api.fields import SAYING, Text, choice, described
from gateway.api.schemas.common import string


class SearchQuery(Schema):
    q = Text(
        200,
        shortest=1,
        pattern=SAYING,
        required=True,
        means="Mots cherchés, sans égard aux accents, à la casse ni aux petites fautes.",
    )


class FoundItem(Answer):
    kind = choice(
        ("procedure", "news", "activities", "practical_info"),
        required=True,
        means="Ce que c’est, et donc où le lire : `/procedures`, `/news`, `/activities` ou `/practical-info`.",
    )
    slug = string()
    title = string()
    summary = fields.String()
    partial = described(
        fields.Boolean(required=True), "Répond à une partie des mots seulement ; vient après ce qui a tous les mots."
    )
    rank = fields.Float()
    area_title = described(fields.String(), "Le domaine d’une démarche.")
    category_label = described(fields.String(), "La rubrique d’une actualité, d’une activité ou d’une information.")


class Found(Answer):
    items = many(FoundItem)
    total = described(
        fields.Integer(required=True), "Combien répondent ; au-delà de ceux qui sont donnés, ajoutez un mot."
    )
    suggestion = maybe(
        fields.String(), "Les mots tels qu’ils ont été lus, si l’un d’eux n’est nulle part sur le portail."
    )
    away = described(
        fields.Boolean(required=True),
        "Actualités, activités et informations pratiques n’ont pas pu être cherchées à cet instant.",
    )
