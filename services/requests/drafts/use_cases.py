"""Typing a request in: a draft is opened, kept at each step, holds a slot, and is given up or submitted."""

from contextlib import suppress
from dataclasses import replace

from services.accounts.schemas.people import Profile
from services.chassis.actors import Actor
from services.chassis.contracts import Json
from services.chassis.event_store import commands
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.procedures import Step
from services.requests import refusals
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of
from services.requests.capacity import holders, use_cases as capacity
from services.requests.definitions.rows import published
from services.requests.drafts import profile_news as news, rows as draft_rows, rules as draft, views
from services.requests.request import rows as store
from services.requests.request.rules import decider
from services.requests.request.state import NotFiled
from services.requests.schemas import drafts as calls, refusals as declared
from services.requests.schemas.facts import DraftDiscarded
from services.requests.schemas.profile import TakeProfile
from services.townhall.town_time import local_day
from services.townhall.untyped import parts


def open_draft(
    tx: Transaction, _: Settings, asked: calls.OpenDraft, profile: Profile | None, member: Json | None
) -> Json:
    """The draft to go on with: the owner's own of this procedure, or a new one under this id.

    Raises CommandReused for an id under which a request was filed: the draft would share its key, and end it with its own.
    """
    slug, draft_id, anew = asked.procedure, asked.draft_id, bool(asked.anew)
    current = views.offered(tx, slug)
    owner = draft.owner_of(actor_of(tx))
    known = draft_rows.to_open(tx, slug, owner)
    anew = anew or (known is not None and known.expires_at <= tx.now)
    if known and not anew:
        if member is not None:
            typed = draft.chosen_member(known.typed, current.definition, member)
            draft_rows.write(tx, replace(known, typed=typed, updated_at=tx.now))
        return {"draft_id": known.id}
    if not isinstance(tx.load(decider, store.stream(draft_id))[0], NotFiled):
        raise commands.CommandReused
    if known:
        discard(tx, known.id)
    tx.key(draft_id)
    begun = draft.Draft(
        id=draft_id,
        owner=owner,
        procedure=slug,
        typed=draft.opened(current.definition, profile, member),
        held=None,
        created_at=tx.now,
        updated_at=tx.now,
        expires_at=draft.expiry(actor_of(tx), tx.now),
    )
    draft_rows.write(tx, begun)
    return {"draft_id": draft_id}


def member_chosen(asked: calls.SaveStep) -> str | Json | None:
    """For whom the step « La démarche » says the request is made; None where it leaves that out."""
    return asked.data.get("member") if asked.step == Step.PROCEDURE else None


def save_step(tx: Transaction, _: Settings, asked: calls.SaveStep, member: Json | None) -> Json:
    """Keeps what was typed at a step, right or wrong; `member`: the one chosen."""
    draft_id, step, data = asked.draft_id, asked.step, asked.data
    known = views.mine(tx, draft_id, to_change=True)
    current = views.offered(tx, known.procedure)
    if asked.strict and (wrong := draft.not_asked(known, current.definition, step, data, today=local_day(tx.now))):
        raise refusals.NotAsked(fields=wrong)
    typed = draft.saved_by(known.typed, current.definition, step, data, page=asked.page, seen=asked.seen)
    if step == Step.PROCEDURE and "member" in data:
        typed = draft.chosen_member(typed, current.definition, member)
    kept = replace(known, typed=typed, updated_at=tx.now, expires_at=draft.expiry(actor_of(tx), tx.now))
    draft_rows.write(tx, kept)
    return {"draft_id": draft_id}


def take_profile(tx: Transaction, _: Settings, asked: TakeProfile, profile: Profile | None) -> None:
    """The draft with that news; what was typed stays."""
    known = views.mine(tx, str(asked.draft_id), to_change=True)
    typed = news.taken(known.typed, views.offered(tx, known.procedure).definition, profile)
    if typed != known.typed:
        draft_rows.write(tx, replace(known, typed=typed, updated_at=tx.now))


def hold_slot(tx: Transaction, settings: Settings, asked: calls.HoldSlot) -> calls.KeptSlot:
    """Keeps a slot for fifteen minutes and gives up the one held before.

    Raises SlotGone, SlotNotOffered, TooManyThatDay where browser, account or address has its share of the day, and
    TooManyHolds where this draft has held slots of the day too often.
    """
    draft_id, start = asked.draft_id, asked.start
    known = views.mine(tx, draft_id, to_change=True)
    agenda = views.offered(tx, known.procedure).agenda
    if agenda is None:
        raise refusals.NoAppointment
    slot = capacity.offered(tx, agenda, start)
    day = capacity.day_of(agenda.slug, start)
    before = capacity.day_of(known.held.agenda, known.held.start) if known.held else day
    tx.lock(*{day, before})
    who = holders.of_hold(
        settings.signing_key, day, filer=known.owner, kind=actor_of(tx).kind, address=asked.address_seen
    )
    until = capacity.hold_slot(tx, draft_id, start, agenda, holders=who.all, multiplier=settings.rate_limits)
    if known.held and before != day:
        capacity.release_slot(tx, draft_id, known.held.agenda, known.held.start)
    held = draft.HeldSlot(agenda=agenda.slug, start=slot.start, end=slot.end, until=until)
    draft_rows.write(tx, replace(known, held=held, updated_at=tx.now))
    return calls.KeptSlot(start=held.start.isoformat(), end=held.end.isoformat(), held_until=held.until.isoformat())


def release_slot(tx: Transaction, _: Settings, asked: calls.ReleaseSlot) -> None:
    known = views.mine(tx, asked.draft_id, to_change=True)
    if known.held:
        capacity.release_slot(tx, known.id, known.held.agenda, known.held.start)
        draft_rows.write(tx, replace(known, held=None, updated_at=tx.now))


def discard_draft(tx: Transaction, _: Settings, asked: calls.DiscardDraft) -> None:
    known = draft_rows.by_id(tx, asked.draft_id, draft.owner_of(actor_of(tx)), to_change=True)
    if known:
        discard(tx, known.id)


def forget_member(tx: Transaction, account: str, member_id: str) -> None:
    """The account's drafts for a member who left the family ask anew for whom they go on; nothing else of them is lost."""
    owned = draft_rows.of_owner(tx, f"citizen:{account}")
    begun = [known for known in owned if parts(known.typed.member).get("id") == member_id]
    latest = published.latest(tx.conn, [known.procedure for known in begun])
    for known in begun:
        definition, _ = latest[known.procedure]
        draft_rows.write(tx, replace(known, typed=draft.without_member(known.typed, definition), updated_at=tx.now))


def discard(tx: Transaction, draft_id: str) -> None:
    """Nothing of it can be read once this is committed, nor in a back-up of the row.

    What was filed or given up meanwhile is left as it is: key and slot of a draft that was filed are its request's.
    """
    ended = draft_rows.delete(tx, draft_id)
    if ended is None:
        return
    if ended.agenda is not None and ended.slot_start is not None:
        capacity.release_slot(tx, draft_id, ended.agenda, ended.slot_start)
    tx.destroy_key(draft_id)
    tx.append(f"draft-{draft_id}", [DraftDiscarded()])


def adopt_drafts(tx: Transaction, _: Settings, asked: calls.AdoptDrafts, profile: Profile | None) -> calls.Adopted:
    """Gives the drafts of that browser to the account, with their files and slots.

    A draft keeps its id, hence the slot that it holds and the files under it. Where the account has a draft of the procedure
    already, that one stays; the other stays the browser's until it expires.
    """
    actor = actor_of(tx)
    access.require_citizen(actor)
    adopted: list[str] = []
    left: list[str] = []
    for known in draft_rows.of_visitor(tx, asked.visitor):
        if adopt(tx, known, actor, profile):
            adopted.append(known.id)
        else:
            left.append(known.procedure)
    return calls.Adopted(adopted=tuple(adopted), left=tuple(left))


def adopt(tx: Transaction, known: draft.Draft, actor: Actor, profile: Profile | None) -> bool:
    """The draft is the account's alone from now on; False, and nothing is changed, where it has one of the procedure.

    The profile prefills « Mes informations » until that step is opened.
    """
    owner, typed = draft.owner_of(actor), known.typed
    if not draft_rows.change_owner(tx, known, owner):
        return False
    with suppress(declared.NotReceivedYet):  # the draft then goes on as it is
        typed = draft.introduced(typed, published.current(tx.conn, known.procedure).definition, profile)
    draft_rows.write(tx, replace(known, owner=owner, typed=typed, expires_at=draft.expiry(actor, tx.now)))
    return True
