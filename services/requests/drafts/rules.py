"""A draft: what is being typed, kept even when it is wrong, and the steps it has been through. Pure.

Its id is the id of the request to come. It belongs to one visitor's browser or to one account. At each step it is checked as a
help only; the submission decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from services.accounts.schemas.people import Profile
from services.chassis.actors import Actor
from services.chassis.dotted_names import nested
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.definitions import alerts
from services.requests.drafts import conflicts
from services.requests.forms import applicant, rules as answers
from services.requests.refusals import StepUnknown
from services.requests.schemas.drafts import DraftLine, DraftSlot, DraftStep, DraftView, Labelled
from services.requests.schemas.quotas import Quota
from services.townhall import names
from services.townhall.town_time import local_day
from services.townhall.untyped import items, parts, text

VISITOR_DAYS = 7
ACCOUNT_DAYS = 30

Errors = dict[str, str]
MEMBER_REMOVED = (
    "La personne pour qui vous faisiez cette demande ne figure plus dans votre famille. "
    "Choisissez de nouveau pour qui vous la faites."
)


class HeldSlot(Struct):
    """The slot that is kept for this draft until that instant."""

    agenda: str
    start: datetime
    end: datetime
    until: datetime


class Typed(Struct):
    """What the person typed, as it was typed; sealed at rest."""

    applicant: dict[str, object] = field(default_factory=dict)
    answers: dict[str, object] = field(default_factory=dict)
    member: dict[str, object] | None = None
    member_removed: bool = False
    """The member for whom it was begun left the family since: for whom it goes on is asked anew."""
    seen: tuple[str, ...] = ()
    pages: dict[str, str] = field(default_factory=dict)
    """By step, the page that wrote it last."""
    known: dict[str, object] = field(default_factory=dict)
    """What the owner's profile said of an applicant when the draft took it over; empty where it took over nothing."""

    def to_json(self) -> dict[str, object]:
        """As it is kept."""
        return {**vars(self), "seen": list(self.seen)}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Typed":
        """Of a draft from before a field, its default; what another release keeps besides is left out."""
        kept = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        who = applicant.without_name_before(parts(data.get("applicant")))
        return replace(cls(), **{**kept, "applicant": who, "seen": tuple(items(data["seen"]))})

    @property
    def steps(self) -> dict[str, object]:
        return {Step.APPLICANT.value: self.applicant, Step.REQUEST.value: self.answers}


class Draft(Struct):
    id: str
    owner: str
    procedure: str
    typed: Typed
    held: HeldSlot | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @property
    def at_counter(self) -> bool:
        """Whether an agent types it for another person."""
        return self.owner.startswith("agent:")


class Checked(Struct):
    """The draft against the definition: clean values, and errors by step."""

    applicant: dict[str, object]
    answers: dict[str, object]
    errors: dict[str, Errors]


def owner_of(actor: Actor) -> str:
    """Whose draft it is: an account finds it on any device, a visitor in this browser."""
    return f"{actor.kind}:{actor.id}"


def expiry(actor: Actor, now: datetime) -> datetime:
    return now + timedelta(days=VISITOR_DAYS if actor.kind == "visitor" else ACCOUNT_DAYS)


def opened(definition: Procedure, profile: Profile | None, member: dict[str, object] | None) -> Typed:
    """A new draft with what is known already: the profile's details, the member's, the form's defaults."""
    known = applicant_of(profile, definition) if profile else {}
    proposed = answers.defaults(definition) | answers.prefilled(definition, known, member)
    return Typed(applicant=applicant.asked_of(definition, known), answers=proposed, member=member, known=known)


def introduced(typed: Typed, definition: Procedure, profile: Profile | None) -> Typed:
    """The draft prefilled from the profile, unless the person has been through « Mes informations »."""
    if profile is None or Step.APPLICANT in typed.seen:
        return typed
    known = applicant_of(profile, definition)
    who = applicant.asked_of(definition, known) | typed.applicant
    taken = answers.prefilled(definition, known | nested(typed.applicant), typed.member) | typed.answers
    return replace(typed, applicant=who, answers=taken, known=known)


def applicant_of(profile: Profile, definition: Procedure) -> dict[str, object]:
    """The applicant that a profile describes: the organisation where the procedure is for one, else the person."""
    details = {**asdict(profile.identity), **asdict(profile.contact), "address": asdict(profile.address)}
    organisation = asdict(profile.organisation) if profile.organisation else {}
    return applicant_with(definition, details, profile.preferred_contact, organisation)


def applicant_with(
    definition: Procedure, details: Mapping[str, object], preferred_contact: object, organisation: Mapping[str, object]
) -> dict[str, object]:
    """The same of details that no class holds; `organisation`: empty without one. Details without a value are left out."""
    kinds = definition.applicant.kinds
    kind = next((one for one in kinds if one == organisation.get("kind")), kinds[0])
    who: dict[str, object] = {**details, "kind": kind, "preferred_contact": preferred_contact or "email"}
    if kind != "person":
        who["organisation"] = {key: value for key, value in organisation.items() if key != "kind"}
    return {key: value for key, value in who.items() if value}


def saved(typed: Typed, definition: Procedure, step: Step, data: Mapping[str, object]) -> Typed:
    """The draft once that step was sent; raises StepUnknown.

    What « Mes informations » says and « Ma demande » asks again is proposed there: it is not typed twice. « La
    démarche » answers the questions that are asked first.
    """
    if step not in definition.steps:
        raise StepUnknown
    seen = typed.seen if step in typed.seen else (*typed.seen, step)
    match step:
        case Step.APPLICANT:
            before, after = nested(typed.applicant), nested(data)
            if before == after:
                return replace(typed, applicant=dict(data), seen=seen)
            known = answers.followed(
                definition,
                typed.answers,
                before=typed.known | before,
                after=typed.known | after,
                member=typed.member,
            )
            return replace(typed, applicant=dict(data), answers=known, seen=seen)
        case Step.REQUEST:
            return replace(typed, answers=dict(data), seen=seen)
        case Step.PROCEDURE:
            first = {field.name: data[field.name] for field in definition.asked_first() if field.name in data}
            return replace(typed, answers={**typed.answers, **first}, seen=seen)
        case Step.APPOINTMENT | Step.SUMMARY:
            return replace(typed, seen=seen)
        case _:
            assert_never(step)


def saved_by(
    typed: Typed, definition: Procedure, step: Step, data: Mapping[str, object], *, page: str | None, seen: str | None
) -> Typed:
    """The draft once a page has sent that step; raises WrittenElsewhere, as conflicts.py says."""
    after = saved(typed, definition, step, data)
    if step in typed.steps:
        last_page = typed.pages.get(step, "")
        conflicts.check(typed.steps[step], after.steps[step], last_page=last_page, page=page, seen=seen)
    return replace(after, pages=conflicts.signed(typed.pages, typed.steps, after.steps, page))


def marks(draft: Draft) -> dict[str, str]:
    """What each step's page shows, and the whole of it that the summary shows, as marks."""
    start = draft.held.start.isoformat() if draft.held else None
    whole: dict[str, object] = {**draft.typed.steps, "member": draft.typed.member, "start": start}
    return {
        **{step: conflicts.mark(data) for step, data in draft.typed.steps.items()},
        Step.SUMMARY.value: conflicts.mark(whole),
    }


def not_asked(draft: Draft, definition: Procedure, step: Step, data: Mapping[str, object], *, today: date) -> Errors:
    """What was sent at that step without being asked there, by name: which is refused to programs."""
    match step:
        case Step.APPLICANT:
            return applicant.not_asked(definition, data, at_counter=draft.at_counter)
        case Step.REQUEST:
            who, member = draft.typed.applicant, draft.typed.member
            values, _ = answers.clean(definition, data, today=today, applicant=who, member=member)
            return answers.not_asked(definition, data, values)
        case Step.PROCEDURE:
            asked = {"member", *(field.name for field in definition.asked_first())}
            return {name: answers.UNKNOWN for name in data if name not in asked}
        case Step.APPOINTMENT | Step.SUMMARY:
            return dict.fromkeys(data, answers.UNKNOWN)
        case _:
            assert_never(step)


def chosen_member(typed: Typed, definition: Procedure, member: dict[str, object] | None) -> Typed:
    """The draft made for that member: what was taken over from another member is taken over anew."""
    if typed.member == member:
        return replace(typed, member_removed=False)
    old, new = (_taken_over(typed, definition, one) for one in (typed.member, member))
    kept = {name: value for name, value in typed.answers.items() if old.get(name) != value}
    return replace(typed, member=member, member_removed=False, answers=kept | new)


def _taken_over(typed: Typed, definition: Procedure, member: dict[str, object] | None) -> dict[str, object]:
    """What is proposed because the request is about that member, or about the applicant."""
    present = answers.profile_values(definition, typed.known | nested(typed.applicant), member)
    return answers.prefilled(definition, {}, member) | present


def without_member(typed: Typed, definition: Procedure) -> Typed:
    """The draft once its member left the family: what was typed is kept, what was taken over from the member goes."""
    return replace(chosen_member(typed, definition, None), member_removed=True)


def checked(draft: Draft, definition: Procedure, *, today: date) -> Checked:
    """Everything checked, the steps not yet seen too."""
    who, applicant_errors = applicant.clean(definition, draft.typed.applicant, today=today, at_counter=draft.at_counter)
    values, answer_errors = answers.clean(
        definition, draft.typed.answers, today=today, applicant=who, member=draft.typed.member
    )
    errors = {
        Step.PROCEDURE.value: member_errors(definition, draft.typed.member, removed=draft.typed.member_removed),
        Step.APPOINTMENT.value: _slot_errors(definition, draft.held),
        Step.APPLICANT.value: applicant_errors,
        Step.REQUEST.value: answer_errors,
    }
    return Checked(applicant=who, answers=values, errors={step: found for step, found in errors.items() if found})


def member_errors(definition: Procedure, member: Mapping[str, object] | None, *, removed: bool = False) -> Errors:
    """`removed`: the member who was chosen left the family since."""
    if removed:
        return {"member": MEMBER_REMOVED}
    if definition.about == "member" and member is None:
        return {"member": "Choisissez le membre de votre famille pour qui vous faites la demande."}
    if definition.about == "applicant" and member is not None:
        return {"member": "Cette démarche se fait pour vous-même."}
    wanted = definition.relations
    # A person whom an agent describes at the counter may have no relation.
    if wanted and member is not None and member.get("relation", wanted[0]) not in wanted:
        return {"member": "Cette démarche ne se fait pas pour ce membre de votre famille. Choisissez-en un autre."}
    return {}


def _slot_errors(definition: Procedure, held: HeldSlot | None) -> Errors:
    """An expired hold is no error yet: the slot may still be free, the submission decides."""
    if definition.appointment.mode == "required" and held is None:
        return {"start": "Choisissez un rendez-vous dans le calendrier."}
    return {}


def view(
    draft: Draft, definition: Procedure, *, labels: Mapping[str, str], now: datetime, quota: Quota | None, grant: str
) -> DraftView:
    """The draft as pages show it: steps with their state, what was typed, and what is wrong with it."""
    found = checked(draft, definition, today=local_day(now))
    seen = _seen(draft, now)
    return DraftView(
        id=draft.id,
        procedure=draft.procedure,
        version=definition.version,
        marks=marks(draft),
        from_profile=bool(draft.typed.known),
        steps=_steps(definition.steps, seen, found.errors, labels),
        applicant=applicant.with_one_phone(draft.typed.applicant),
        answers=draft.typed.answers,
        member=draft.typed.member,
        member_removed=draft.typed.member_removed,
        slot=_slot(draft.held, now),
        updated_at=draft.updated_at.isoformat(),
        expires_at=draft.expires_at.isoformat(),
        errors={step: errors for step, errors in found.errors.items() if step in seen},
        unready=found.errors,
        stopped=answers.stopped(definition, found.answers),
        advice=alerts.advice(definition, raised=alerts.raised(definition, found.answers)),
        shown_fields=tuple(answers.shown_fields(definition, found.answers)),
        shown_documents=tuple(piece.slug for piece in answers.shown_documents(definition, found.answers)),
        labelled=Labelled(
            applicant=applicant.labelled(found.applicant), answers=answers.labelled(definition, found.answers)
        ),
        quota=quota,
        grant=grant,
        given_up=answers.given_up(definition, draft.typed.known, draft.typed.member),
    )


def list_item(
    draft: Draft, definition: Procedure, *, offered: bool, labels: Mapping[str, str], now: datetime
) -> DraftLine:
    """The draft among others: of which procedure, for whom, how far it has come; nothing of what was typed."""
    found = checked(draft, definition, today=local_day(now))
    return DraftLine(
        id=draft.id,
        procedure=draft.procedure,
        procedure_title=definition.title,
        offered=offered,
        member_name=names.full_name(parts(draft.typed.member)),
        member_id=text(parts(draft.typed.member).get("id")),
        slot=_slot(draft.held, now),
        steps=_steps(definition.steps, _seen(draft, now), found.errors, labels),
        updated_at=draft.updated_at.isoformat(),
        expires_at=draft.expires_at.isoformat(),
    )


def _seen(draft: Draft, now: datetime) -> set[str]:
    """The steps that the person has been through: a slot that is held is one."""
    return {*draft.typed.seen, Step.APPOINTMENT} if draft.held and draft.held.until > now else set(draft.typed.seen)


def _steps(
    steps: Sequence[Step], seen: set[str], errors: Mapping[str, Errors], labels: Mapping[str, str]
) -> tuple[DraftStep, ...]:
    done = {step for step in seen if not errors.get(step)}
    current = next((step for step in steps if step not in done), steps[-1])
    states = {step: "current" if step == current else "done" if step in done else "todo" for step in steps}
    return tuple(DraftStep(slug=step, label=labels.get(step, step), state=states[step]) for step in steps)


def _slot(held: HeldSlot | None, now: datetime) -> DraftSlot | None:
    if held is None:
        return None
    start, end = held.start.isoformat(), held.end.isoformat()
    return DraftSlot(start=start, end=end, held_until=held.until.isoformat(), expired=held.until <= now)
