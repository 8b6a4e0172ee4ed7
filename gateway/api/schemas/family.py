"""Members of a family."""

from marshmallow import Schema, fields

from gateway.api.answers import answer, maybe
from gateway.api.fields import Flag, Text, choice, day
from gateway.api.schemas.common import EMAIL
from services.accounts.schemas import family as calls


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


FamilyMember = answer(
    calls.Member,
    "FamilyMember",
    address=maybe(
        fields.Dict(metadata={"description": "Absente : la personne vit à l’adresse du titulaire de l’espace."})
    ),
)
Family = answer(calls.Family, most="Nombre de membres qu’un espace peut compter.")
