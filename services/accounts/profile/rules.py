"""The sections of a profile, and what differs between two states of one and of its members. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import orjson

from services.accounts.family.rules import FamilyMember, Kept
from services.accounts.spaces.citizen import Profile

SECTIONS = ("identity", "address", "contact", "preferred_contact", "organisation")


def differences(
    profile: Profile, members: Sequence[Kept], after: tuple[Profile, Sequence[Kept]]
) -> list[dict[str, Any]]:
    """Of the holder and of each member that differs: {member_id, before, after}, each with the parts that differ."""
    now, kept = after
    pairs: list[tuple[str | None, Profile | FamilyMember, Profile | FamilyMember]] = [(None, profile, now)]
    pairs += [(str(one.id), one.member, other.member) for one, other in zip(members, kept, strict=True)]
    return [
        {"member_id": member_id, **_difference(asdict(before), asdict(present))}
        for member_id, before, present in pairs
        if before != present
    ]


def _difference(before: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in before if before[name] != present[name]]
    return {"before": {name: before[name] for name in names}, "after": {name: present[name] for name in names}}


def mark_of(profile: Profile) -> str:
    """Two pages with the same mark showed the same profile. The e-mail address is changed elsewhere, and is no part of it."""
    shown = asdict(replace(profile, contact=replace(profile.contact, email="")))
    return hashlib.sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
