"""What a draft took over from its owner's profile, once the profile has changed: offered, never written over what was typed. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.chassis.dotted import nested
from services.requests import answers, tabs
from services.requests.draft import Typed, applicant_of
from services.requests.offer import Definition

NOT_OFFERED = frozenset({"kind"})
"""In whose name the request is made is the person's answer, whatever the profile says."""


def news(typed: Typed, definition: Definition, profile: Mapping[str, Any] | None) -> dict[str, Any]:
    """By name, what the profile says now of the details that the draft took over from it and that nobody touched."""
    if profile is None or not typed.known:
        return {}
    before, now, shown = typed.known, applicant_of(profile, definition), nested(typed.applicant)
    names = dict.fromkeys((*before, *now))
    return {
        name: now.get(name, "")
        for name in names
        if name not in NOT_OFFERED
        and name in shown
        and not _same(before.get(name), now.get(name))
        and _same(shown[name], before.get(name))
        and _same_kind(name, shown, now)
    }


def taken(typed: Typed, definition: Definition, profile: Mapping[str, Any] | None) -> Typed:
    """The draft with that news, also where « Ma demande » asks for the same again."""
    changed = news(typed, definition, profile)
    if not changed or profile is None:
        return typed
    before = nested(typed.applicant)
    after = before | changed
    known = answers.followed(definition, typed.answers, before=before, after=after, member=typed.member)
    renewed = replace(typed, applicant=after, answers=known, known=applicant_of(profile, definition))
    return replace(renewed, pages=tabs.signed(typed.pages, typed.steps, renewed.steps, None))


def _same(one: Any, other: Any) -> bool:
    """Empty parts of an address or an organisation are as good as none."""
    return _full(one) == _full(other)


def _full(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: part for name, part in value.items() if part}
    return value or ""


def _same_kind(name: str, shown: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """An organisation is offered to a draft that is made for one of that kind."""
    return name != "organisation" or shown.get("kind") == now.get("kind")
