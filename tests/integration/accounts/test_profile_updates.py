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
from tests.integration.accounts.own_space import holder_of
from tests.integration.accounts.service import Accounts
from tests.support.heard import hear

MOVE = {"address": {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"}}
NUMBER = "2026-7K3M-QX4P"
TODAY, LATER = "2026-11-25", "2026-12-05"


def decide(
    accounts: Accounts,
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
        accounts.store,
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


def apply(accounts: Accounts, **values: Any) -> float | None:
    return profile_updates.apply_due(
        accounts.store, lambda _: ProfileUpdate(values=values or MOVE, cleared=(), number=NUMBER)
    )


def profile(accounts: Accounts, holder: Actor) -> dict[str, Any]:
    return accounts.ask(people.profile, accounts.call(holder, account_id=None))


def add_lou(accounts: Accounts, holder: Actor, given_names: str = "Lou") -> UUID:
    return accounts.send(
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


def announced(accounts: Accounts, fact: str = "ProfileUpdated") -> list[dict[str, Any]]:
    found = accounts.rows("SELECT type, public FROM events ORDER BY stream, version")
    return [json.loads(row["public"]) for row in found if row["type"] == fact]


def test_a_change_for_today_is_applied_and_published_at_once(accounts: Accounts, holder: Actor) -> None:
    request_id = decide(accounts, holder)

    assert apply(accounts) is None

    assert profile(accounts, holder)["address"]["line1"] == "2 quai de l’Orne"
    about = {"target": "holder", "member_id": None, "request_number": NUMBER}
    assert announced(accounts) == [{"request_id": str(request_id), **about}]
    assert "ProfileChanged" in accounts.facts()


def test_a_change_to_come_is_announced_and_waits_for_its_day(accounts: Accounts, holder: Actor) -> None:
    decide(accounts, holder, LATER)

    seconds = apply(accounts)

    before = profile(accounts, holder)
    assert before["address"]["line1"] == "7 rue du Pont-Neuf"
    assert before["coming_updates"] == [
        {"target": "holder", "member_id": None, "names": ["address"], "effective_on": LATER, "granted": True}
    ]
    assert seconds == (9 * 24 + 14) * 3600  # until midnight in Paris, from ten o'clock of the 25th
    accounts.clock.move(seconds=seconds)
    apply(accounts)
    after = profile(accounts, holder)
    assert (after["address"]["line1"], after["coming_updates"]) == ("2 quai de l’Orne", [])


def test_a_change_is_announced_from_its_filing_and_applied_once_it_is_granted(
    accounts: Accounts, holder: Actor
) -> None:
    request_id = decide(accounts, holder, LATER, fact="ProfileUpdateAsked")
    accounts.clock.move(days=11)
    assert apply(accounts) is None
    [announced] = profile(accounts, holder)["coming_updates"]
    assert (announced["granted"], announced["effective_on"]) == (False, None)

    hear(accounts.store, "requests", "RequestStatusChanged", request_id, closed=True)
    decide(accounts, holder, LATER, request_id=request_id)
    decide(accounts, holder, LATER, request_id=request_id, fact="ProfileUpdateAsked")  # received late
    [granted] = profile(accounts, holder)["coming_updates"]
    assert granted["granted"]
    apply(accounts)
    assert profile(accounts, holder)["address"]["line1"] == "2 quai de l’Orne"


@pytest.mark.parametrize(("fact", "said"), [("RequestStatusChanged", {"closed": True}), ("RequestCancelled", {})])
def test_an_update_of_a_refused_or_cancelled_request_is_announced_no_longer(
    accounts: Accounts, holder: Actor, fact: str, said: dict[str, Any]
) -> None:
    request_id = decide(accounts, holder, LATER, fact="ProfileUpdateAsked")
    hear(accounts.store, "requests", "RequestStatusChanged", request_id, closed=False)
    assert len(profile(accounts, holder)["coming_updates"]) == 1

    hear(accounts.store, "requests", fact, request_id, **said)

    assert profile(accounts, holder)["coming_updates"] == []
    granted = decide(accounts, holder, LATER)
    hear(accounts.store, "requests", "RequestStatusChanged", granted, closed=True)
    assert len(profile(accounts, holder)["coming_updates"]) == 1, "what was granted waits for its day"


def test_each_change_is_traced_with_what_was_there_before_and_after(accounts: Accounts, holder: Actor) -> None:
    lou = add_lou(accounts, holder)
    decide(accounts, holder)
    apply(accounts)

    with accounts.store.transaction() as tx:
        [traced] = [one.event for one in tx.history(f"account-{holder.id}") if isinstance(one.event, ProfileUpdated)]
    assert traced.changed is not None
    mine, hers = traced.changed
    assert (mine["before"]["address"]["line1"], mine["after"]["address"]["line1"]) == (
        "7 rue du Pont-Neuf",
        "2 quai de l’Orne",
    )
    assert (hers["member_id"], hers["before"]["address"]) == (str(lou), None), "she stays where both lived"
    assert "Pont-Neuf" not in str(announced(accounts))


def test_the_holder_reads_who_changed_what_and_by_which_request(accounts: Accounts, holder: Actor) -> None:
    lou = add_lou(accounts, holder)
    decide(accounts, holder)
    apply(accounts)
    gone = add_lou(accounts, holder, "Sacha")
    decide(accounts, holder, target="member", member=gone)
    accounts.send(family.remove_family_member, RemoveFamilyMember(member_id=gone), holder)
    apply(accounts)

    dropped, moved = holder_of(accounts).space().changes

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


def test_a_change_is_applied_once_also_by_several_processes_at_once(accounts: Accounts, holder: Actor) -> None:
    decide(accounts, holder)

    with ThreadPoolExecutor(3) as crowd:
        list(crowd.map(lambda _: apply(accounts), range(3)))

    assert len(announced(accounts)) == 1


def test_a_change_for_a_member_removed_meanwhile_is_published_as_not_applied(accounts: Accounts, holder: Actor) -> None:
    lou = add_lou(accounts, holder)
    request_id = decide(accounts, holder, LATER, target="member", member=lou)
    accounts.send(family.remove_family_member, RemoveFamilyMember(member_id=lou), holder)
    assert profile(accounts, holder)["coming_updates"] == [], "nothing is announced that will not be done"
    accounts.clock.move(days=11)

    assert apply(accounts) is None
    assert apply(accounts) is None

    assert announced(accounts) == []
    assert announced(accounts, "ProfileUpdateNotApplied") == [
        {
            "request_id": str(request_id),
            "target": "member",
            "member_id": str(lou),
            "reason": "member_removed",
            "request_number": NUMBER,
        }
    ]
    assert profile(accounts, holder)["coming_updates"] == []


def test_a_member_is_mailed_nothing_and_a_new_address_counts_at_once(accounts: Accounts, holder: Actor) -> None:
    decide(accounts, holder, target="member", member=add_lou(accounts, holder))
    apply(accounts, email="lou@courriel.example")
    [lou] = accounts.send(family_views.list_family, ListFamily(), holder).members
    assert lou.email == "lou@courriel.example"
    assert "EmailChangeRequested" not in accounts.facts()


def test_a_holder_who_asks_for_too_many_links_waits_and_loses_no_change(accounts: Accounts, holder: Actor) -> None:
    for number in range(12):
        decide(accounts, holder)
        waits = apply(accounts, email=f"new{number}@courriel.example")
    assert waits
    assert len(profile(accounts, holder)["coming_updates"]) > 0
    accounts.clock.move(hours=2)
    apply(accounts, email="last@courriel.example")
    assert profile(accounts, holder)["coming_updates"] == []


def test_while_requests_is_down_no_change_is_lost_and_an_erased_one_is_dropped(
    accounts: Accounts, holder: Actor
) -> None:
    decide(accounts, holder)

    def erased(_: UUID) -> ProfileUpdate:
        raise NotFound

    assert profile_updates.apply_due(accounts.store, erased) is None
    assert announced(accounts) == []
    decide(accounts, holder)

    def silent(_: UUID) -> ProfileUpdate:
        raise Unavailable

    with pytest.raises(Unavailable):
        profile_updates.apply_due(accounts.store, silent)
    assert profile(accounts, holder)["address"]["line1"] == "7 rue du Pont-Neuf"
    apply(accounts)
    assert len(announced(accounts)) == 1


def test_no_change_of_a_closed_space_is_noted_or_waits(accounts: Accounts, holder: Actor) -> None:
    decide(accounts, holder, LATER)
    accounts.erase(holder.id)
    decide(accounts, holder)

    assert accounts.rows("SELECT request_id FROM profile_updates") == []
