"""What programs send and read of a storage space."""

from marshmallow import RAISE, Schema, fields, validate

from gateway.api.answers import answer, maybe
from gateway.api.fields import NAME, Text, uuid
from services.documents.schemas import storage as calls
from services.townhall.pieces import LONGEST_LABEL

MOST_AT_ONCE = 40
LABELLED = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


StoredFile = answer(calls.StoredFile, type=maybe(fields.String()))
StoredPiece = answer(calls.StoredDocument, "StoredPiece")
RejectedFile = answer(calls.RejectedFile, label="Le nom de sa pièce.")
Storage = answer(
    calls.StorageSpace,
    "Storage",
    most="Combien de pièces l’espace peut contenir.",
    taken="Combien de places sont prises, avec les pièces en cours d’ajout.",
    rejected="Les fichiers écartés depuis moins de trente jours : le contrôle de sécurité les a effacés après coup.",
)
StoredUpload = answer(calls.Stored, "StoredUpload")
Copied = answer(
    calls.Copied,
    documents="Combien de pièces ont été copiées.",
    there="Combien ne sont pas copiées, parce que leurs fichiers y sont déjà.",
)


class Labelled(Schema):
    label = Text(LONGEST_LABEL, shortest=1, pattern=LABELLED, required=True)


class AddPiece(Labelled):
    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class NoWords(Schema):
    """A form that holds a file and nothing else."""


class AddFile(Schema):
    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class Chosen(Schema):
    document_id = uuid(required=True)
    piece = Text(80, pattern=NAME, required=True, metadata={"description": "La pièce demandée par la démarche."})


class UseStored(Schema):
    documents = fields.List(
        fields.Nested(Chosen(unknown=RAISE)), required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )


class StoreCopies(Schema):
    documents = fields.List(uuid(required=True), required=True, validate=validate.Length(1, MOST_AT_ONCE))
