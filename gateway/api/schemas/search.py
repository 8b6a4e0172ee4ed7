"""The portal's own search."""

from marshmallow import Schema, fields, validate

from gateway.api.fields import SAYING, Text
from gateway.api.schemas.common import Told, maybe, string


class SearchQuery(Schema):
    q = Text(
        200,
        shortest=1,
        pattern=SAYING,
        required=True,
        metadata={"description": "Mots cherchés, sans égard aux accents, à la casse ni aux petites fautes."},
    )


class FoundItem(Told):
    kind = string(
        validate=validate.OneOf(["procedure", "news", "activities", "practical_info"]),
        metadata={
            "description": "Ce que c’est, et donc où le lire : `/procedures`, `/news`, `/activities` ou `/practical-info`."
        },
    )
    slug = string()
    title = string()
    summary = fields.String()
    partial = fields.Boolean(
        required=True,
        metadata={"description": "Répond à une partie des mots seulement ; vient après ce qui a tous les mots."},
    )
    rank = fields.Float()
    area_title = fields.String(metadata={"description": "Le domaine d’une démarche."})
    category_label = fields.String(
        metadata={"description": "La rubrique d’une actualité, d’une activité ou d’une information."}
    )


class Found(Told):
    items = fields.List(fields.Nested(FoundItem), required=True)
    total = fields.Integer(
        required=True, metadata={"description": "Combien répondent ; au-delà de ceux qui sont donnés, ajoutez un mot."}
    )
    suggestion = maybe(
        fields.String(
            metadata={"description": "Les mots tels qu’ils ont été lus, si l’un d’eux n’est nulle part sur le portail."}
        )
    )
    away = fields.Boolean(
        required=True,
        metadata={
            "description": "Actualités, activités et informations pratiques n’ont pas pu être cherchées à cet instant."
        },
    )
