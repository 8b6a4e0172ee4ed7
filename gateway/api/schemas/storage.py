"""What programs send and read of a storage space."""

from marshmallow import Schema, fields

from gateway.api.fields import Text
from gateway.api.schemas.common import Told, maybe, string
from gateway.api.schemas.requests import File
from services.chassis.pieces import LONGEST_LABEL

LABELLED = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


class StoredPiece(Told):
    id = string()
    label = string()
    added_at = string()
    files = fields.List(fields.Nested(File), required=True)


class Storage(Told):
    documents = fields.List(fields.Nested(StoredPiece), required=True)
    most = fields.Integer(required=True, metadata={"description": "Combien de pièces l’espace peut contenir."})
    taken = fields.Integer(
        required=True, metadata={"description": "Combien de places sont prises, avec les pièces en cours d’ajout."}
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
