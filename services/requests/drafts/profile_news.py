"""What a draft took over from its owner's profile, or from a member of the family, once that has changed: offered, never written
over what was typed. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from services.accounts.schemas.people import Profile
from services.chassis.dotted_names import nested
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.drafts import conflicts
from services.requests.drafts.rules import Typed, applicant_of, chosen_member
from services.requests.forms import applicant, rules as answers
from services.townhall.untyped import is_mapping, parts

NOT_OFFERED = frozenset({"kind"})
"""In whose name the request is made is the person's answer, whatever the profile says."""
OF_MEMBER = (
    "relation", "given_names", "birth_name", "usage_name", "birth_date", "parental_authority", "address",
    "email", "mobile_phone", "home_phone", "work_phone",
)  # fmt: skip
"""What a request carries of a member, by name; the e-mail address and the phones stand under `contact`."""


def news(typed: Typed, definition: Procedure, profile: Profile | None) -> dict[str, object]:
    """By name, the present values in the profile of the details that the draft took over from it and has unchanged; an
    organisation for a draft that is made for one of that kind."""
    if profile is None or not typed.known:
        return {}
    before, now = (applicant.asked_of(definition, who) for who in (typed.known, applicant_of(profile, definition)))
    shown = applicant.as_asked(definition, nested(typed.applicant))
    return {
        name: now.get(name, "")
        for name in dict.fromkeys((*before, *now))
        if name not in NOT_OFFERED
        and name in shown
        and not _same(before.get(name), now.get(name))
        and _same(shown[name], before.get(name))
        and (name != "organisation" or shown.get("kind") == now.get("kind"))
    }


def news_of_member(typed: Typed, profile: Profile | None) -> dict[str, object]:
    """By name, the present details of the member for whom the draft is made, where they differ from the draft's."""
    present = _present(typed, profile)
    if typed.member is None or present is None:
        return {}
    before, now = _details(typed.member), _details(present)
    return {name: now[name] or "" for name in OF_MEMBER if not _same(before[name], now[name])}


def taken(typed: Typed, definition: Procedure, profile: Profile | None) -> Typed:
    """The draft with that news, also where « Ma demande » asks for the same again."""
    after = _with_own(typed, definition, profile)
    if news_of_member(after, profile):
        after = chosen_member(after, definition, _present(after, profile))
    return replace(after, pages=conflicts.signed(typed.pages, typed.steps, after.steps, None))


def _present(typed: Typed, profile: Profile | None) -> dict[str, object] | None:
    """That member as the family has them now; None for a person whom an agent described, and for one who left the family."""
    wanted, family = parts(typed.member).get("id"), profile.family_members if profile else ()
    return next((asdict(one) for one in family if wanted and one.id == wanted), None)


def _details(member: Mapping[str, object]) -> dict[str, object]:
    known = {**member, **parts(member.get("contact"))}
    return {name: known.get(name) for name in OF_MEMBER}


def _with_own(typed: Typed, definition: Procedure, profile: Profile | None) -> Typed:
    changed = news(typed, definition, profile)
    if not changed or profile is None:
        return typed
    known = applicant_of(profile, definition)
    before = applicant.as_asked(definition, nested(typed.applicant))
    after = before | changed
    followed = answers.followed(
        definition, typed.answers, before=typed.known | before, after=known | after, member=typed.member
    )
    return replace(typed, applicant=after, answers=followed, known=known)


def _same(one: object, other: object) -> bool:
    """Whether they are equal; empty parts of an address or an organisation count as missing."""
    return _full(one) == _full(other)


def _full(value: object) -> object:
    return {name: part for name, part in value.items() if part} if is_mapping(value) else value or ""
