"""Filing a request: request, place and slot in one transaction, or nothing at all.

What is given is checked against the definition that is offered now; a slot that is gone or a quota that is full refuses
the whole, and the draft stays as it was.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Self
from uuid import UUID

from services.chassis.actors import Actor
from services.chassis.contracts import Json, from_json, to_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.signing import unsign
from services.chassis.structs import Struct
from services.documents.schemas.pieces import FrozenPiece, FrozenPieces
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests import blind_index, refusals
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of
from services.requests.capacity import holders, use_cases as capacity
from services.requests.capacity.slots import ChosenSlot
from services.requests.definitions.rows import Current
from services.requests.drafts import rows as draft_rows, rules as draft, views as drafts
from services.requests.filing import views
from services.requests.forms import applicant, rules as answers
from services.requests.request import commands, numbers, rows as store
from services.requests.request.events import Index
from services.requests.request.rules import decider
from services.requests.request.state import NotFiled
from services.requests.schemas.filing import STEP_OF, Registered, Submit, SubmitDraft
from services.requests.schemas.nearby import Point
from services.requests.schemas.refusals import IdentityNotChecked, WrittenElsewhere
from services.townhall.town_time import local_day
from services.townhall.untyped import parts, text

MANIFEST_SECONDS = 24 * 3600
COUNTER = "counter"


class Filing(Struct):
    """What is to be filed, as it came: raw applicant and answers, the chosen slot; the frozen pieces are in the call."""

    asked: Submit | SubmitDraft
    request_id: str
    procedure: str
    channel: str
    applicant: Mapping[str, object]
    answers: Mapping[str, object]
    member: Json | None
    start: datetime | None
    of_draft: bool = False  # request_id is a draft that was opened before
    member_removed: bool = False  # the one for whom it was begun left the family since
    strict: bool = False  # unasked answers are refused instead of dropped

    @classmethod
    def whole(cls, asked: Submit, actor: Actor, member: Json | None, *, new_id: Callable[[], UUID]) -> Self:
        """A request that one call files from beginning to end, of a draft or of none."""
        return cls(
            asked=asked,
            request_id=asked.draft_id or str(new_id()),
            procedure=asked.procedure,
            channel=COUNTER if actor.kind == "agent" else "api",
            applicant=asked.applicant,
            answers=asked.answers,
            member=member,
            start=asked.slot,
            of_draft=asked.draft_id is not None,
            strict=True,
        )


OnFiled = Callable[[views.ReceiptFacts], None]
"""Is given what the receipt says of a request that is filed now; of one that was filed before it is read."""


Admit = Callable[[], None]
"""Raises where no more is filed for now; not asked of what was filed before."""


def unheeded(_: views.ReceiptFacts) -> None:
    """Where no receipt is shown."""


def unlimited() -> None:
    """Where no filing is refused for the number of others."""


def submit_draft(
    tx: Transaction, settings: Settings, asked: SubmitDraft, on_filed: OnFiled = unheeded, admit: Admit = unlimited
) -> Registered:
    """Files a draft. Sent again after it was filed, by its owner, it is the same request."""
    draft_id = asked.draft_id
    known = draft_rows.by_id(tx, draft_id, draft.owner_of(actor_of(tx)), to_change=True)
    if known is None:
        return drafts.filed_before(tx, settings, draft_id)
    if asked.seen is not None and asked.seen != draft.marks(known)[Step.SUMMARY]:
        raise WrittenElsewhere
    filing = Filing(
        asked=asked,
        request_id=draft_id,
        procedure=known.procedure,
        channel=COUNTER if access.is_staff(actor_of(tx)) else "portal",
        applicant=known.typed.applicant,
        answers=known.typed.answers,
        member=known.typed.member,
        member_removed=known.typed.member_removed,
        start=known.held.start if known.held else None,
    )
    outcome = file(tx, settings, filing, on_filed, admit)
    draft_rows.delete(tx, draft_id)
    return outcome


def file(tx: Transaction, settings: Settings, filing: Filing, on_filed: OnFiled, admit: Admit) -> Registered:
    """Appends to request, quota and day, or refuses; each attempt of the transaction draws another number."""
    stream = store.stream(filing.request_id)
    state, _ = tx.load(decider, stream)
    if not isinstance(state, NotFiled):
        return drafts.filed_before(tx, settings, filing.request_id)
    admit()
    current = drafts.offered(tx, filing.procedure)
    definition = current.definition
    if filing.asked.version not in (None, definition.version):
        raise refusals.FormChanged(details={"version": definition.version})
    who, values, pieces = _checked(settings, filing, definition, tx.now)
    _check_identity(tx, filing, definition)
    actor = actor_of(tx)
    owner = actor.id if actor.kind == "citizen" else None
    tx.key(filing.request_id)
    slot = capacity.appointment(tx, current.agenda, filing.start) if filing.start and current.agenda else None
    quota = capacity.quota_of(definition, tx.now)
    point = answers.point(definition, values)
    index = index_of(settings.signing_key, who, filing.member, draft.owner_of(actor), point)
    _take(tx, settings, filing, current, quota=quota, slot=slot, applicant=who)
    command = commands.Submit(
        number=numbers.number(settings.signing_key, filing.request_id, local_day(tx.now).year, tx.attempt),
        definition=definition,
        channel=filing.channel,
        applicant=who,
        member=filing.member,
        answers=values,
        manifest=pieces,
        owner=owner,
        index=index,
        quota=quota,
        slot=slot,
        now=tx.now,
        identity=filing.asked.identity,
        agent=(actor.name or actor.id) if access.is_staff(actor) else None,
    )
    on_filed(views.of_events(current, tx.execute(decider, stream, command, key=filing.request_id)))
    return Registered(request_id=filing.request_id, number=command.number)


def _check_identity(tx: Transaction, filing: Filing, definition: Procedure) -> None:
    """What only account holders file online, an agent files at the counter after checking the identity; raises IdentityNotChecked,
    and NotAllowed where anyone else states such a check."""
    at_counter = access.is_staff(actor_of(tx))
    if filing.asked.identity and not at_counter:
        raise refusals.NotAllowed
    if at_counter and definition.access == "account" and not filing.asked.identity:
        raise IdentityNotChecked(fields={"identity": IdentityNotChecked.message})


def _checked(settings: Settings, filing: Filing, definition: Procedure, now: datetime) -> tuple[Json, Json, list[Json]]:
    """Clean applicant and answers, and the pieces; raises FormIncomplete with every error, by step and by name."""
    today = local_day(now)
    at_counter = filing.channel == COUNTER
    who, applicant_errors = applicant.clean(definition, filing.applicant, today=today, at_counter=at_counter)
    values, answer_errors = answers.clean(definition, filing.answers, today=today, applicant=who, member=filing.member)
    if filing.strict:
        applicant_errors |= applicant.not_asked(definition, filing.applicant, at_counter=at_counter)
        answer_errors |= answers.not_asked(definition, filing.answers, values)
    pieces = _pieces(settings, filing)
    errors = {
        Step.PROCEDURE.value: draft.member_errors(definition, filing.member, removed=filing.member_removed),
        Step.APPOINTMENT.value: _appointment_errors(definition, filing.start),
        Step.APPLICANT.value: applicant_errors,
        "answers": answer_errors,
        "documents": answers.check_documents(definition, values, pieces),
    }
    if flat := {f"{part}.{name}": message for part, found in errors.items() for name, message in found.items()}:
        raise refusals.FormIncomplete(
            fields=flat, details={"steps": sorted({STEP_OF.get(part, part) for part, found in errors.items() if found})}
        )
    return who, values, [to_json(one) for one in pieces]  # as the event keeps them


def _appointment_errors(definition: Procedure, start: datetime | None) -> dict[str, str]:
    mode = definition.appointment.mode
    if mode == "required" and start is None:
        return {"start": refusals.AppointmentRequired.message}
    if mode == "none" and start is not None:
        return {"start": refusals.NoAppointment.message}
    return {}


def _pieces(settings: Settings, filing: Filing) -> tuple[FrozenPiece, ...]:
    """The pieces that documents froze for this very draft."""
    if filing.asked.manifest is None:
        return ()
    frozen = from_json(FrozenPieces, unsign(settings, "manifest", filing.asked.manifest, MANIFEST_SECONDS))
    if frozen.request != filing.request_id:
        raise refusals.ManifestOfAnother
    return frozen.documents


def _take(
    tx: Transaction,
    settings: Settings,
    filing: Filing,
    current: Current,
    *,
    quota: str | None,
    slot: ChosenSlot | None,
    applicant: Json,
) -> None:
    """Locks every capacity stream at once, after the request's, then takes the place and the slot."""
    day = capacity.day_of(slot.agenda, slot.starts_at) if slot else None
    streams = [stream for stream in (quota, day) if stream]
    if len(streams) > 1:
        tx.lock(*streams)
    actor, multiplier = actor_of(tx), settings.rate_limits
    holding = partial(
        holders.of_filing,
        settings.signing_key,
        applicant=applicant,
        filer=draft.owner_of(actor),
        kind=actor.kind,
        address=filing.asked.address_seen,
    )
    if quota:
        capacity.take_place(
            tx,
            quota,
            current.definition,
            filing.request_id,
            holding(quota),
            code_given=filing.asked.code_given,
            multiplier=multiplier,
        )
    if slot and day and current.agenda:
        who = holding(day).all
        capacity.take_slot(tx, filing.request_id, slot, current.agenda, holders=who, multiplier=multiplier)


def index_of(
    key: bytes, who: applicant.Applicant, member: Json | None, filer: str, point: Point | None = None
) -> Index:
    named = (who, who | {"organisation": None}, parts(member))
    names = " ".join(filter(None, map(applicant.full_name, named)))
    email = text(who.get("email"))
    return Index(
        email=blind_index.holder(key, "email", email) if email else "",
        filed_by=blind_index.holder(key, "filer", filer),
        words=[token.hex() for token in blind_index.tokens(key, names)],
        cell=blind_index.cell(key, point.lat, point.lon).hex() if point else "",
    )


def submit(
    tx: Transaction, settings: Settings, filing: Filing, on_filed: OnFiled = unheeded, admit: Admit = unlimited
) -> Registered:
    """Files what was given whole; a draft that is named must be the actor's own, and ends with it."""
    owner = draft_rows.owner(tx, filing.request_id) if filing.of_draft else None
    if filing.of_draft and owner != draft.owner_of(actor_of(tx)):
        drafts.mine(tx, filing.request_id)  # opened here by a link
    outcome = file(tx, settings, filing, on_filed, admit)
    if owner is not None:
        draft_rows.delete(tx, filing.request_id)
    return outcome
