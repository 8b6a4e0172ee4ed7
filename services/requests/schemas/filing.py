"""Declared calls that file a request. Moments and days are ISO 8601."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow.fields import Raw

from services.chassis.contracts import LONGEST_ADDRESS, Command, Json, Remembered, checked, identifier, marked, text
from services.chassis.french_fields import Named, Text, Whole, one_of
from services.chassis.structs import Struct
from services.requests.schemas.dashboard import Silence
from services.requests.schemas.shapes import optional_text, optional_whole, slug

IDENTITIES = ("checked_at_counter",)


class Receipt(Struct):
    """`tracking_token` is that of the first link, for who files without an account; None once the links were renewed, and as
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


def _manifest() -> Any:
    made = Text(load_default=None, allow_none=True)
    return field(default=None, metadata={"field": made, "remembered": Remembered.DEFAULT})


def _identity() -> Any:
    return optional_text(one_of(IDENTITIES))


def _address() -> Any:
    return text(LONGEST_ADDRESS, remembered=Remembered.DEFAULT)


@dataclass(frozen=True, kw_only=True)
class SubmitDraft(Command[Receipt]):
    """`version`: of the definition that was read; `manifest`: the pieces that documents froze, signed; `seen`: the mark of the
    summary that was read, WrittenElsewhere where it is another; `identity`: how an agent made sure of who asks.

    `address_seen`: the network address of the HTTP request, whose share of places is counted. Raises SecurityCodeRequired for
    a place above that share, until `code_given` says that accounts has taken a security code for this call.
    """

    draft_id: str = identifier()
    version: int = checked(Whole(required=True, least=1))
    manifest: str | None = _manifest()
    seen: str | None = optional_text(blank=True)
    identity: str | None = _identity()
    address_seen: str = _address()
    code_given: bool = marked(remembered=Remembered.LEFT_OUT, default=False)


@dataclass(frozen=True, kw_only=True)
class Submit(Command[Receipt]):
    """A request given whole, without going through steps, of a draft or of none; otherwise as `SubmitDraft`."""

    procedure: str = slug()
    version: int | None = optional_whole(least=1)
    draft_id: str | None = identifier(required=False)
    applicant: Json = checked(Named(required=True))
    member: Any = checked(Raw(load_default=None, allow_none=True), default=None)
    answers: Json = checked(Named(required=True))
    slot: datetime | None = None
    manifest: str | None = _manifest()
    identity: str | None = _identity()
    address_seen: str = _address()
    code_given: bool = marked(remembered=Remembered.LEFT_OUT, default=False)
