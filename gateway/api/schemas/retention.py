"""Elimination lists."""

from marshmallow import Schema, fields, validate

from gateway.api.fields import Text, choice
from gateway.api.schemas.common import Told, maybe, string


class ListedElimination(Told):
    list_id = string()
    drawn_at = string()
    requests = fields.Integer(required=True)
    approved = maybe(fields.Integer())
    approved_at = maybe(fields.String())


class Eliminations(Told):
    ended = fields.Integer(required=True)
    lists = fields.List(fields.Nested(ListedElimination), required=True)


class Listed(Told):
    list_id = string()


class EliminationLine(Told):
    number = string()
    procedure = string()
    title = string()
    closed_on = string()
    kept_until = string()
    then = string(metadata={"description": "« destroy », « sort » ou « transfer », selon la démarche."})
    erasure = maybe(
        choice(
            ("asked", "accepted", "refused"),
            metadata={
                "description": "L’effacement que la personne a demandé, et ce que la mairie a répondu ; nul sinon."
            },
        )
    )
    approved = fields.Boolean(required=True)


class Elimination(Told):
    list_id = string()
    drawn_at = string()
    visa = maybe(fields.String())
    approved_at = maybe(fields.String())
    approved_by = maybe(
        fields.String(metadata={"description": "La fonction de l’agent, ou le nom de qui a tapé la commande."})
    )
    lines = fields.List(fields.Nested(EliminationLine), required=True)


class Approve(Schema):
    visa = Text(200, shortest=1, required=True, metadata={"description": "La référence du visa."})
    numbers = fields.List(
        Text(40, pattern=r"^[A-Za-z0-9-]{4,40}$"),
        validate=validate.Length(min=1),
        metadata={
            "description": "Les seules demandes à effacer. Sans cette liste : toutes celles que leur démarche dit de "
            "détruire, et aucune de celles qu’elle dit de trier ou de verser."
        },
    )
