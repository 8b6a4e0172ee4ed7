"""What is latest and what waits for the holder of a space."""

from marshmallow import fields

from gateway.api.schemas.common import Told
from gateway.api.schemas.requests import MyRequestLine


class Dashboard(Told):
    """Sans les demandes archivées."""

    latest = fields.List(
        fields.Nested(MyRequestLine),
        required=True,
        metadata={"description": "Les plus récentes, autant que la commune le dit."},
    )
    unread = fields.List(
        fields.Nested(MyRequestLine),
        required=True,
        metadata={"description": "Toutes celles qui ont un échange à lire."},
    )
    appointments = fields.List(
        fields.Nested(MyRequestLine),
        required=True,
        metadata={"description": "Les rendez-vous à venir, le plus proche d’abord."},
    )
    to_read = fields.Integer(required=True, metadata={"description": "Nombre d’échanges à lire."})
