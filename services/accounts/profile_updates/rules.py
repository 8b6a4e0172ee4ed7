"""What a granted request makes of a profile and of the members beside it. Pure.

A member without an address of their own lives with the holder. When the holder alone moves, such members get the address
that the holder leaves; when the household moves, all live with the holder again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from services.accounts.family.rules import FamilyMember, Kept
from services.accounts.schemas.facts import UpdateTarget
from services.accounts.schemas.people import Contact
from services.accounts.schemas.profile import Address
from services.accounts.spaces.citizen import Profile, has_preferred_contact
from services.accounts.spaces.events import EMAIL
from services.requests.schemas.own_data import ProfileUpdate
from services.townhall.french_names import FRANCE
from services.townhall.person import PHONES
from services.townhall.untyped import parts


class Change(ProfileUpdate):
    """What is wanted, and of whom."""

    cleared: tuple[str, ...] = ()
    target: UpdateTarget
    member_id: UUID | None = None

    def email_to_confirm(self, profile: Profile) -> str:
        """The holder's new address, which counts once its link is followed; "" where none is given."""
        email = "" if self.target is UpdateTarget.MEMBER else _text(self.values, "email")
        return "" if email == profile.contact.email else email

    def prefers_email_once_confirmed(self, profile: Profile) -> bool:
        """Whether e-mail is to be the preferred means only from the moment that the new address counts."""
        return bool(self.email_to_confirm(profile)) and self.values.get("preferred_contact") == EMAIL


def applied(profile: Profile, members: Sequence[Kept], change: Change) -> tuple[Profile, list[Kept]] | None:
    """Profile and members afterwards; None where the member is gone."""
    if change.target is UpdateTarget.MEMBER:
        if change.member_id not in {kept.id for kept in members}:
            return None
        return profile, [_of_member(kept, change) if kept.id == change.member_id else kept for kept in members]
    moved = _address(change)
    after = replace(profile, address=moved or profile.address, contact=_contact(profile.contact, change))
    preferred = _text(change.values, "preferred_contact")
    if preferred and not change.prefers_email_once_confirmed(profile):
        wanted = replace(after, preferred_contact=preferred)
        after = wanted if has_preferred_contact(wanted) else after
    if not has_preferred_contact(after):  # a number that was preferred is given up
        after = replace(after, preferred_contact=EMAIL)
    if moved is None:
        return after, list(members)
    if change.target is UpdateTarget.HOUSEHOLD:
        return after, [_living_at(kept, None) for kept in members]
    return after, [_living_at(kept, kept.member.address or profile.address) for kept in members]


def _of_member(kept: Kept, change: Change) -> Kept:
    """Nothing is mailed to a member: a new address of mail counts without a link."""
    member: FamilyMember = kept.member
    contact = _contact(member.contact, change)
    contact = replace(contact, email=_text(change.values, "email") or contact.email)
    return replace(kept, member=replace(member, address=_address(change) or member.address, contact=contact))


def _living_at(kept: Kept, address: Address | None) -> Kept:
    return replace(kept, member=replace(kept.member, address=address))


def _address(change: Change) -> Address | None:
    given = parts(change.values.get("address"))  # as the request's form read it
    if not given:
        return None
    lines = {name: _text(given, name) for name in ("line1", "line2", "postcode", "city")}
    return Address(**lines, country=_text(given, "country") or FRANCE)


def _contact(contact: Contact, change: Change) -> Contact:
    """A number that is given up goes, unless another one was given in its place."""
    before = vars(contact)
    given = {name: number for name in PHONES if (number := _text(change.values, name))}
    kept = {name for name, number in given.items() if number != before[name]}
    gone = {name: "" for name in change.cleared if name in PHONES and name not in kept}
    return replace(contact, **(given | gone))


def _text(values: Mapping[str, object], name: str) -> str:
    return str(values.get(name) or "")
