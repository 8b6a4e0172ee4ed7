"""Declared calls about a request that is being typed. Answers and people stay mappings, as they were typed: they may be wrong,
and are kept. Moments are ISO 8601."""

from dataclasses import field
from datetime import datetime

from marshmallow.fields import Raw

from services.chassis.contracts import (
    LONGEST_ADDRESS,
    Command,
    Done,
    Json,
    Query,
    Remembered,
    checked,
    identifier,
    text,
)
from services.chassis.french_fields import Named, Text, shaped
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.forms import StopLink
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas.own_data import Section
from services.requests.schemas.quotas import Quota
from services.requests.schemas.shapes import optional_text, slug

A_BROWSER = shaped(r"[0-9a-f]{64}", "Il faut l’identifiant d’un navigateur.")


class DraftStep(Struct):
    """`state`: "done", "current" or "todo"."""

    slug: Step
    label: str
    state: str


class KeptSlot(Struct):
    start: str
    end: str
    held_until: str


class DraftSlot(KeptSlot):
    expired: bool


class Titled(Struct):
    title: str
    text: str


class AnswerLine(Struct):
    """A question of the form and its answer, as a person reads them."""

    name: str
    label: str
    type: str
    value: str


class Stopped(Struct):
    """The answer to `field` with which the request cannot be filed: what the procedure says then, and a body that can help."""

    field: str
    message: str
    link: StopLink | None


class Labelled(Struct):
    applicant: tuple[Section, ...]
    answers: tuple[AnswerLine, ...]


class DraftView(Struct):
    """`errors` are those of the steps seen, `unready` those of every step, by step and name: while there are any, a submission
    is refused. `marks`: by step, what its page showed. `grant` adds files. `given_up`: by box that gives up a value of the
    profile, that value."""

    id: str
    procedure: str
    version: int
    marks: dict[str, str]
    from_profile: bool
    steps: tuple[DraftStep, ...]
    applicant: Json
    answers: Json
    member: Json | None
    member_removed: bool
    slot: DraftSlot | None
    updated_at: str
    expires_at: str
    errors: dict[str, dict[str, str]]
    unready: dict[str, dict[str, str]]
    stopped: Stopped | None
    advice: Titled | None
    shown_fields: tuple[str, ...]
    shown_documents: tuple[str, ...]
    labelled: Labelled
    quota: Quota | None
    grant: str
    given_up: dict[str, str] = field(default_factory=dict[str, str])


class OpenDraft(Command[DraftView]):
    """The actor's draft of this procedure, made under that id if there is none; `anew` discards what was typed before.

    `member`: the id of a member of the family, or, of an agent, the person described.
    """

    procedure: str = slug()
    draft_id: str = identifier()
    member: str | Json | None = checked(Raw(load_default=None, allow_none=True), default=None)
    anew: bool | None = None


class DraftFor(Struct):
    """Each None where there is none."""

    draft: DraftView | None
    quota: Quota | None


class ReadDraftFor(Query[DraftFor], method="draft_for"):
    """The actor's draft of this procedure; `after`: once that command has taken effect, else it raises SaveNotReceivedYet."""

    procedure: str = slug()
    after: str | None = identifier(required=False)


class DraftLine(Struct):
    """One among others: nothing of what was typed."""

    id: str
    procedure: str
    procedure_title: str
    offered: bool
    member_name: str
    member_id: str
    slot: DraftSlot | None
    steps: tuple[DraftStep, ...]
    updated_at: str
    expires_at: str


class Drafts(Struct):
    items: tuple[DraftLine, ...]


class ListDrafts(Query[Drafts], method="my_drafts"):
    """What the actor has begun and not filed, the last one touched first; of withdrawn procedures as well."""


class Adopted(Struct):
    """The ids of the drafts that are the account's now, and the procedures of those that are not."""

    adopted: tuple[str, ...]
    left: tuple[str, ...]


class AdoptDrafts(Command[Adopted]):
    """Gives to the account what that browser began without one."""

    visitor: str = checked(Text(required=True, checks=[A_BROWSER]))


class ReadDraft(Query[DraftView], method="draft"):
    """Raises DraftNotFound, and DraftFiled for the actor who filed it."""

    draft_id: str = identifier()


class SaveStep(Command[DraftView]):
    """The draft with what was typed, right or wrong.

    `strict`: raises NotAsked, and keeps nothing, where the step does not ask it. `page`, `seen`: which page sends it, and the
    mark of what it showed; raises WrittenElsewhere where it would overwrite another page's words.
    """

    draft_id: str = identifier()
    step: Step
    data: Json = checked(Named(required=True))
    strict: bool | None = None
    page: str | None = optional_text()
    seen: str | None = optional_text(blank=True)


class SlotKept(Struct):
    slot: KeptSlot


class HoldSlot(Command[SlotKept]):
    """For fifteen minutes, in place of the slot held before. `address_seen`: the network address of the HTTP request.

    Raises SlotGone, SlotNotOffered, TooManyThatDay, TooManyHolds.
    """

    draft_id: str = identifier()
    start: datetime
    address_seen: str = text(LONGEST_ADDRESS, remembered=Remembered.LEFT_OUT)


class ReleaseSlot(Command[Done]):
    draft_id: str = identifier()


class DiscardDraft(Command[Done]):
    """What was typed, the slot and the files are gone. Asked twice, nothing more happens."""

    draft_id: str = identifier()
