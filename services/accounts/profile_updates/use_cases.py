"""Changes that requests ask for: announced when they are received; those that are granted are applied on their day."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TypedDict
from uuid import UUID

from services.accounts.email_changes import use_cases as email_changes
from services.accounts.family import rows as family_rows, views as family_views
from services.accounts.profile.rules import SECTIONS, differences
from services.accounts.profile_updates import rows as profile_update_rows
from services.accounts.profile_updates.rules import Change, applied
from services.accounts.schemas.facts import NotAppliedReason, ProfileUpdateNotApplied
from services.accounts.spaces import records, rows
from services.accounts.spaces.events import ProfileChanged, ProfileUpdated
from services.accounts.spaces.rules import stream_of
from services.accounts.throttling.rules import TryLater
from services.chassis.bus.reactions import Received
from services.chassis.contracts import from_json
from services.chassis.errors import Refusal, Unavailable
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.requests.schemas.facts import ProfileUpdateAsked, ProfileUpdateDecided
from services.requests.schemas.own_data import ProfileUpdate
from services.townhall.town_time import local_day, start_of_day

PENDING = "profile updates"
"""The signal that is set when one was noted."""

RETRY_SECONDS = 60.0

Ask = Callable[[UUID], ProfileUpdate]


class About(TypedDict):
    """What a fact says of the request that it follows from."""

    request_id: str
    target: str
    member_id: str | None
    request_number: str


def note(
    tx: Transaction, received: Received[ProfileUpdateAsked] | Received[ProfileUpdateDecided], *, granted: bool
) -> None:
    """Of an account that was closed meanwhile nothing is noted."""
    fact = received.fact
    profile_update_rows.add(
        tx.conn,
        profile_update_rows.Pending(
            request_id=received.subject_id,
            account_id=UUID(fact.account_id),
            target=fact.target,
            member_id=UUID(fact.member_id) if fact.member_id else None,
            names=fact.names,
            effective_on=fact.effective_on,
            decided_at=received.time,
            granted=granted,
        ),
    )
    if granted:
        tx.wake(PENDING)


def apply_due(store: Store, ask: Ask) -> float | None:
    """Applies those whose day has come, in their order; in how many seconds the next one is due, None where none waits.

    `ask`: what requests says of one. Raises Unavailable while requests does not answer: nothing is lost, and the rest
    waits in its order. What requests has erased is dropped.
    """
    later: dict[UUID, float] = {}
    while True:
        with store.read() as conn:
            due = profile_update_rows.due(conn, local_day(store.clock.now()))
        found = [pending for pending in due if pending.request_id not in later]
        if not found:
            return min(later.values()) if later else _next_in(store)
        for pending in found:
            try:
                _apply(store, pending, _asked(ask, pending.request_id))
            except TryLater as refusal:  # this holder has asked for too many links: the others do not wait
                later[pending.request_id] = float(str(refusal.details.get("retry_after_seconds", RETRY_SECONDS)))


def _asked(ask: Ask, request_id: UUID) -> ProfileUpdate | None:
    try:
        return ask(request_id)
    except Unavailable:
        raise
    except Refusal:
        return None


def _apply(store: Store, pending: profile_update_rows.Pending, update: ProfileUpdate | None) -> None:
    """In one transaction with its fact, which for a member who is gone says that it was not applied. Nothing is published where the
    account is closed, the request erased, or another process was first."""
    with store.transaction() as tx:
        account = rows.account(tx.conn, pending.account_id, locked=True)
        if profile_update_rows.take(tx.conn, pending.request_id) is None or account is None or update is None:
            return
        holder = records.holder(tx, pending.account_id, account.profile)
        members = family_views.members_of(tx, pending.account_id)
        change = from_json(Change, {**vars(update), "target": pending.target, "member_id": pending.member_id})
        about = About(
            request_id=str(pending.request_id),
            target=pending.target,
            member_id=str(pending.member_id) if pending.member_id else None,
            request_number=update.number,
        )
        after = applied(holder.profile, members, change)
        if after is None:
            gone = ProfileUpdateNotApplied(**about, reason=NotAppliedReason.MEMBER_REMOVED.value)
            tx.append(stream_of(pending.account_id), [gone])
            return
        profile, kept = after
        if profile != holder.profile:
            records.keep(tx, pending.account_id, replace(holder, profile=profile))
            sections = tuple(name for name in SECTIONS if getattr(profile, name) != getattr(holder.profile, name))
            said = ProfileChanged(sections=sections, profile=asdict(profile))
            tx.append(stream_of(pending.account_id), [said], key=str(pending.account_id))
        for before, now in zip(members, kept, strict=True):
            if now != before:
                sealed = records.seal(tx, pending.account_id, now.member)
                family_rows.change(tx.conn, now.id, pending.account_id, sealed)
        if email := change.email_to_confirm(profile):
            confirmed = replace(holder, profile=profile)
            asked_by = email_changes.AskedBy(
                id=pending.request_id,
                number=update.number,
                prefers_email=change.prefers_email_once_confirmed(holder.profile),
            )
            email_changes.ask_for(tx, pending.account_id, confirmed, email, store, asked_by=asked_by)
            return  # it is done when the link is followed: `email_changes.confirm_email` records it
        changed = [vars(one) for one in differences(holder.profile, members, after)]
        fact = ProfileUpdated(**about, changed=changed)
        tx.append(stream_of(pending.account_id), [fact], key=str(pending.account_id))


def _next_in(store: Store) -> float | None:
    with store.read() as conn:
        day = profile_update_rows.next_day(conn)
    if day is None:
        return None
    return max(timedelta(), start_of_day(day) - store.clock.now()).total_seconds()
