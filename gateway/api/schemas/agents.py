"""The agents' work: list, decisions, notes."""

from marshmallow import Schema, fields, validate

from gateway.api.fields import Flag, JsonObject, Text, choice, day, name, slug
from gateway.api.schemas.common import Page, Told, maybe, string
from gateway.api.schemas.requests import RequestLine, Seen

VIEWS = ("open", "mine", "new", "unread", "overdue", "awaiting", "closed", "all")
SORTS = ("due", "submitted", "-submitted")


class WorkListQuery(Page):
    view = choice(VIEWS)
    status = name()
    area = slug()
    procedure = slug()
    assignee = Text(80, shortest=1)
    overdue = Flag()
    q = Text(200)
    sort = choice(SORTS)


class WorkLine(RequestLine):
    applicant_name = maybe(fields.String())
    status = fields.Raw(required=True)
    due_on = maybe(fields.String())
    implicit_on = maybe(fields.String())
    overdue = fields.Boolean()
    unread = fields.Raw()
    assignee = maybe(fields.Raw())
    area = fields.String()


class WorkList(Told):
    items = fields.List(fields.Nested(WorkLine), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer()
    pages = fields.Integer()
    counts = fields.Dict()


class ChangeStatus(Seen):
    to = name(required=True)
    reply = slug()
    text = Text(10_000)
    values = JsonObject()
    reason = Text(5000)
    missing_documents = fields.List(name(), validate=validate.Length(max=20))
    deadline = day()
    other_administration = Text(200)


class PreviewReply(Schema):
    reply = slug(required=True)
    values = JsonObject()


class Preview(Told):
    text = string()
    unfilled = fields.List(fields.String(), required=True)


class Assign(Seen):
    assignee = Text(80, required=True, allow_none=True)


class AddNote(Schema):
    text = Text(5000, shortest=1, pattern=r"^[^\u0000]*[^\s\u0000][^\u0000]*$", required=True)
