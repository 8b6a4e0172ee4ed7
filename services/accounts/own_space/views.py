"""The space as its holder sees it, and what is said of its changes: each act, and of a granted request the values before and after."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

from services.accounts.email_changes import rows as email_change_rows
from services.accounts.family import views as family_views
from services.accounts.profile.rules import Difference, mark_of
from services.accounts.schemas import profile as shown
from services.accounts.schemas.facts import CredentialsChanged, NotAppliedReason, ProfileUpdateNotApplied
from services.accounts.spaces import records
from services.accounts.spaces.events import (
    EmailChanged,
    EmailChangeRequested,
    EmailChangeUndone,
    ProfileChanged,
    ProfileUpdated,
)
from services.accounts.spaces.rules import own, stream_of
from services.chassis.contracts import from_json, to_json
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.townhall import postal_address
from services.townhall.person import MEANS
from services.townhall.untyped import parts, text

CHANGES_SHOWN = 10
Names = Mapping[str, str]


def changes_in(history: Sequence[Recorded[object]], members: Names) -> Iterator[shown.SpaceChange]:
    """The newest first. `members`: by id, the names of those who are in the family now.

    What a granted request changed is one line: the facts recorded with it say nothing more.
    """
    following = [*history[1:], None]
    for recorded, next_one in reversed([*zip(history, following, strict=True)]):
        if not _is_part_of(recorded, next_one) and (change := _change(recorded, members)):
            yield change


def _is_part_of(recorded: Recorded[object], following: Recorded[object] | None) -> bool:
    """Whether that fact was recorded together with the trace of a granted request, which follows it."""
    return (
        isinstance(recorded.event, ProfileChanged | EmailChanged)
        and following is not None
        and isinstance(following.event, ProfileUpdated)
        and following.time == recorded.time
    )


def _change(recorded: Recorded[object], members: Names) -> shown.SpaceChange | None:
    at = recorded.time.isoformat()
    match recorded.event:
        case ProfileChanged(sections=sections):
            return shown.SpaceChange(at=at, what="profile", parts=sections)
        case CredentialsChanged(changed=changed):
            return shown.SpaceChange(at=at, what="credentials", parts=changed)
        case EmailChangeRequested():
            return shown.SpaceChange(at=at, what="email_asked")
        case EmailChanged():
            return shown.SpaceChange(at=at, what="email")
        case EmailChangeUndone():
            return shown.SpaceChange(at=at, what="email_undone")
        case ProfileUpdated(request_number=number, changed=changed):
            people = tuple(_person(from_json(Difference, one), members) for one in changed or ())
            return shown.SpaceChange(at=at, what="updated", request_number=number, people=people)
        case ProfileUpdateNotApplied(reason=NotAppliedReason.LINK_EXPIRED, request_number=number):
            return shown.SpaceChange(at=at, what="email_expired", request_number=number)
        case ProfileUpdateNotApplied(reason=NotAppliedReason.REPLACED | NotAppliedReason.UNDONE):
            return None  # the change that took its place, or its undoing, is shown already
        case ProfileUpdateNotApplied(request_number=number, member_id=member_id):
            people = (_named(member_id, members),)
            return shown.SpaceChange(at=at, what="update_not_applied", request_number=number, people=people)
        case _:
            return None


def _person(changed: Difference, members: Names) -> shown.ChangedPerson:
    return _named(changed.member_id, members, tuple(_values(changed.before, changed.after)))


def _named(member_id: str | None, members: Names, values: tuple[shown.ChangedValue, ...] = ()) -> shown.ChangedPerson:
    name = members.get(member_id, "") if member_id else ""
    return shown.ChangedPerson(member_id=UUID(member_id) if member_id else None, full_name=name, values=values)


def _values(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[shown.ChangedValue]:
    """Of each part that differs, the details that differ."""
    for part, old in before.items():
        new = after[part]
        match part:
            case "contact":
                was, now = parts(old), parts(new)
                for name in MEANS:
                    if was.get(name) != now.get(name):
                        yield shown.ChangedValue(name=name, before=text(was.get(name)), after=text(now.get(name)))
            case "address":
                lines, others = postal_address.lines(parts(old)), postal_address.lines(parts(new))
                yield shown.ChangedValue(name=part, before="\n".join(lines), after="\n".join(others))
            case _:
                yield shown.ChangedValue(name=part, before=str(old or ""), after=str(new or ""))


def read_space(tx: Transaction, _: Settings, asked: shown.ReadSpace) -> shown.Space:
    return space_of(tx, own(tx.actor), most_changes=CHANGES_SHOWN)


def space_of(tx: Transaction, account_id: UUID, *, most_changes: int | None) -> shown.Space:
    """With the last changes, or all of them. Raises AccountUnknown."""
    account = records.known(tx, account_id)
    holder = records.holder(tx, account_id, account.profile)
    waiting = email_change_rows.waiting(tx.conn, account_id, tx.now)
    profile, contact = holder.profile, holder.profile.contact
    family = family_views.family_of(tx, account_id)
    names = {member.id: member.full_name for member in family}
    return shown.Space(
        username=holder.username,
        full_name=holder.name,
        identity=profile.identity,
        address=profile.address,
        email=contact.email,
        phones=made_of(shown.Phones, contact),
        preferred_contact=profile.preferred_contact,
        organisation=profile.organisation,
        family=tuple(from_json(shown.Relative, to_json(member)) for member in family),
        mark=mark_of(profile),
        email_to_confirm=_to_confirm(tx, waiting) if waiting else None,
        changes=tuple(islice(changes_in(tx.history(stream_of(account_id)), names), most_changes)),
    )


def _to_confirm(tx: Transaction, waiting: email_change_rows.EmailChange) -> shown.EmailToConfirm:
    email = email_change_rows.addresses(tx, waiting)["new"]
    return shown.EmailToConfirm(
        email=email, asked_at=waiting.asked_at.isoformat(), expires_at=waiting.expires_at.isoformat()
    )
