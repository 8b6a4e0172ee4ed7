"""What programs send and read of a storage space."""

from marshmallow import RAISE, Schema, fields, validate

from gateway.api.fields import NAME, Text, uuid
from gateway.api.schemas.common import Told, maybe, string
from gateway.api.schemas.pieces import File
from services.townhall.pieces import LONGEST_LABEL

MOST_AT_ONCE = 40
LABELLED = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


class StoredPiece(Told):
    id = string()
    label = string()
    added_at = string()
    files = fields.List(fields.Nested(File), required=True)


class RejectedFile(Told):
    """Un fichier que le contrôle de sécurité a écarté après coup ; il est effacé."""

    label = string(metadata={"description": "Le nom de sa pièce."})
    name = string()
    at = string()


class Storage(Told):
    documents = fields.List(fields.Nested(StoredPiece), required=True)
    most = fields.Integer(required=True, metadata={"description": "Combien de pièces l’espace peut contenir."})
    taken = fields.Integer(
        required=True, metadata={"description": "Combien de places sont prises, avec les pièces en cours d’ajout."}
    )
    rejected = fields.List(
        fields.Nested(RejectedFile), metadata={"description": "Les fichiers écartés depuis moins de trente jours."}
    )


class Labelled(Schema):
    label = Text(LONGEST_LABEL, shortest=1, pattern=LABELLED, required=True)


class AddPiece(Labelled):
    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class NoWords(Schema):
    """A form that holds a file and nothing else."""


class AddFile(Schema):
    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class StoredUpload(Told):
    file_id = string()
    document_id = string()
    name = fields.String()
    size = fields.Integer()
    type = maybe(fields.String())
    state = string()
    reason = maybe(fields.String())


class Chosen(Schema):
    document_id = uuid(required=True)
    piece = Text(80, pattern=NAME, required=True, metadata={"description": "La pièce demandée par la démarche."})


class UseStored(Schema):
    documents = fields.List(
        fields.Nested(Chosen(unknown=RAISE)), required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )


class StoreCopies(Schema):
    documents = fields.List(uuid(required=True), required=True, validate=validate.Length(1, MOST_AT_ONCE))


class Copied(Told):
    documents = fields.Integer(required=True, metadata={"description": "Combien de pièces ont été copiées."})
    there = fields.Integer(
        metadata={"description": "Combien ne sont pas copiées, parce que leurs fichiers y sont déjà."}
    )
