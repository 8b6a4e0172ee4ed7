"""The archive of one's data, as programs read where it stands."""

from marshmallow import fields, validate

from gateway.api.schemas.common import Told, string


class Archive(Told):
    state = fields.String(
        required=True,
        validate=validate.OneOf(["none", "asked", "ready"]),
        metadata={"description": "`none` : aucune ; `asked` : elle se prépare ; `ready` : elle peut être téléchargée."},
    )
    kept_days = fields.Integer(required=True, metadata={"description": "Combien de jours une archive est gardée."})
    asked_at = string()
    ready_at = string()
    expires_at = string(metadata={"description": "Jusqu’à quand elle peut être téléchargée ; vide sans archive."})
    next_at = string(
        metadata={"description": "À partir de quand une autre peut être demandée ; vide : dès maintenant."}
    )
    size = fields.Integer(required=True)
