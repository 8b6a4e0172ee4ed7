"""Members of a family."""

from marshmallow import Schema, fields

from gateway.api.fields import Flag, Text, choice, day
from gateway.api.schemas.common import EMAIL, Told, maybe, string


class DescribedMember(Schema):
    """`parental_authority`: demandé pour un enfant, sans objet pour les autres."""

    relation = choice(("child", "spouse", "parent", "other"), required=True)
    birth_name = Text(100, shortest=1, required=True)
    usage_name = Text(100)
    given_names = Text(100, shortest=1, required=True)
    birth_date = day(required=True)
    parental_authority = choice(("joint", "sole", "none"))
    email = Text(245, pattern=f"^$|{EMAIL}")
    mobile_phone = Text(25)
    home_phone = Text(25)
    work_phone = Text(25)
    even_if_there = Flag()


class FamilyMember(Told):
    id = string()
    full_name = string()
    relation = string()
    relation_label = string()
    birth_name = string()
    usage_name = string()
    given_names = string()
    birth_date = string()
    parental_authority = string()
    email = string()
    mobile_phone = string()
    home_phone = string()
    work_phone = string()
    address = maybe(
        fields.Dict(metadata={"description": "Absente : la personne vit à l’adresse du titulaire de l’espace."})
    )


class Family(Told):
    members = fields.List(fields.Nested(FamilyMember), required=True)
    most = fields.Integer(required=True, metadata={"description": "Nombre de membres qu’un espace peut compter."})
