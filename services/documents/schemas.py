"""What documents is asked and what it answers. The only module of this room that others may import."""

from marshmallow import Schema, fields, validate


class WithGrant(Schema):
    grant = fields.String(required=True)


class WithFile(WithGrant):
    file_id = fields.UUID(required=True)


class BeginUpload(WithGrant):
    piece = fields.String(required=True, validate=validate.Length(1, 80))
    label = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=120))
    filename = fields.String(required=True, validate=validate.Length(1, 255))
    size = fields.Integer(required=True, strict=True)
    content_type = fields.String(load_default=None, allow_none=True)


class UploadBegun(Schema):
    file_id = fields.UUID(required=True)
    put_url = fields.String(required=True)
    max_bytes = fields.Integer(required=True)


class UploadFinished(Schema):
    file_id = fields.UUID(required=True)
    document_id = fields.UUID(required=True)
    piece = fields.String(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    type = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(["ready", "refused"]))
    reason = fields.String()


class Freeze(WithGrant):
    pieces = fields.List(fields.String(), load_default=None, allow_none=True)
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
    added_at = fields.AwareDateTime(required=True)
    files = fields.List(fields.Nested(FileView), required=True)


class Documents(Schema):
    documents = fields.List(fields.Nested(DocumentView), required=True)


class Download(Schema):
    get_url = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    size = fields.Integer(required=True)


class ImportedDocument(Schema):
    request_id = fields.UUID(required=True)
    piece = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    files = fields.List(fields.String(), required=True)


class ImportDocuments(Schema):
    """Documents of sample requests, with their past dates; their files are drawn from their names."""

    documents = fields.List(fields.Nested(ImportedDocument), required=True)
