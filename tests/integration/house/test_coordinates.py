"""A change of coordinates from its filing to the profile, between real processes: requests, accounts and the broker."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from services.accounts import other_services
from services.accounts.profile_updates import use_cases as profile_updates
from services.chassis.actors import Actor, system
from services.chassis.clock import Clock
from services.chassis.errors import Conflict, Unavailable
from services.chassis.event_store.store import Store
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.house.conftest import patiently
from tests.servers.processes import Services
from tests.support.filled import in_days, today, valid_applicant

AGENT = Actor(
    kind="agent",
    id=str(uuid4()),
    name="Agent d’accueil",
    roles=("agent",),
    departments=("relation-usagers",),
    permissions=("read_requests", "change_status"),
)
ADDRESS, PHONES = "changement-adresse-postale", "changement-telephones"
NEW = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}
Call = Callable[..., Any]


class Ahead(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=11)


@pytest.fixture(scope="module")
def call(services: Services, settings: Settings, town: dict[str, Any]) -> Iterator[Call]:
    services.start("procedures", "requests", "accounts", "relay")
    with RpcClient(settings) as client:

        def call(method: str, body: dict[str, Any], actor: Actor) -> Any:
            command_id = uuid4()
            return patiently(lambda: client.call(method, body, actor=actor, command_id=command_id, timeout=30))

        importer = system("import")
        parts = ("town", "service_areas", "procedures", "agendas")
        call("procedures.import_town", {name: town[name] for name in parts}, importer)
        people = [
            one for one in town["accounts"]["citizens"] if one["username"] in ("camille.exemple", "claude.temoin")
        ]
        call("accounts.import_accounts", {"citizens": people}, importer)
        yield call


def holder(call: Call, username: str) -> Actor:
    ids = call("accounts.account_ids", {"usernames": [username]}, system("tests"))["ids"]
    return Actor(kind="citizen", id=ids[username])


def profile(call: Call, who: Actor) -> dict[str, Any]:
    return call("accounts.profile", {}, who)


def file(call: Call, who: Actor, procedure: str, answers: dict[str, Any], member: str | None = None) -> str:
    definition = call("procedures.procedure", {"slug": procedure}, who)["definition"]
    asked = {"procedure": procedure, "applicant": valid_applicant(definition), "answers": answers}
    return call("requests.submit", asked | ({"member": member} if member else {}), who)["number"]


def decide(call: Call, number: str, to: str, **more: Any) -> None:
    for method, wanted in (("take_in_charge", {}), ("change_status", {"to": to, **more})):

        def on_what_it_says(method: str = method, wanted: dict[str, Any] = wanted) -> None:
            version = call("requests.tracking", {"number": number}, AGENT)["version"]
            try:
                call(f"requests.{method}", {"number": number, "version": version, **wanted}, AGENT)
            except Conflict:
                raise Unavailable from None

        patiently(on_what_it_says)


def until(holds: Callable[[], bool]) -> None:
    def ask() -> None:
        if not holds():
            raise Unavailable

    patiently(ask)


def test_the_phone_of_a_member_is_changed_and_the_holders_own_stays(call: Call) -> None:
    claude = holder(call, "claude.temoin")
    [andree] = profile(call, claude)["family_members"]
    own = profile(call, claude)["contact"]
    number = file(call, claude, PHONES, {"mobile": "06 39 98 10 33", "supprimer_fixe": True}, andree["id"])
    until(lambda: [one["granted"] for one in profile(call, claude)["coming_updates"]] == [False])

    decide(call, number, "accepted", reply="telephones-mis-a-jour")

    titles = [line["title"] for line in patiently(lambda: _done(call, number, claude))]
    assert titles[0] == "Les coordonnées ont été mises à jour"
    [andree] = profile(call, claude)["family_members"]
    assert (andree["contact"]["mobile_phone"], andree["contact"]["home_phone"]) == ("06 39 98 10 33", "")
    assert profile(call, claude)["coming_updates"] == []
    assert profile(call, claude)["contact"] == own


def test_the_holder_and_the_household_move_on_the_day_that_was_asked_for(call: Call, settings: Settings) -> None:
    camille = holder(call, "camille.exemple")
    own = file(call, camille, PHONES, {"mobile": "06 39 98 10 77"})
    decide(call, own, "accepted", reply="telephones-mis-a-jour")
    until(lambda: profile(call, camille)["contact"]["mobile_phone"] == "06 39 98 10 77")

    moving = {"nouvelle_adresse": NEW, "date_effet": in_days(10), "tout_le_foyer": True}
    decide(call, file(call, camille, ADDRESS, moving), "accepted", reply="adresse-mise-a-jour")
    until(lambda: [one["granted"] for one in profile(call, camille)["coming_updates"]] == [True])
    assert profile(call, camille)["address"]["line1"] == "7 rue du Pont-Neuf"

    with closing(Store(settings, "accounts", clock=Ahead())) as later, RpcClient(settings) as client:
        assert profile_updates.apply_due(later, partial(other_services.wanted_by, client)) is None

    after = profile(call, camille)
    assert (after["address"]["line1"], after["coming_updates"]) == ("2 quai de l’Orne", [])
    assert [one["address"] for one in after["family_members"]] == [None] * 3


def test_a_refused_change_is_announced_no_longer_and_changes_nothing(call: Call) -> None:
    claude = holder(call, "claude.temoin")
    number = file(call, claude, ADDRESS, {"nouvelle_adresse": NEW, "date_effet": today().isoformat()})
    until(lambda: len(profile(call, claude)["coming_updates"]) == 1)

    decide(call, number, "rejected", reason="L’adresse n’existe pas.")

    until(lambda: profile(call, claude)["coming_updates"] == [])
    assert profile(call, claude)["address"]["line1"] == "2 impasse des Tanneurs"


def _done(call: Call, number: str, who: Actor) -> list[dict[str, Any]]:
    history = call("requests.tracking", {"number": number}, who)["history"]
    if not history[0]["title"].startswith("Les coordonnées"):
        raise Unavailable
    return history
