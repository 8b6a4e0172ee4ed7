"""The pieces of a draft or request, and their files."""

from marshmallow import Schema, fields

from gateway.api.answers import answer, maybe
from gateway.api.fields import NAME, Text
from gateway.api.schemas.storage import FILE
from services.documents.schemas import pieces as calls
from services.townhall.pieces import LONGEST_LABEL


class UploadDocument(Schema):
    piece = Text(80, pattern=NAME, required=True, means="La pièce demandée par la démarche.")
    label = Text(LONGEST_LABEL)
    file = FILE


UploadedFile = answer(calls.Uploaded, "UploadedFile")
Document = answer(
    calls.Document, label=maybe(fields.String()), author="Qui, à la mairie, l’a ajoutée ; pour les agents seulement."
)
