"""Partner spaces, and what a person keeps of them."""

from marshmallow import fields

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
