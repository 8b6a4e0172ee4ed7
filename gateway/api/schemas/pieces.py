"""The pieces of a draft or request, and their files."""

from marshmallow import Schema, fields

from gateway.api.fields import NAME, Text
from gateway.api.schemas.common import Told, maybe, string
from services.townhall.pieces import LONGEST_LABEL


class UploadForm(Schema):
    piece = Text(80, pattern=NAME, required=True, metadata={"description": "La pièce demandée par la démarche."})
    label = Text(LONGEST_LABEL)


class UploadDocument(Schema):
    piece = Text(80, pattern=NAME, required=True)
    label = Text(LONGEST_LABEL)
    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class UploadedFile(Told):
    file_id = string()
    document_id = fields.String()
    piece = fields.String()
    name = fields.String()
    size = fields.Integer()
    type = maybe(fields.String())
    state = string()
    reason = maybe(fields.String())


class File(Told):
    id = string()
    name = string()
    size = fields.Integer(required=True)
    type = maybe(fields.String())


class Document(Told):
    id = string()
    piece = fields.String()
    label = maybe(fields.String())
    author = maybe(
        fields.String(metadata={"description": "Qui, à la mairie, l’a ajoutée ; pour les agents seulement."})
    )
    files = fields.List(fields.Nested(File), required=True)


class Documents(Told):
    documents = fields.List(fields.Nested(Document), required=True)
