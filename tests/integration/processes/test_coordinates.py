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
from tests.integration.processes.conftest import Processes, until
from tests.support.filled import in_days, today

ADDRESS, PHONES = "changement-adresse-postale", "changement-telephones"
NEW = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}


class Ahead(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=11)


@pytest.fixture(scope="module")
def people(processes: Processes, town: dict[str, Any]) -> dict[str, Actor]:
    """Camille with a household, Claude with a parent."""
    named = {one["username"]: one for one in town["accounts"]["citizens"]}
    return {name: processes.bring(named[name])[0] for name in ("camille.exemple", "claude.temoin")}


@pytest.fixture
def camille(people: dict[str, Actor]) -> Actor:
    return people["camille.exemple"]


@pytest.fixture
def claude(people: dict[str, Actor]) -> Actor:
    return people["claude.temoin"]


def profile(processes: Processes, who: Actor) -> dict[str, Any]:
    return processes.call("accounts.profile", {}, who)


def test_the_phone_of_a_member_is_changed_and_the_holders_own_stays(processes: Processes, claude: Actor) -> None:
    [andree] = profile(processes, claude)["family_members"]
    own = profile(processes, claude)["contact"]
    changed = {"mobile": "06 39 98 10 33", "supprimer_fixe": True}
    number = processes.submit(claude, PHONES, answers=changed, member=andree["id"])["number"]
    until(lambda: [one["granted"] for one in profile(processes, claude)["coming_updates"]] == [False])

    processes.decide(number, "accepted", reply="telephones-mis-a-jour")

    until(lambda: processes.tracking(number, claude)["history"][0]["title"] == "Les coordonnées ont été mises à jour")
    [andree] = profile(processes, claude)["family_members"]
    assert (andree["contact"]["mobile_phone"], andree["contact"]["home_phone"]) == ("06 39 98 10 33", "")
    assert profile(processes, claude)["coming_updates"] == []
    assert profile(processes, claude)["contact"] == own


def test_the_holder_and_the_household_move_on_the_day_that_was_asked_for(
    processes: Processes, settings: Settings, camille: Actor
) -> None:
    own = processes.submit(camille, PHONES, answers={"mobile": "06 39 98 10 77"})["number"]
    processes.decide(own, "accepted", reply="telephones-mis-a-jour")
    until(lambda: profile(processes, camille)["contact"]["mobile_phone"] == "06 39 98 10 77")

    moving = {"nouvelle_adresse": NEW, "date_effet": in_days(10), "tout_le_foyer": True}
    moved = processes.submit(camille, ADDRESS, answers=moving)["number"]
    processes.decide(moved, "accepted", reply="adresse-mise-a-jour")
    until(lambda: [one["granted"] for one in profile(processes, camille)["coming_updates"]] == [True])
    assert profile(processes, camille)["address"]["line1"] == "7 rue du Pont-Neuf"

    with closing(Store(settings, "accounts", clock=Ahead())) as later, RpcClient(settings) as client:
        assert profile_updates.apply_due(later, partial(other_services.wanted_by, client)) is None

    after = profile(processes, camille)
    assert (after["address"]["line1"], after["coming_updates"]) == ("2 quai de l’Orne", [])
    assert [one["address"] for one in after["family_members"]] == [None] * 3


def test_a_refused_change_is_announced_no_longer_and_changes_nothing(processes: Processes, claude: Actor) -> None:
    moving = {"nouvelle_adresse": NEW, "date_effet": today().isoformat()}
    number = processes.submit(claude, ADDRESS, answers=moving)["number"]
    until(lambda: len(profile(processes, claude)["coming_updates"]) == 1)

    processes.decide(number, "rejected", reason="L’adresse n’existe pas.")

    until(lambda: profile(processes, claude)["coming_updates"] == [])
    assert profile(processes, claude)["address"]["line1"] == "2 impasse des Tanneurs"
