"""A change of coordinates from its filing to the profile, between real processes: requests, accounts and the broker."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from services.accounts import other_services
from services.accounts.profile_updates import use_cases as profile_updates
from services.chassis.actors import Actor
from services.chassis.clock import Clock
from services.chassis.event_store.store import Store
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.house.conftest import Town, until
from tests.support.filled import in_days, today

ADDRESS, PHONES = "changement-adresse-postale", "changement-telephones"
NEW = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}


class Ahead(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=11)


@pytest.fixture(scope="module")
def people(house: Town, town: dict[str, Any]) -> dict[str, Actor]:
    """Camille with a household, Claude with a parent."""
    named = {one["username"]: one for one in town["accounts"]["citizens"]}
    return {name: house.bring(named[name])[0] for name in ("camille.exemple", "claude.temoin")}


@pytest.fixture
def camille(people: dict[str, Actor]) -> Actor:
    return people["camille.exemple"]


@pytest.fixture
def claude(people: dict[str, Actor]) -> Actor:
    return people["claude.temoin"]


def profile(house: Town, who: Actor) -> dict[str, Any]:
    return house.call("accounts.profile", {}, who)


def test_the_phone_of_a_member_is_changed_and_the_holders_own_stays(house: Town, claude: Actor) -> None:
    [andree] = profile(house, claude)["family_members"]
    own = profile(house, claude)["contact"]
    changed = {"mobile": "06 39 98 10 33", "supprimer_fixe": True}
    number = house.submit(claude, PHONES, answers=changed, member=andree["id"])["number"]
    until(lambda: [one["granted"] for one in profile(house, claude)["coming_updates"]] == [False])

    house.decide(number, "accepted", reply="telephones-mis-a-jour")

    until(lambda: house.tracking(number, claude)["history"][0]["title"] == "Les coordonnées ont été mises à jour")
    [andree] = profile(house, claude)["family_members"]
    assert (andree["contact"]["mobile_phone"], andree["contact"]["home_phone"]) == ("06 39 98 10 33", "")
    assert profile(house, claude)["coming_updates"] == []
    assert profile(house, claude)["contact"] == own


def test_the_holder_and_the_household_move_on_the_day_that_was_asked_for(
    house: Town, settings: Settings, camille: Actor
) -> None:
    own = house.submit(camille, PHONES, answers={"mobile": "06 39 98 10 77"})["number"]
    house.decide(own, "accepted", reply="telephones-mis-a-jour")
    until(lambda: profile(house, camille)["contact"]["mobile_phone"] == "06 39 98 10 77")

    moving = {"nouvelle_adresse": NEW, "date_effet": in_days(10), "tout_le_foyer": True}
    moved = house.submit(camille, ADDRESS, answers=moving)["number"]
    house.decide(moved, "accepted", reply="adresse-mise-a-jour")
    until(lambda: [one["granted"] for one in profile(house, camille)["coming_updates"]] == [True])
    assert profile(house, camille)["address"]["line1"] == "7 rue du Pont-Neuf"

    with closing(Store(settings, "accounts", clock=Ahead())) as later, RpcClient(settings) as client:
        assert profile_updates.apply_due(later, partial(other_services.wanted_by, client)) is None

    after = profile(house, camille)
    assert (after["address"]["line1"], after["coming_updates"]) == ("2 quai de l’Orne", [])
    assert [one["address"] for one in after["family_members"]] == [None] * 3


def test_a_refused_change_is_announced_no_longer_and_changes_nothing(house: Town, claude: Actor) -> None:
    moving = {"nouvelle_adresse": NEW, "date_effet": today().isoformat()}
    number = house.submit(claude, ADDRESS, answers=moving)["number"]
    until(lambda: len(profile(house, claude)["coming_updates"]) == 1)

    house.decide(number, "rejected", reason="L’adresse n’existe pas.")

    until(lambda: profile(house, claude)["coming_updates"] == [])
    assert profile(house, claude)["address"]["line1"] == "2 impasse des Tanneurs"
