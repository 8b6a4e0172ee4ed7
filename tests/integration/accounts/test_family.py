"""One's family: members are added, changed and removed by the holder of the space, and by nobody else."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.accounts.disclosure import views as people
from services.accounts.family import use_cases as family, views as family_views
from services.accounts.family.rules import MOST_MEMBERS, MemberIsHolder, MemberUnknown, TooManyMembers
from services.accounts.schemas import family as calls
from services.accounts.schemas.refusals import MemberTwice
from services.accounts.spaces.rules import AccountUnknown, FormRefused, NotYours
from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from tests.integration.accounts.house import MESSAGING, PASSWORD, VISITOR, House
from tests.integration.accounts.own_space import another_space
from tests.support.at_once import at_once

LOU: dict[str, Any] = {
    "relation": "child",
    "birth_name": "Exemple",
    "given_names": "Lou Élie",
    "birth_date": "2020-01-22",
    "parental_authority": "joint",
}


def add(house: House, actor: Actor, command_id: str | None = None, **described: Any) -> calls.Member:
    return house.send(family.add_family_member, calls.AddFamilyMember(**{**LOU, **described}), actor, command_id)


def change(house: House, actor: Actor, member_id: UUID, **described: Any) -> calls.Member:
    return house.send(
        family.change_family_member, calls.ChangeFamilyMember(member_id=member_id, **{**LOU, **described}), actor
    )


def remove(house: House, actor: Actor, member_id: UUID) -> None:
    house.send(family.remove_family_member, calls.RemoveFamilyMember(member_id=member_id), actor)


def listed(house: House, actor: Actor) -> calls.Family:
    return house.send(family_views.list_family, calls.ListFamily(), actor)


def test_a_member_who_is_added_is_offered_to_the_next_request(house: House, holder: Actor) -> None:
    lou = add(house, holder, email="lou@courriel.example", mobile_phone="0639981002")

    assert (lou.full_name, lou.relation_label, lou.parental_authority) == ("Lou Élie Exemple", "Enfant", "joint")
    assert listed(house, holder).members == (lou,)
    [offered] = house.ask(people.profile, house.call(holder, account_id=None))["family_members"]
    assert (offered["id"], offered["relation"], offered["slug"]) == (str(lou.id), "child", "")
    assert offered["contact"]["mobile_phone"] == "06 39 98 10 02"
    assert house.facts()[-1] == "FamilyMemberAdded"


@pytest.mark.parametrize(
    ("described", "field", "sentence"),
    [
        ({"birth_date": "2026-11-26"}, "birth_date", "La date de naissance ne peut pas être dans l’avenir."),
        ({"birth_date": ""}, "birth_date", "Indiquez la date de naissance."),
        ({"given_names": " "}, "given_names", "Indiquez les prénoms."),
        ({"relation": ""}, "relation", "Indiquez le lien avec cette personne."),
        ({"relation": "cat"}, "relation", "Choisissez un lien de la liste."),
        ({"parental_authority": ""}, "parental_authority", "Indiquez qui exerce l’autorité parentale."),
        ({"parental_authority": "all"}, "parental_authority", "Choisissez une réponse de la liste."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_adds_nobody(
    house: House, holder: Actor, described: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(FormRefused) as refused:
        add(house, holder, **described)

    assert refused.value.fields == {field: sentence}
    assert listed(house, holder).members == ()


def test_the_same_member_is_asked_about_first_and_a_twin_is_another(house: House, holder: Actor) -> None:
    add(house, holder)
    add(house, holder, given_names="Sacha")
    assert [member.given_names for member in listed(house, holder).members] == ["Lou Élie", "Sacha"]
    with pytest.raises(MemberTwice):
        add(house, holder, birth_name="EXEMPLE", given_names="lou elie")
    add(house, holder, given_names="Lou Élie", even_if_there=True)
    assert len(listed(house, holder).members) == 3
    with pytest.raises(MemberTwice):
        add(house, holder)


def test_the_holder_is_no_member_and_only_of_a_child_is_authority_kept(house: House, holder: Actor) -> None:
    with pytest.raises(MemberIsHolder):
        add(house, holder, given_names="Camille", birth_date="1987-04-12", relation="other")
    assert add(house, holder, relation="spouse", parental_authority="joint").parental_authority == "none"


def test_a_member_may_have_a_space_of_their_own_and_nothing_says_so(house: House, holder: Actor) -> None:
    house.create(
        identity={"birth_name": "Fictif", "given_names": "Alix", "birth_date": "1994-11-02"},
        contact={"email": "alix.fictif@courriel.example"},
        credentials={"username": "alix.fictif", "password": PASSWORD},
    )
    before = house.facts()
    described = {"birth_name": "Fictif", "given_names": "Alix", "birth_date": "1994-11-02", "relation": "spouse"}

    added = add(house, holder, email="alix.fictif@courriel.example", **described)
    free = add(house, holder, email="free@courriel.example", even_if_there=True, **described)

    assert {**to_json(added), "id": "", "email": ""} == {**to_json(free), "id": "", "email": ""}
    assert sorted(house.facts()) == sorted([*before, "FamilyMemberAdded", "FamilyMemberAdded"])


def test_one_space_has_at_most_so_many_members_whoever_adds_them_at_once(house: House, holder: Actor) -> None:
    names = [f"Lou{'a' * number}" for number in range(MOST_MEMBERS - 2)]
    for name in names:
        add(house, holder, given_names=name)

    more = ["Ada", "Béa", "Cléo", "Daphné"]
    assert len(at_once(lambda name: add(house, holder, given_names=name), more, TooManyMembers)) == 2
    assert len(listed(house, holder).members) == listed(house, holder).most == MOST_MEMBERS


def test_a_member_is_changed_whole(house: House, holder: Actor) -> None:
    lou = add(house, holder)

    changed = change(house, holder, lou.id, usage_name="Specimen", parental_authority="sole")

    assert (changed.id, changed.full_name, changed.parental_authority) == (lou.id, "Lou Élie Specimen", "sole")
    assert listed(house, holder).members == (changed,)
    change(house, holder, lou.id, usage_name="Specimen", parental_authority="sole")
    assert house.facts().count("FamilyMemberChanged") == 1


def test_a_change_is_refused_like_an_addition(house: House, holder: Actor) -> None:
    lou, sacha = add(house, holder), add(house, holder, given_names="Sacha")

    with pytest.raises(FormRefused):
        change(house, holder, lou.id, birth_date="2027-01-01")
    with pytest.raises(MemberTwice):
        change(house, holder, sacha.id)
    with pytest.raises(MemberUnknown):
        change(house, holder, uuid4())


def test_a_member_who_is_removed_is_offered_no_more(house: House, holder: Actor) -> None:
    lou, sacha = add(house, holder), add(house, holder, given_names="Sacha")

    remove(house, holder, lou.id)
    remove(house, holder, lou.id)

    assert listed(house, holder).members == (sacha,)
    assert house.facts().count("FamilyMemberRemoved") == 1
    ada = add(house, holder, given_names="Ada")
    assert listed(house, holder).members == (sacha, ada)


def test_nobody_reaches_the_family_of_another(house: House, holder: Actor) -> None:
    lou = add(house, holder)
    alix = another_space(house, "alix.fictif", "alix.fictif@courriel.example", active=False).actor

    assert listed(house, alix).members == ()
    with pytest.raises(MemberUnknown):
        change(house, alix, lou.id)
    remove(house, alix, lou.id)
    assert listed(house, holder).members == (lou,)
    for stranger in (VISITOR, MESSAGING, Actor(kind="agent", id=holder.id)):
        for act, given in ((listed, ()), (add, ()), (remove, (lou.id,))):
            with pytest.raises(NotYours):
                act(house, stranger, *given)


def test_no_name_of_a_member_is_in_clear_and_the_family_goes_with_the_space(house: House, holder: Actor) -> None:
    add(house, holder, given_names="Zéphyrine", email="zephyrine@courriel.example")

    stored = house.rows("SELECT details FROM family_members") + house.rows("SELECT public, sealed FROM events")
    assert stored
    assert "phyrine" not in str(stored)
    add(house, holder)
    house.clock.move(hours=1)
    house.erase(holder.id)
    assert house.rows("SELECT member_id FROM family_members") == []
    with pytest.raises(AccountUnknown):
        add(house, holder)
