"""A change of coordinates that a request was granted counts from its day, once, with what requests says then."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.accounts.disclosure import views as people
from services.accounts.family import use_cases as family, views as family_views
from services.accounts.profile_updates import use_cases as profile_updates
from services.accounts.schemas.family import AddFamilyMember, ListFamily, RemoveFamilyMember
from services.accounts.schemas.profile import ChangedPerson, ChangedValue
from services.accounts.spaces.events import ProfileUpdated
from services.chassis.actors import Actor
from services.chassis.errors import NotFound, Unavailable
from services.requests.schemas.own_data import ProfileUpdate
from tests.integration.accounts.house import House
from tests.integration.accounts.own_space import holder_of
from tests.support.heard import hear

MOVE = {"address": {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"}}
NUMBER = "2026-7K3M-QX4P"
TODAY, LATER = "2026-11-25", "2026-12-05"


def decide(
    house: House,
    holder: Actor,
    on: str = TODAY,
    target: str = "holder",
    member: UUID | None = None,
    *,
    fact: str = "ProfileUpdateDecided",
    request_id: UUID | None = None,
) -> UUID:
    request_id = request_id or uuid4()
    hear(
        house.store,
        "requests",
        fact,
        request_id,
        account_id=holder.id,
        target=target,
        member_id=str(member) if member else None,
        names=["address"],
        effective_on=on,
    )
    return request_id


def apply(house: House, **values: Any) -> float | None:
    return profile_updates.apply_due(
        house.store, lambda _: ProfileUpdate(values=values or MOVE, cleared=(), number=NUMBER)
    )


def profile(house: House, holder: Actor) -> dict[str, Any]:
    return house.ask(people.profile, house.call(holder, account_id=None))


def add_lou(house: House, holder: Actor, given_names: str = "Lou") -> UUID:
    return house.send(
        family.add_family_member,
        AddFamilyMember(
            relation="child",
            birth_name="Exemple",
            given_names=given_names,
            birth_date="2018-01-22",
            parental_authority="joint",
        ),
        holder,
    ).id


def told(house: House, fact: str = "ProfileUpdated") -> list[dict[str, Any]]:
    found = house.rows("SELECT type, public FROM events ORDER BY stream, version")
    return [json.loads(row["public"]) for row in found if row["type"] == fact]


def test_a_change_for_today_is_applied_at_once_and_told(house: House, holder: Actor) -> None:
    request_id = decide(house, holder)

    assert apply(house) is None

    assert profile(house, holder)["address"]["line1"] == "2 quai de l’Orne"
    about = {"target": "holder", "member_id": None, "request_number": NUMBER}
    assert told(house) == [{"request_id": str(request_id), **about}]
    assert "ProfileChanged" in house.facts()


def test_a_change_to_come_is_announced_and_waits_for_its_day(house: House, holder: Actor) -> None:
    decide(house, holder, LATER)

    seconds = apply(house)

    before = profile(house, holder)
    assert before["address"]["line1"] == "7 rue du Pont-Neuf"
    assert before["coming_updates"] == [
        {"target": "holder", "member_id": None, "names": ["address"], "effective_on": LATER, "granted": True}
    ]
    assert seconds == (9 * 24 + 14) * 3600  # until midnight in Paris, from ten o'clock of the 25th
    house.clock.move(seconds=seconds)
    apply(house)
    after = profile(house, holder)
    assert (after["address"]["line1"], after["coming_updates"]) == ("2 quai de l’Orne", [])


def test_a_change_is_announced_from_its_filing_and_applied_once_it_is_granted(house: House, holder: Actor) -> None:
    request_id = decide(house, holder, LATER, fact="ProfileUpdateAsked")
    house.clock.move(days=11)
    assert apply(house) is None
    [announced] = profile(house, holder)["coming_updates"]
    assert (announced["granted"], announced["effective_on"]) == (False, None)

    hear(house.store, "requests", "RequestStatusChanged", request_id, closed=True)
    decide(house, holder, LATER, request_id=request_id)
    decide(house, holder, LATER, request_id=request_id, fact="ProfileUpdateAsked")  # heard late
    [granted] = profile(house, holder)["coming_updates"]
    assert granted["granted"]
    apply(house)
    assert profile(house, holder)["address"]["line1"] == "2 quai de l’Orne"


@pytest.mark.parametrize(("fact", "said"), [("RequestStatusChanged", {"closed": True}), ("RequestCancelled", {})])
def test_what_was_refused_or_cancelled_is_announced_no_longer(
    house: House, holder: Actor, fact: str, said: dict[str, Any]
) -> None:
    request_id = decide(house, holder, LATER, fact="ProfileUpdateAsked")
    hear(house.store, "requests", "RequestStatusChanged", request_id, closed=False)
    assert len(profile(house, holder)["coming_updates"]) == 1

    hear(house.store, "requests", fact, request_id, **said)

    assert profile(house, holder)["coming_updates"] == []
    granted = decide(house, holder, LATER)
    hear(house.store, "requests", "RequestStatusChanged", granted, closed=True)
    assert len(profile(house, holder)["coming_updates"]) == 1, "what was granted waits for its day"


def test_each_change_is_traced_with_what_was_there_before_and_after(house: House, holder: Actor) -> None:
    lou = add_lou(house, holder)
    decide(house, holder)
    apply(house)

    with house.store.transaction() as tx:
        [traced] = [one.event for one in tx.history(f"account-{holder.id}") if isinstance(one.event, ProfileUpdated)]
    assert traced.changed is not None
    mine, hers = traced.changed
    assert (mine["before"]["address"]["line1"], mine["after"]["address"]["line1"]) == (
        "7 rue du Pont-Neuf",
        "2 quai de l’Orne",
    )
    assert (hers["member_id"], hers["before"]["address"]) == (str(lou), None), "she stays where both lived"
    assert "Pont-Neuf" not in str(told(house))


def test_the_holder_reads_who_changed_what_and_by_which_request(house: House, holder: Actor) -> None:
    lou = add_lou(house, holder)
    decide(house, holder)
    apply(house)
    gone = add_lou(house, holder, "Sacha")
    decide(house, holder, target="member", member=gone)
    house.send(family.remove_family_member, RemoveFamilyMember(member_id=gone), holder)
    apply(house)

    dropped, moved = holder_of(house).space().changes

    assert (dropped.what, dropped.request_number) == ("update_not_applied", NUMBER)
    assert dropped.people == (ChangedPerson(member_id=gone),), "the name left with the member"
    old, new = (f"{street}\n61990 Saint-Aubin-sur-Orne" for street in ("7 rue du Pont-Neuf", "2 quai de l’Orne"))
    assert (moved.what, moved.request_number) == ("updated", NUMBER)
    assert moved.people == (
        ChangedPerson(values=(ChangedValue(name="address", before=old, after=new),)),
        ChangedPerson(
            member_id=lou, full_name="Lou Exemple", values=(ChangedValue(name="address", before="", after=old),)
        ),
    )


def test_it_is_applied_once_however_often_it_is_heard_and_by_whomever(house: House, holder: Actor) -> None:
    decide(house, holder)

    with ThreadPoolExecutor(3) as crowd:
        list(crowd.map(lambda _: apply(house), range(3)))

    assert len(told(house)) == 1


def test_the_household_moves_and_a_member_alone_does(house: House, holder: Actor) -> None:
    lou = add_lou(house, holder)
    decide(house, holder, target="member", member=lou)
    apply(house)
    [alone] = house.send(family_views.list_family, ListFamily(), holder).members
    assert alone.address is not None
    assert (alone.address.line1, profile(house, holder)["address"]["line1"]) == (
        "2 quai de l’Orne",
        "7 rue du Pont-Neuf",
    )

    decide(house, holder, target="household")
    apply(house, address={**MOVE["address"], "line1": "1 place du Beffroi"})
    [together] = house.send(family_views.list_family, ListFamily(), holder).members
    assert (together.address, profile(house, holder)["address"]["line1"]) == (None, "1 place du Beffroi")


def test_a_change_for_a_member_who_was_removed_meanwhile_is_told_as_not_applied(house: House, holder: Actor) -> None:
    lou = add_lou(house, holder)
    request_id = decide(house, holder, LATER, target="member", member=lou)
    house.send(family.remove_family_member, RemoveFamilyMember(member_id=lou), holder)
    assert profile(house, holder)["coming_updates"] == [], "nothing is announced that will not be done"
    house.clock.move(days=11)

    assert apply(house) is None
    assert apply(house) is None

    assert told(house) == []
    assert told(house, "ProfileUpdateNotApplied") == [
        {
            "request_id": str(request_id),
            "target": "member",
            "member_id": str(lou),
            "reason": "member_removed",
            "request_number": NUMBER,
        }
    ]
    assert profile(house, holder)["coming_updates"] == []


def test_a_member_is_mailed_nothing_and_a_new_address_counts_at_once(house: House, holder: Actor) -> None:
    decide(house, holder, target="member", member=add_lou(house, holder))
    apply(house, email="lou@courriel.example")
    [lou] = house.send(family_views.list_family, ListFamily(), holder).members
    assert lou.email == "lou@courriel.example"
    assert "EmailChangeRequested" not in house.facts()


def test_who_asked_for_too_many_links_waits_and_nobody_else_does(house: House, holder: Actor) -> None:
    for number in range(12):
        decide(house, holder)
        waits = apply(house, email=f"new{number}@courriel.example")
    assert waits
    assert len(profile(house, holder)["coming_updates"]) > 0
    house.clock.move(hours=2)
    apply(house, email="last@courriel.example")
    assert profile(house, holder)["coming_updates"] == []


def test_while_requests_is_silent_nothing_is_lost_and_an_erased_one_is_dropped(house: House, holder: Actor) -> None:
    decide(house, holder)

    def erased(_: UUID) -> ProfileUpdate:
        raise NotFound

    assert profile_updates.apply_due(house.store, erased) is None
    assert told(house) == []
    decide(house, holder)

    def silent(_: UUID) -> ProfileUpdate:
        raise Unavailable

    with pytest.raises(Unavailable):
        profile_updates.apply_due(house.store, silent)
    assert profile(house, holder)["address"]["line1"] == "7 rue du Pont-Neuf"
    apply(house)
    assert len(told(house)) == 1


def test_of_a_closed_space_nothing_is_noted_and_nothing_waits(house: House, holder: Actor) -> None:
    decide(house, holder, LATER)
    house.erase(holder.id)
    decide(house, holder)

    assert house.rows("SELECT request_id FROM profile_updates") == []
