"""The sections of a profile, and what differs between two states of one and of its members. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import orjson

from services.accounts.family.rules import FamilyMember, Kept
from services.accounts.spaces.citizen import Profile
from services.chassis.structs import Struct

SECTIONS = ("identity", "address", "contact", "preferred_contact", "organisation")


class Difference(Struct):
    """Of the holder (`member_id` None) or of a member, the parts that differ."""

    member_id: str | None
    before: dict[str, object]
    after: dict[str, object]


def differences(profile: Profile, members: Sequence[Kept], after: tuple[Profile, Sequence[Kept]]) -> list[Difference]:
    now, kept = after
    pairs: list[tuple[str | None, Profile | FamilyMember, Profile | FamilyMember]] = [(None, profile, now)]
    pairs += [(str(one.id), one.member, other.member) for one, other in zip(members, kept, strict=True)]
    return [
        _difference(member_id, asdict(before), asdict(present))
        for member_id, before, present in pairs
        if before != present
    ]


def _difference(member_id: str | None, before: Mapping[str, object], present: Mapping[str, object]) -> Difference:
    names = [name for name in before if before[name] != present[name]]
    old, new = ({name: state[name] for name in names} for state in (before, present))
    return Difference(member_id=member_id, before=old, after=new)


def mark_of(profile: Profile) -> str:
    """Two pages with the same mark showed the same profile. The e-mail address is changed elsewhere, and is no part of it."""
    shown = asdict(replace(profile, contact=replace(profile.contact, email="")))
    return hashlib.sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
