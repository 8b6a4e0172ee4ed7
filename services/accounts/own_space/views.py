"""What is told to a holder of the changes of the space: each act, and of a granted request what was there before and after. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.accounts.email_changes.rules import EmailChanged, EmailChangeRequested, EmailChangeUndone
from services.accounts.profile.events import ProfileChanged, ProfileUpdated
from services.accounts.schemas.facts import CredentialsChanged, ProfileUpdateNotApplied
from services.accounts.schemas.profile import ChangedPerson, ChangedValue, SpaceChange
from services.chassis.event_store.events import Recorded
from services.townhall import postal_address

Json = Mapping[str, Any]
Names = Mapping[str, str]


def told(history: Sequence[Recorded[Any]], members: Names) -> Iterator[SpaceChange]:
    """The newest first. `members`: by id, the names of those who are in the family now.

    What a granted request changed is one line: the facts recorded with it say nothing more.
    """
    following = [*history[1:], None]
    for recorded, next_one in reversed([*zip(history, following, strict=True)]):
        if not _is_part_of(recorded, next_one) and (change := _change(recorded, members)):
            yield change


def _is_part_of(recorded: Recorded[Any], following: Recorded[Any] | None) -> bool:
    """Whether that fact was recorded together with the trace of a granted request, which follows it."""
    return (
        isinstance(recorded.event, ProfileChanged | EmailChanged)
        and following is not None
        and isinstance(following.event, ProfileUpdated)
        and following.time == recorded.time
    )


def _change(recorded: Recorded[Any], members: Names) -> SpaceChange | None:
    at = recorded.time.isoformat()
    match recorded.event:
        case ProfileChanged(sections=sections):
            return SpaceChange(at=at, what="profile", parts=sections)
        case CredentialsChanged(changed=changed):
            return SpaceChange(at=at, what="credentials", parts=changed)
        case EmailChangeRequested():
            return SpaceChange(at=at, what="email_asked")
        case EmailChanged():
            return SpaceChange(at=at, what="email")
        case EmailChangeUndone():
            return SpaceChange(at=at, what="email_undone")
        case ProfileUpdated(request_number=number, changed=changed):
            people = tuple(_person(one, members) for one in changed or ())
            return SpaceChange(at=at, what="updated", request_number=number, people=people)
        case ProfileUpdateNotApplied(reason="link_expired", request_number=number):
            return SpaceChange(at=at, what="email_expired", request_number=number)
        case ProfileUpdateNotApplied(reason="replaced" | "undone"):
            return None  # the change that took its place, or its undoing, is told already
        case ProfileUpdateNotApplied(request_number=number, member_id=member_id):
            people = (_named(member_id, members),)
            return SpaceChange(at=at, what="update_not_applied", request_number=number, people=people)
        case _:
            return None


def _person(changed: Json, members: Names) -> ChangedPerson:
    return _named(changed["member_id"], members, tuple(_values(changed["before"], changed["after"])))


def _named(member_id: str | None, members: Names, values: tuple[ChangedValue, ...] = ()) -> ChangedPerson:
    name = members.get(member_id, "") if member_id else ""
    return ChangedPerson(member_id=UUID(member_id) if member_id else None, full_name=name, values=values)


def _values(before: Json, after: Json) -> Iterator[ChangedValue]:
    """Of each part that differs, the details that differ."""
    for part, old in before.items():
        new = after[part]
        match part:
            case "contact":
                for name in new:
                    if old.get(name) != new[name]:
                        yield ChangedValue(name=name, before=old.get(name) or "", after=new[name] or "")
            case "address":
                yield ChangedValue(name=part, before=_in_lines(old), after=_in_lines(new))
            case _:
                yield ChangedValue(name=part, before=str(old or ""), after=str(new or ""))


def _in_lines(address: Json | None) -> str:
    return "\n".join(postal_address.lines(address or {}))
