"""One's family: members are added, changed and removed by the holder of the space alone."""

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
from tests.integration.accounts.own_space import another_space
from tests.integration.accounts.service import MESSAGING, PASSWORD, VISITOR, Accounts
from tests.support.at_once import at_once

LOU: dict[str, Any] = {
    "relation": "child",
    "birth_name": "Exemple",
    "given_names": "Lou Élie",
    "birth_date": "2020-01-22",
    "parental_authority": "joint",
}


def add(accounts: Accounts, actor: Actor, command_id: str | None = None, **described: Any) -> calls.Member:
    return accounts.send(family.add_family_member, calls.AddFamilyMember(**{**LOU, **described}), actor, command_id)


def change(accounts: Accounts, actor: Actor, member_id: UUID, **described: Any) -> calls.Member:
    return accounts.send(
        family.change_family_member, calls.ChangeFamilyMember(member_id=member_id, **{**LOU, **described}), actor
    )


def remove(accounts: Accounts, actor: Actor, member_id: UUID) -> None:
    accounts.send(family.remove_family_member, calls.RemoveFamilyMember(member_id=member_id), actor)


def listed(accounts: Accounts, actor: Actor) -> calls.Family:
    return accounts.send(family_views.list_family, calls.ListFamily(), actor)


def test_a_member_who_is_added_is_offered_to_the_next_request(accounts: Accounts, holder: Actor) -> None:
    lou = add(accounts, holder, email="lou@courriel.example", mobile_phone="0639981002")

    assert (lou.full_name, lou.relation_label, lou.parental_authority) == ("Lou Élie Exemple", "Enfant", "joint")
    assert listed(accounts, holder).members == (lou,)
    [offered] = accounts.ask(people.profile, accounts.call(holder, account_id=None))["family_members"]
    assert (offered["id"], offered["relation"], offered["slug"]) == (str(lou.id), "child", "")
    assert offered["contact"]["mobile_phone"] == "06 39 98 10 02"
    assert accounts.facts()[-1] == "FamilyMemberAdded"


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
def test_a_wrong_value_is_refused_at_its_field_and_adds_no_member(
    accounts: Accounts, holder: Actor, described: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(FormRefused) as refused:
        add(accounts, holder, **described)

    assert refused.value.fields == {field: sentence}
    assert listed(accounts, holder).members == ()


def test_a_member_of_the_same_name_is_confirmed_first_and_a_twin_is_another(accounts: Accounts, holder: Actor) -> None:
    add(accounts, holder)
    add(accounts, holder, given_names="Sacha")
    assert [member.given_names for member in listed(accounts, holder).members] == ["Lou Élie", "Sacha"]
    with pytest.raises(MemberTwice):
        add(accounts, holder, birth_name="EXEMPLE", given_names="lou elie")
    add(accounts, holder, given_names="Lou Élie", even_if_there=True)
    assert len(listed(accounts, holder).members) == 3
    with pytest.raises(MemberTwice):
        add(accounts, holder)


def test_the_holder_is_no_member_and_only_of_a_child_is_authority_kept(accounts: Accounts, holder: Actor) -> None:
    with pytest.raises(MemberIsHolder):
        add(accounts, holder, given_names="Camille", birth_date="1987-04-12", relation="other")
    assert add(accounts, holder, relation="spouse", parental_authority="joint").parental_authority == "none"


def test_a_member_may_have_a_space_of_their_own_and_nothing_says_so(accounts: Accounts, holder: Actor) -> None:
    accounts.create(
        identity={"birth_name": "Fictif", "given_names": "Alix", "birth_date": "1994-11-02"},
        contact={"email": "alix.fictif@courriel.example"},
        credentials={"username": "alix.fictif", "password": PASSWORD},
    )
    before = accounts.facts()
    described = {"birth_name": "Fictif", "given_names": "Alix", "birth_date": "1994-11-02", "relation": "spouse"}

    added = add(accounts, holder, email="alix.fictif@courriel.example", **described)
    free = add(accounts, holder, email="free@courriel.example", even_if_there=True, **described)

    assert {**to_json(added), "id": "", "email": ""} == {**to_json(free), "id": "", "email": ""}
    assert sorted(accounts.facts()) == sorted([*before, "FamilyMemberAdded", "FamilyMemberAdded"])


def test_a_space_has_at_most_so_many_members_also_when_added_at_once(accounts: Accounts, holder: Actor) -> None:
    names = [f"Lou{'a' * number}" for number in range(MOST_MEMBERS - 2)]
    for name in names:
        add(accounts, holder, given_names=name)

    more = ["Ada", "Béa", "Cléo", "Daphné"]
    assert len(at_once(lambda name: add(accounts, holder, given_names=name), more, TooManyMembers)) == 2
    assert len(listed(accounts, holder).members) == listed(accounts, holder).most == MOST_MEMBERS


def test_a_member_is_changed_whole(accounts: Accounts, holder: Actor) -> None:
    lou = add(accounts, holder)

    changed = change(accounts, holder, lou.id, usage_name="Specimen", parental_authority="sole")

    assert (changed.id, changed.full_name, changed.parental_authority) == (lou.id, "Lou Élie Specimen", "sole")
    assert listed(accounts, holder).members == (changed,)
    change(accounts, holder, lou.id, usage_name="Specimen", parental_authority="sole")
    assert accounts.facts().count("FamilyMemberChanged") == 1


def test_a_change_is_refused_like_an_addition(accounts: Accounts, holder: Actor) -> None:
    lou, sacha = add(accounts, holder), add(accounts, holder, given_names="Sacha")

    with pytest.raises(FormRefused):
        change(accounts, holder, lou.id, birth_date="2027-01-01")
    with pytest.raises(MemberTwice):
        change(accounts, holder, sacha.id)
    with pytest.raises(MemberUnknown):
        change(accounts, holder, uuid4())


def test_a_member_who_is_removed_is_offered_no_more(accounts: Accounts, holder: Actor) -> None:
    lou, sacha = add(accounts, holder), add(accounts, holder, given_names="Sacha")

    remove(accounts, holder, lou.id)
    remove(accounts, holder, lou.id)

    assert listed(accounts, holder).members == (sacha,)
    assert accounts.facts().count("FamilyMemberRemoved") == 1
    ada = add(accounts, holder, given_names="Ada")
    assert listed(accounts, holder).members == (sacha, ada)


def test_a_family_is_reached_by_its_holder_alone(accounts: Accounts, holder: Actor) -> None:
    lou = add(accounts, holder)
    alix = another_space(accounts, "alix.fictif", "alix.fictif@courriel.example", active=False).actor

    assert listed(accounts, alix).members == ()
    with pytest.raises(MemberUnknown):
        change(accounts, alix, lou.id)
    remove(accounts, alix, lou.id)
    assert listed(accounts, holder).members == (lou,)
    for stranger in (VISITOR, MESSAGING, Actor(kind="agent", id=holder.id)):
        for act, given in ((listed, ()), (add, ()), (remove, (lou.id,))):
            with pytest.raises(NotYours):
                act(accounts, stranger, *given)


def test_no_name_of_a_member_is_in_clear_and_the_family_goes_with_the_space(accounts: Accounts, holder: Actor) -> None:
    add(accounts, holder, given_names="Zéphyrine", email="zephyrine@courriel.example")

    stored = accounts.rows("SELECT details FROM family_members") + accounts.rows("SELECT public, sealed FROM events")
    assert stored
    assert "phyrine" not in str(stored)
    add(accounts, holder)
    accounts.clock.move(hours=1)
    accounts.erase(holder.id)
    assert accounts.rows("SELECT member_id FROM family_members") == []
    with pytest.raises(AccountUnknown):
        add(accounts, holder)
