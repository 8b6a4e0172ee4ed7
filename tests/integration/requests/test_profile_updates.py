"""An agent grants a change of coordinates: accounts gets it, asks for the values, and its fact is in the history."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import system
from services.requests import refusals
from services.requests.following import use_cases as following
from services.requests.schemas.own_data import ProfileUpdate
from services.requests.schemas.refusals import RequestNotFound
from services.requests.space import views as own_data
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_counter import at_counter
from tests.support.heard import hear

PHONES = "changement-telephones"
ANSWERS = {"mobile": "06 39 98 10 09", "supprimer_fixe": True}
ANDREE = {"given_names": "Andrée", "birth_name": "Témoin"}
ACCOUNTS = system("accounts")


def granted(desk: Desk) -> dict[str, Any]:
    """Filed by Camille, taken in charge and closed with the town's own reply."""
    return accepted(desk, desk.file(PHONES, CAMILLE, answers=ANSWERS))


def accepted(desk: Desk, receipt: dict[str, Any]) -> dict[str, Any]:
    desk.decide(desk.take(receipt), "accepted", reply="telephones-mis-a-jour")
    return receipt


def test_a_granted_change_is_published_without_its_values(desk: Desk) -> None:
    receipt = granted(desk)

    events = desk.events(f"request-{receipt['request_id']}")
    assert events[:2] == ["RequestSubmitted", "ProfileUpdateAsked"]
    assert events[-1] == "ProfileUpdateDecided"
    with desk.store.read() as conn:
        [row] = conn.execute("SELECT public FROM events WHERE type = 'ProfileUpdateDecided'").fetchall()
    said = json.loads(row["public"])
    assert (said["account_id"], said["names"]) == (CAMILLE.id, ["home_phone", "mobile_phone"])
    assert "39 98" not in str(said)
    asked = desk.see(ACCOUNTS, own_data.profile_update_of, receipt["request_id"])
    assert asked == ProfileUpdate(
        values={"mobile_phone": "06 39 98 10 09"}, cleared=("home_phone",), number=receipt["number"]
    )


def test_only_our_services_read_the_values(desk: Desk) -> None:
    receipt = granted(desk)
    for stranger in (CAMILLE, VISITOR, AGENT):
        with pytest.raises(refusals.NotAllowed):
            desk.see(stranger, own_data.profile_update_of, receipt["request_id"])
    with pytest.raises(RequestNotFound):
        desk.see(ACCOUNTS, own_data.profile_update_of, str(uuid4()))


@pytest.mark.parametrize(
    ("fact", "reason", "said"),
    [
        ("ProfileUpdated", "", "Les coordonnées ont été mises à jour"),
        ("ProfileUpdateNotApplied", "member_removed", "Le changement de coordonnées n’a pas été fait"),
        ("ProfileUpdateNotApplied", "undone", "Le changement de courriel a été annulé"),
    ],
)
def test_the_history_shows_the_outcome_that_accounts_published(desk: Desk, fact: str, reason: str, said: str) -> None:
    receipt = granted(desk)
    titles = [line["title"] for line in desk.view(receipt["number"])["history"]]
    assert titles[0].startswith("Changement de coordonnées accepté, à compter du ")
    assert said not in titles

    about = {"request_id": receipt["request_id"], "target": "member", "member_id": str(uuid4())}
    hear(desk.store, "accounts", fact, CAMILLE.id, **about, reason=reason)

    assert desk.view(receipt["number"])["history"][0]["title"] == said


def test_a_member_described_at_the_counter_changes_no_member_of_the_space(desk: Desk) -> None:
    receipt = at_counter(desk, PHONES, answers=ANSWERS, member=ANDREE, identity="checked_at_counter")
    number = receipt["number"]
    assert desk.view(number)["profile_unchanged"]["reason"] == "no_space"
    holder = replace(CAMILLE, tokens=desk.holder(receipt).tokens)
    desk.do(holder, following.attach, number)
    assert desk.view(number)["profile_unchanged"] == {
        "at": "accepted",
        "reason": "member_not_in_space",
        "because": "La personne concernée a été décrite au guichet, sans être désignée dans la famille de l’espace personnel.",
    }
    assert "profile_unchanged" not in desk.view(number, CAMILLE)

    accepted(desk, receipt)

    assert desk.events(f"request-{receipt['request_id']}")[-1] == "ProfileUpdateNotApplied"
    latest, *_ = desk.view(number, CAMILLE)["history"]
    assert latest["title"] == "Le changement de coordonnées n’a pas été fait"
    assert "décrite au guichet" in latest["detail"]
