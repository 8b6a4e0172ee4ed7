"""What a granted request makes of a profile and of the members beside it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.accounts.family.rules import FamilyMember, Kept
from services.accounts.profile_updates.rules import Change, applied
from services.accounts.schemas.facts import UpdateTarget
from services.accounts.schemas.people import Contact
from services.accounts.schemas.profile import Address, Identity
from services.accounts.spaces.citizen import Profile

HOLDER, MEMBER, HOUSEHOLD = UpdateTarget
OLD = Address(line1="7 rue du Pont-Neuf", line2="", postcode="61990", city="Saint-Aubin-sur-Orne", country="FR")
NEW = Address(line1="2 quai de l’Orne", line2="", postcode="61990", city="Saint-Aubin-sur-Orne", country="FR")
MOVE = {"address": {"line1": NEW.line1, "postcode": NEW.postcode, "city": NEW.city}}
NOBODYS = Contact(email="", mobile_phone="", home_phone="", work_phone="")
CAMILLE = Profile(
    identity=Identity(
        civility="madame",
        birth_name="Exemple",
        usage_name="Exemple",
        given_names="Camille",
        birth_date="1987-04-12",
        birth_place="",
    ),
    address=OLD,
    contact=replace(NOBODYS, email="camille@courriel.example", home_phone="02 61 91 20 01"),
    preferred_contact="home_phone",
)


def member(given_names: str, address: Address | None = None) -> Kept:
    described = FamilyMember(
        slug="",
        relation="child",
        birth_name="Exemple",
        usage_name="",
        given_names=given_names,
        birth_date="2018-01-22",
        parental_authority="joint",
        contact=NOBODYS,
        address=address,
    )
    return Kept(id=uuid4(), member=described)


def addresses(members: list[Kept]) -> list[Address | None]:
    return [kept.member.address for kept in members]


def test_when_the_household_moves_every_member_lives_at_the_new_address() -> None:
    family = [member("Lou"), member("Sacha", NEW), member("Noé", OLD)]

    profile, after = applied(CAMILLE, family, Change(target=HOUSEHOLD, values=MOVE)) or (None, [])

    assert profile == replace(CAMILLE, address=NEW)
    assert addresses(after) == [None, None, None]


def test_when_the_holder_moves_alone_the_members_stay_where_they_are() -> None:
    elsewhere = replace(OLD, line1="1 place du Beffroi")
    family = [member("Lou"), member("Sacha", elsewhere)]

    profile, after = applied(CAMILLE, family, Change(target=HOLDER, values=MOVE)) or (CAMILLE, [])

    assert profile.address == NEW
    assert addresses(after) == [OLD, elsewhere]


def test_a_member_moves_alone_and_a_removed_member_cannot_move() -> None:
    lou, sacha = member("Lou"), member("Sacha")

    profile, after = applied(CAMILLE, [lou, sacha], Change(target=MEMBER, member_id=lou.id, values=MOVE)) or (None, [])

    assert profile == CAMILLE
    assert addresses(after) == [NEW, None]
    assert applied(CAMILLE, [member("Lou")], Change(target=MEMBER, member_id=uuid4(), values=MOVE)) is None


def test_the_numbers_that_were_given_change_and_the_others_stay() -> None:
    change = Change(target=HOLDER, values={"mobile_phone": "06 39 98 10 09"})

    profile, after = applied(CAMILLE, [], change) or (CAMILLE, [])

    assert (profile.contact.mobile_phone, profile.contact.home_phone) == ("06 39 98 10 09", "02 61 91 20 01")
    assert (profile.address, after) == (OLD, [])


@pytest.mark.parametrize(
    ("given", "left"),
    [({}, ""), ({"home_phone": "02 61 91 20 01"}, ""), ({"home_phone": "02 61 91 20 99"}, "02 61 91 20 99")],
    ids=["nothing", "the present one, as it was proposed", "another one"],
)
def test_a_number_that_is_given_up_goes_unless_another_takes_its_place(given: dict[str, str], left: str) -> None:
    change = Change(target=HOLDER, values=given, cleared=("home_phone",))
    profile, _ = applied(CAMILLE, [], change) or (CAMILLE, [])
    assert profile.contact.home_phone == left


@pytest.mark.parametrize(
    ("wanted", "means"), [("email", "email"), ("work_phone", "home_phone")], ids=["there", "not there"]
)
def test_a_means_of_contact_is_preferred_where_there_is_one(wanted: str, means: str) -> None:
    change = Change(target=HOLDER, values={"preferred_contact": wanted})
    profile, _ = applied(CAMILLE, [], change) or (CAMILLE, [])
    assert profile.preferred_contact == means


def test_email_is_preferred_once_the_preferred_number_is_given_up() -> None:
    profile, _ = applied(CAMILLE, [], Change(target=HOLDER, values={}, cleared=("home_phone",))) or (CAMILLE, [])
    assert profile.preferred_contact == "email"
