"""Partner spaces, and what a person keeps of them."""

from marshmallow import Schema, fields

from gateway.api.answers import Answer, answer
from gateway.api.fields import TOKEN, Text
from gateway.api.schemas.common import string
from services.accounts.schemas import partner_credentials as credentials
from services.content.schemas import partner_spaces as spaces

PartnerField = answer(
    spaces.PartnerField,
    role="`identifier` ou `secret`.",
    pattern="Expression régulière que toute la valeur suit ; vide : aucune.",
)
PartnerSpace = answer(
    spaces.PartnerSpace,
    kind="`form_post` : connexion immédiate possible ; `link` : le site est seulement ouvert.",
    url="La page de connexion du partenaire.",
)
KeptCredentials = answer(
    credentials.KeptCredentials, reminder="La référence à rappeler, là où le site est seulement ouvert ; vide sinon."
)
PartnerUse = answer(credentials.PartnerUse, act="`checking`, `refused`, `unreachable`, `saved`, `used` ou `removed`.")


class PartnerCredentials(Schema):
    values = fields.Dict(
        keys=fields.String(), values=Text(200), required=True, metadata={"description": "Par nom de champ de l’espace."}
    )


class PartnerConnectionPage(Answer):
    url = string()
    expires_at = string()


class PendingCredentials(PartnerCredentials):
    pending = Text(512, pattern=TOKEN, required=True)
