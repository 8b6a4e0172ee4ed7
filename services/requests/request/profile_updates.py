"""What a granted request changes in the profile of its holder, of a member or of the household: `updates_profile`. Pure.

A holder's new e-mail address counts once the link that accounts mails to it is followed (`requires_confirmation_link`).
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from services.accounts.schemas.facts import NotAppliedReason, UpdateTarget
from services.chassis.contracts import Json
from services.procedures.schemas.definitions.procedures import Procedure, ProfileUpdate
from services.requests.request import events as e
from services.requests.request.state import Request
from services.townhall import person

F = TypeVar("F", e.ProfileUpdateAsked, e.ProfileUpdateDecided)


def decided(
    definition: Procedure, request: Request, to: str, *, today: date
) -> list[e.ProfileUpdateDecided | e.ProfileUpdateNotApplied]:
    """What follows for the profile when the request comes to that status: one fact, or nothing where it asks for no change."""
    update = definition.updates_profile
    if update is None or update.when != to:
        return []
    if reason := not_applicable(definition, request):
        return [e.ProfileUpdateNotApplied(reason=reason.value)]
    return [*_wanted(e.ProfileUpdateDecided, update, definition, request, today)]


def not_applicable(definition: Procedure, request: Request) -> NotAppliedReason | None:
    """Why the change that is asked for cannot be applied to a profile; None where it can be, or where none is asked for.

    A member described at the counter has no id: which member of the space it is, if any, is not known, nor that the holder
    of the space lives in the household that moves. An attachment after the decision changes nothing either.
    """
    if not _names(definition, request):
        return None
    if request.owner is None:
        return NotAppliedReason.NO_SPACE
    described = request.member is not None and not request.member.get("id")
    return NotAppliedReason.MEMBER_NOT_IN_SPACE if described else None


def asked(definition: Procedure, request: Request, *, today: date) -> list[e.ProfileUpdateAsked]:
    """What the space of its holder announces from the filing on: one fact, or nothing."""
    update = definition.updates_profile
    if update is None or request.imported or not_applicable(definition, request):
        return []
    return _wanted(e.ProfileUpdateAsked, update, definition, request, today)


def _names(definition: Procedure, request: Request) -> list[str]:
    """Of the profile, what the answers change; empty once they are erased, and for a procedure that changes none."""
    if request.answers is None:
        return []
    return sorted({*values(definition, request.answers), *cleared(definition, request.answers)})


def _wanted(kind: type[F], update: ProfileUpdate, definition: Procedure, request: Request, today: date) -> list[F]:
    names = _names(definition, request)
    if request.answers is None or request.owner is None or not names:
        return []
    asked_for: str | None = request.answers.get(update.effective_on_field or "")
    member: str | None = (request.member or {}).get("id")
    household = bool(request.answers.get(update.household_field or ""))
    target = UpdateTarget.HOUSEHOLD if household else UpdateTarget.MEMBER if member else UpdateTarget.HOLDER
    return [
        kind(
            account_id=request.owner,
            target=target.value,
            member_id=None if household else member,
            names=names,
            effective_on=max(date.fromisoformat(asked_for), today) if asked_for else today,
        )
    ]


def values(definition: Procedure, answers: Mapping[str, object]) -> Json:
    """By name of the profile, what was answered; what was left empty stays as it is. A box of `prefer` that is ticked gives the
    preferred means of contact."""
    update = definition.updates_profile
    if update is None:
        return {}
    given = {name: answers[field] for field, name in update.map.items() if not person.is_empty(answers.get(field))}
    preferred = [means for field, means in update.prefer.items() if answers.get(field) is True]
    return {**given, "preferred_contact": preferred[-1]} if preferred else given


def cleared(definition: Procedure, answers: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the profile whose present value the answers give up."""
    update = definition.updates_profile
    return tuple(name for field, name in update.clear.items() if answers.get(field) is True) if update else ()
