"""What programs send and read of a storage space."""

from marshmallow import RAISE, Schema, fields

from gateway.api.answers import answer, maybe
from gateway.api.fields import NAME, SAYING, Text, part, several, uuid
from services.documents.schemas import storage as calls
from services.townhall.pieces import LONGEST_LABEL

MOST_AT_ONCE = 40
FILE = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
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
    label = Text(LONGEST_LABEL, shortest=1, pattern=SAYING, required=True)


class AddPiece(Labelled):
    file = FILE


class AddFile(Schema):
    file = FILE


class Chosen(Schema):
    document_id = uuid(required=True)
    piece = Text(80, pattern=NAME, required=True, means="La pièce demandée par la démarche.")


class UseStored(Schema):
    documents = several(part(Chosen(unknown=RAISE)), MOST_AT_ONCE, least=1, required=True)


class StoreCopies(Schema):
    documents = several(uuid(required=True), MOST_AT_ONCE, least=1, required=True)
