"""What documents is asked and what it answers. The only module of this room that others may import."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from services.chassis.french_fields import FrenchSchema, Listed, Part, Text, Whole, shaped
from services.townhall.pieces import FOR_THE_DECISION, LONGEST_LABEL

NOT_AN_ID: dict[str, Any] = {"invalid_uuid": "Il faut un identifiant.", "required": "Cette information manque."}
A_LABEL = shaped(rf".{{0,{LONGEST_LABEL}}}", f"Ce texte est trop long : {LONGEST_LABEL} caractères au plus.")
ANY_NAME = shaped(r"(?s).{1,4096}", "Ce nom de fichier est trop long : renommez le fichier.")
"""Whatever the person's machine calls it: what is kept of it is decided by `formats.safe_name`."""

A_DAY = validate.Range(
    date(1900, 1, 1), date(2199, 12, 31), error="Indiquez un jour du calendrier, par exemple 2026-12-01."
)


class WithGrant(FrenchSchema):
    grant = Text(required=True)


class StaffViews(WithGrant):
    at_most = Whole(required=True, least=1)
    before_at = fields.AwareDateTime(load_default=None, allow_none=True)
    before_id = Whole(least=0, load_default=None, allow_none=True)


class Looks(FrenchSchema):
    agent = fields.UUID(load_default=None, allow_none=True, error_messages=NOT_AN_ID)
    day = fields.Date(load_default=None, allow_none=True, validate=A_DAY)
    at_most = Whole(required=True, least=1)
    before_at = fields.AwareDateTime(load_default=None, allow_none=True)
    before_id = Whole(least=0, load_default=None, allow_none=True)


class WithFile(WithGrant):
    file_id = fields.UUID(required=True, error_messages=NOT_AN_ID)


class BeginUpload(WithGrant):
    piece = Text(required=True, checks=[A_LABEL])
    label = Text(load_default=None, allow_none=True, blank=True, checks=[A_LABEL])
    filename = Text(required=True, checks=[ANY_NAME])
    size = Whole(required=True)
    document_id = fields.UUID(load_default=None, allow_none=True, error_messages=NOT_AN_ID)
    """The document that the file joins, whose piece and label then count."""
    content_type = Text(load_default=None, allow_none=True, blank=True)
    """What the browser says; kept nowhere, for the content decides."""


class Freeze(WithGrant):
    pieces = Listed(Text(), load_default=None, allow_none=True)
    """Only these are handed in: those that the form shows. Absent: all."""


class FileView(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    type = fields.String(required=True)
    scan = fields.String(required=True, validate=validate.OneOf(["not_scanned", "clean"]))


class DocumentView(Schema):
    id = fields.UUID(required=True)
    piece = fields.String(required=True)
    label = fields.String(required=True)
    side = fields.String(required=True, validate=validate.OneOf(["citizen", "town"]))
    sensitive = fields.Boolean(required=True)
    delete_after = fields.String(required=True, allow_none=True, validate=validate.OneOf([FOR_THE_DECISION]))
    added_at = fields.AwareDateTime(required=True)
    files = fields.List(fields.Nested(FileView), required=True)


class Documents(Schema):
    documents = fields.List(fields.Nested(DocumentView), required=True)


class ImportedDocument(FrenchSchema):
    request_id = fields.UUID(required=True, error_messages=NOT_AN_ID)
    piece = Text(required=True)
    label = Text(load_default=None, allow_none=True)
    at = fields.AwareDateTime(required=True)
    files = Listed(Text(), required=True)


class ImportDocuments(FrenchSchema):
    """Documents of sample requests, with their past dates; their files are drawn from their names."""

    documents = Listed(Part(ImportedDocument), required=True)
