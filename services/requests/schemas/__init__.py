"""What the RPC methods of requests take. Everything is checked again by the rules: here only the shape."""

from typing import Any

from marshmallow import fields

from services.chassis.french_fields import FrenchSchema, Listed, Named, Text, Whole, YesNo, one_of, shaped
from services.procedures.schemas.definitions.procedures import Step

STEPS = tuple(Step)
IDENTITIES = ("checked_at_counter",)


def slug(**options: Any) -> Text:
    return Text(checks=[shaped(r"[a-z0-9-]{1,80}", "Il faut un identifiant.")], **options)


def name(**options: Any) -> Text:
    """What the town's data calls by a name with underscores, such as a status."""
    return Text(checks=[shaped(r"[a-z0-9_-]{1,80}", "Il faut un identifiant.")], **options)


def optional(**options: Any) -> dict[str, Any]:
    return {"load_default": None, "allow_none": True, **options}


class Identifier(fields.UUID):
    """A UUID, kept as text in its one canonical form."""

    default_error_messages = {"invalid_uuid": "Il faut un identifiant (UUID)."}  # noqa: RUF012 marshmallow's convention

    def _deserialize(self, value: object, attr: Any, data: Any, **kwargs: Any) -> str:  # type: ignore[override]
        return str(super()._deserialize(value, attr, data, **kwargs))


class Instant(fields.AwareDateTime):
    """An ISO 8601 instant with its offset."""

    default_error_messages = {  # noqa: RUF012 marshmallow's convention
        "invalid": "Il faut une date et une heure, par exemple 2026-12-01T09:00:00+00:00.",
        "invalid_awareness": "Il faut une heure avec son décalage, par exemple +00:00.",
    }


class Day(fields.Date):
    """An ISO 8601 day."""

    default_error_messages = {"invalid": "Il faut une date, par exemple 2026-12-01."}  # noqa: RUF012


class Number(Text):
    """A request's number, however it was typed."""


class Procedure(FrenchSchema):
    procedure = slug(required=True)


class DraftFor(Procedure):
    after = Identifier(**optional())
    """The command that was sent before this question, on a line of its own: it is waited for."""


class AdoptDrafts(FrenchSchema):
    visitor = Text(required=True, checks=[shaped(r"[0-9a-f]{64}", "Il faut l’identifiant d’un navigateur.")])


class DraftOnly(FrenchSchema):
    draft_id = Identifier(required=True)


class OpenDraft(FrenchSchema):
    procedure = slug(required=True)
    draft_id = Identifier(required=True)
    member = fields.Raw(**optional())
    anew = YesNo(**optional())


class SaveStep(FrenchSchema):
    draft_id = Identifier(required=True)
    step = Text(required=True, checks=[one_of(STEPS)])
    data = Named(required=True)
    strict = YesNo(**optional())
    page = Text(**optional())
    seen = Text(blank=True, **optional())


class FromSomewhere(FrenchSchema):
    """`address_seen` is where the HTTP request came from: counted with places and slots, kept as a keyed hash only."""

    address_seen = Text(load_default="", blank=True)


class HoldSlot(FromSomewhere):
    draft_id = Identifier(required=True)
    start = Instant(required=True)


class Filed(FromSomewhere):
    """`identity`: how the agent who files made sure of who asks. `code_given`: whether accounts took a security code for
    this very call."""

    identity = Text(checks=[one_of(IDENTITIES)], **optional())
    code_given = YesNo(load_default=False)


class SubmitDraft(Filed):
    draft_id = Identifier(required=True)
    version = Whole(required=True, least=1)
    manifest = Text(**optional())
    seen = Text(blank=True, **optional())


class Submit(Filed):
    procedure = slug(required=True)
    version = Whole(least=1, **optional())
    draft_id = Identifier(**optional())
    applicant = Named(required=True)
    member = fields.Raw(**optional())
    answers = Named(required=True)
    slot = Instant(**optional())
    manifest = Text(**optional())


class Tracking(FrenchSchema):
    number = Number(required=True)
    as_of = Instant(**optional())


class NoticeDetails(FrenchSchema):
    request_id = Identifier(required=True)
    event_id = Identifier(**optional())
    purpose = Text(**optional())


class ImportSamples(FrenchSchema):
    """The people of a town's file (`accounts.yaml`) with the requests of their past, and the agents who took them."""

    schema = Text(**optional())
    citizens = Listed(Named(), required=True)
    agents = Listed(Named(), **optional())


class CheckSamples(ImportSamples):
    """`definitions`: of the town's procedures by slug, as they are to be published; None where they are not known.

    `people_are_right`: accounts has nothing against any of the citizens, so what is told of them here is not told twice.
    """

    citizens = Listed(fields.Raw(), required=True)
    people_are_right = YesNo(load_default=True)
    definitions = Named(keys=Text(), values=Named(), **optional())
