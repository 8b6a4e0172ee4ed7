"""A draft and the profile that changed since: offered where it was not edited, never written over what was typed."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from services.accounts.schemas.people import Profile, Relative
from services.accounts.schemas.profile import Address, Organisation
from services.chassis.contracts import from_json
from services.requests.drafts import conflicts, rules as draft
from services.requests.drafts.profile_news import news, news_of_member, taken
from tests.support import published
from tests.support.filled import known_profile

OWN = published.procedure("location-salle")
PROFILE = known_profile(
    identity={"civility": "madame", "given_names": "Camille", "birth_name": "Exemple", "usage_name": "Exemple"},
    address={"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin", "country": "FR"},
    contact={"email": "camille@courriel.example", "mobile_phone": "06 39 98 10 01"},
)


def changed(section: str, **values: str) -> Profile:
    return replace(PROFILE, **{section: replace(getattr(PROFILE, section), **values)})


def typed(**answers: str) -> draft.Typed:
    """A draft that took over the profile, whose page « Mes informations » was then sent, with these answers changed."""
    begun = draft.opened(OWN, PROFILE, None)
    who = begun.applicant
    flat = {name: value for name, value in who.items() if name != "address"}
    flat |= {f"address.{part}": value for part, value in who["address"].items()}
    return draft.saved(begun, OWN, "applicant", flat | answers)


def test_news_of_unedited_fields_are_offered_and_typed_values_stay() -> None:
    profile = changed("identity", usage_name="Modèle")
    assert news(typed(), OWN, profile) == {"usage_name": "Modèle"}
    assert news(draft.opened(OWN, PROFILE, None), OWN, profile) == {"usage_name": "Modèle"}, "before any page is sent"
    assert news(typed(usage_name="Autre"), OWN, profile) == {}
    assert news(typed(), OWN, PROFILE) == {}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (changed("contact", mobile_phone=""), {"phone": ""}),
        (changed("contact", mobile_phone="", home_phone="02 61 91 10 00"), {"phone": "02 61 91 10 00"}),
        (changed("contact", home_phone="02 61 91 10 00"), {}),
        (changed("address", line1="9 quai"), {"address": asdict(PROFILE.address) | {"line1": "9 quai"}}),
        (replace(PROFILE, preferred_contact="mobile_phone"), {"preferred_contact": "phone"}),
    ],
)
def test_a_detail_that_went_came_or_changed_in_part_is_news(profile: Profile, expected: dict[str, Any]) -> None:
    assert news(typed(), OWN, profile) == expected


def test_the_profile_does_not_change_in_whose_name_a_request_is_made() -> None:
    profile = replace(PROFILE, organisation=Organisation(kind="association", name="Les Rameurs Fictifs"))
    assert "kind" not in news(typed(), OWN, profile)
    assert "organisation" not in news(typed(), OWN, profile)


def test_a_draft_without_prefill_is_offered_no_news() -> None:
    assert news(draft.opened(OWN, None, None), OWN, PROFILE) == {}
    assert news(replace(typed(), known={}), OWN, changed("identity", usage_name="Modèle")) == {}
    assert news(typed(), OWN, None) == {}


def test_accepted_news_are_in_the_draft_and_not_offered_again() -> None:
    profile = changed("identity", usage_name="Modèle")
    after = taken(typed(phone="06 39 98 10 09"), OWN, profile)

    assert (after.applicant["usage_name"], after.applicant["phone"]) == ("Modèle", "06 39 98 10 09")
    assert news(after, OWN, profile) == {}
    assert taken(after, OWN, profile) == after
    assert conflicts.mark(after.applicant) != conflicts.mark(typed().applicant), "a page opened before is warned"


PHONES = published.procedure("changement-telephones")
ANDREE: dict[str, Any] = {
    "id": "m1", "full_name": "", "relation": "parent", "relation_label": "", "given_names": "Andrée", "birth_name": "Témoin",
    "address": None, "contact": {"email": "", "mobile_phone": "", "home_phone": "02 61 91 20 32"},
}  # fmt: skip


def family(**changes: Any) -> Profile:
    return replace(PROFILE, family_members=(from_json(Relative, ANDREE | changes),))


def test_changed_details_of_a_family_member_are_news_and_are_accepted() -> None:
    begun = draft.opened(PHONES, family(), ANDREE)
    moved = asdict(Address(line1="2 quai de l’Orne"))
    now = family(usage_name="Modèle", address=moved, contact={**ANDREE["contact"], "home_phone": "02 61 91 20 99"})

    news = news_of_member(begun, now)
    after = taken(replace(begun, answers={**begun.answers, "mobile": "06 39 98 10 33"}), PHONES, now)

    assert news == {"usage_name": "Modèle", "address": moved, "home_phone": "02 61 91 20 99"}
    assert after.member == asdict(now.family_members[0])
    assert after.answers == {"fixe": "02 61 91 20 99", "mobile": "06 39 98 10 33"}
    assert news_of_member(after, now) == {}


@pytest.mark.parametrize("member", [None, ANDREE, {**ANDREE, "id": "gone"}, {"given_names": "Andrée"}])
def test_an_unchanged_unknown_or_removed_member_is_no_news(member: dict[str, Any] | None) -> None:
    begun = draft.opened(PHONES, family(), member)
    assert news_of_member(begun, family()) == {}
    assert taken(begun, PHONES, family()) == begun
    assert news_of_member(begun, None) == {}


def test_a_draft_of_a_former_release_is_read() -> None:
    stored = typed().to_json()
    del stored["known"]
    assert draft.Typed.from_json(stored).known == {}
    assert draft.Typed.from_json(typed().to_json()) == typed()
