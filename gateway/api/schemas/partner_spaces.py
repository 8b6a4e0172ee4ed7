"""Partner spaces, and what a person keeps of them."""

from marshmallow import Schema, fields

from gateway.api.fields import TOKEN, Text
from gateway.api.schemas.common import Told, string


class PartnerField(Told):
    name = string()
    label = string()
    role = string(metadata={"description": "`identifier` ou `secret`."})
    pattern = string(metadata={"description": "Expression régulière que toute la valeur suit ; vide : aucune."})
    help = string()


class PartnerSpace(Told):
    slug = string()
    title = string()
    icon = string()
    description = string()
    registration_label = string()
    provider = string()
    issued_by = string()
    how_to_obtain = string()
    kind = string(
        metadata={"description": "`form_post` : connexion immédiate possible ; `link` : le site est seulement ouvert."}
    )
    url = string(metadata={"description": "La page de connexion du partenaire."})
    note = string()
    fields_ = fields.List(fields.Nested(PartnerField), required=True, data_key="fields")


class PartnerSpaces(Told):
    spaces = fields.List(fields.Nested(PartnerSpace), required=True)


class KeptCredentials(Told):
    slug = string()
    saved_at = string()
    reminder = string(
        metadata={"description": "La référence à rappeler, là où le site est seulement ouvert ; vide sinon."}
    )


class PartnerUse(Told):
    slug = string()
    act = string(metadata={"description": "`checking`, `refused`, `unreachable`, `saved`, `used` ou `removed`."})
    at = string()


class OwnPartnerSpaces(Told):
    kept = fields.List(fields.Nested(KeptCredentials), required=True)
    uses = fields.List(fields.Nested(PartnerUse), required=True)


class PartnerCredentials(Schema):
    values = fields.Dict(
        keys=fields.String(), values=Text(200), required=True, metadata={"description": "Par nom de champ de l’espace."}
    )


class PartnerConnectionPage(Told):
    url = string()
    expires_at = string()


class PendingCredentials(PartnerCredentials):
    pending = Text(512, pattern=TOKEN, required=True)
