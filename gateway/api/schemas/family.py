"""Members of a family."""

from marshmallow import fields

from gateway.api.answers import answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import Text, choice, day
from gateway.api.schemas.common import EMAIL
from gateway.api.schemas.people import NAMES, PHONES
from services.accounts.schemas import family as calls
from services.townhall.person import GUARDIANS, RELATIONS

DescribedMember = body(
    calls.DescribedMember,
    relation=choice(RELATIONS, required=True),
    **NAMES,
    birth_date=day(required=True),
    parental_authority=choice(GUARDIANS),
    email=Text(245, pattern=f"^$|{EMAIL}"),
    **PHONES,
)
FamilyMember = answer(
    calls.Member,
    "FamilyMember",
    address=maybe(fields.Dict(), "Absente : la personne vit à l’adresse du titulaire de l’espace."),
)
Family = answer(calls.Family, most="Nombre de membres qu’un espace peut compter.")
