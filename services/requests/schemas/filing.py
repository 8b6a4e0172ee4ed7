"""Declared calls that file a request. Moments and days are ISO 8601."""

from dataclasses import field
from datetime import datetime

from marshmallow.fields import Raw

from services.chassis.contracts import LONGEST_ADDRESS, Command, Json, Remembered, checked, identifier, marked, text
from services.chassis.french_fields import Named, Text, Whole, one_of
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas.dashboard import Silence
from services.requests.schemas.shapes import optional_text, optional_whole, slug

IDENTITIES = ("checked_at_counter",)
STEP_OF = {"answers": Step.REQUEST.value, "documents": Step.REQUEST.value}
"""The step at which a refused part of a submission is mended, where it has not the name of its step."""


class Receipt(Struct):
    """`tracking_token` is that of the first link, for an applicant without an account; None once the links were renewed, and as
    long as the request belongs to an account. `email_sent_to_hint`: "" without an e-mail address."""

    request_id: str
    number: str
    tracking_token: str | None
    procedure_title: str
    submitted_at: str
    due_on: str | None
    implicit_decision: Silence | None
    email_sent_to_hint: str
    next_steps: tuple[str, ...]


class Registered(Struct):
    """What is remembered of a filing; its receipt is made anew."""

    request_id: str
    number: str


class Filed(Struct):
    """`manifest`: the pieces that documents froze, signed; `identity`: how an agent checked who the applicant is.

    `address_seen`: the network address of the HTTP request, whose share of places is counted. Raises SecurityCodeRequired for
    a place above that share, until `code_given` says that accounts has taken a security code for this call.
    """

    manifest: str | None = field(
        default=None, metadata={"field": Text(load_default=None, allow_none=True), "remembered": Remembered.DEFAULT}
    )
    identity: str | None = optional_text(one_of(IDENTITIES))
    address_seen: str = text(LONGEST_ADDRESS, remembered=Remembered.DEFAULT)
    code_given: bool = marked(remembered=Remembered.LEFT_OUT, default=False)


class SubmitDraft(Filed, Command[Receipt]):
    """`version`: of the definition that was read; `seen`: the mark of the summary that was read, WrittenElsewhere where it is
    another."""

    draft_id: str = identifier()
    version: int = checked(Whole(required=True, least=1))
    seen: str | None = optional_text(blank=True)


class Submit(Filed, Command[Receipt]):
    """A request given whole, without going through steps, of a draft or of none; otherwise as `SubmitDraft`."""

    procedure: str = slug()
    version: int | None = optional_whole(least=1)
    draft_id: str | None = identifier(required=False)
    applicant: Json = checked(Named(required=True))
    member: str | Json | None = checked(Raw(load_default=None, allow_none=True), default=None)
    answers: Json = checked(Named(required=True))
    slot: datetime | None = None
