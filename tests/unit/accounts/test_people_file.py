"""The people of a town's file: read whole, or refused with every fault and its place."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.accounts.provisioning import people_file
from services.accounts.schemas.rights import HANDLING
from services.accounts.team.rules import Agent
from services.townhall.problems import ImportRefused
from tests.support import published

TODAY = date(2026, 11, 25)
FILE: dict[str, Any] = published.files()["accounts"]


def faults(change: Callable[[dict[str, Any]], object], departments: list[str] | None = None) -> dict[str, str]:
    document = copy.deepcopy(FILE)
    change(document)
    with pytest.raises(ImportRefused) as refused:
        people_file.read(document, TODAY, departments)
    return refused.value.fields


def test_the_demo_town_s_people_are_citizens_then_agents() -> None:
    departments = [entry["slug"] for entry in published.files()["town"]["departments"]]
    people = people_file.read(FILE, TODAY, departments)
    assert [person.username for person in people] == [
        entry["username"] for entry in (*FILE["citizens"], *FILE["agents"])
    ]


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (lambda d: d.update(citizens=3), ["citizens"]),
        (lambda d: d.update(citizen=[]), ["citizen"]),
        (lambda d: d["citizens"].append(3), ["citizens.n° 6"]),
        (lambda d: d["citizens"][0].pop("username"), ["citizens.n° 1.username"]),
        (lambda d: d["citizens"][0].update(identity="x"), ["camille.exemple › identity"]),
        (lambda d: d["citizens"][0].pop("identity"), None),
        (lambda d: d["citizens"][0]["address"].update(postcode="x"), ["camille.exemple › address.postcode"]),
        (
            lambda d: d["citizens"][0]["family_members"][2].update(relation="x"),
            ["camille.exemple › family_members.n° 3.relation"],
        ),
        (lambda d: d["citizens"][0].update(storage="x"), ["camille.exemple › storage"]),
        *(
            (
                lambda d, field=field, value=value: d["citizens"][0]["storage"][1].update({field: value}),
                [f"camille.exemple › storage.family_record.{field}"],
            )
            for field, value in (
                ("title", ""),
                ("title", "x" * 121),
                ("added", "hier"),
                ("files", []),
                ("files", ["a.pdf"] * 5),
            )
        ),
        (lambda d: d["citizens"][1].update(username="Camille.Exemple"), ["Camille.Exemple › username"]),
        (
            lambda d: d["citizens"][1]["contact"].update(email="camille.exemple@courriel.example"),
            ["alix.fictif › contact.email"],
        ),
        (lambda d: d["agents"][0].update(role="chef", can=["tout"]), ["agent.accueil › role", "agent.accueil › can"]),
        (lambda d: d["agents"][0].update(can="tout"), ["agent.accueil › can"]),
    ],
)
def test_each_fault_has_its_place(change: Callable[[dict[str, Any]], object], places: list[str] | None) -> None:
    found = [place.removeprefix("accounts.yaml › ") for place in faults(change)]
    if places is None:
        assert all(place.startswith("camille.exemple › identity.") for place in found)
    else:
        assert found == places


@pytest.mark.parametrize(("can", "permissions"), [(None, HANDLING), ([], ())], ids=["not said", "none"])
def test_an_agent_may_do_what_the_file_says_else_what_the_role_does(
    can: list[str] | None, permissions: tuple[str, ...]
) -> None:
    document = copy.deepcopy(FILE)
    document["agents"][0].pop("can")
    if can is not None:
        document["agents"][0]["can"] = can
    [read] = [one for one in people_file.read(document, TODAY) if one.username == "agent.accueil"]
    assert isinstance(read, Agent)
    assert read.permissions == permissions


def test_faults_of_several_people_and_of_departments_are_listed_together() -> None:
    def change(document: dict[str, Any]) -> None:
        document["citizens"][0]["address"]["postcode"] = "x"
        document["agents"][1]["email"] = "x"

    assert list(faults(change)) == [
        "accounts.yaml › camille.exemple › address.postcode",
        "accounts.yaml › agent.technique › email",
    ]
    assert faults(lambda _: None, ["population"])["accounts.yaml › redaction › departments"] == (
        "«\N{NO-BREAK SPACE}communication\N{NO-BREAK SPACE}» n’existe pas."
    )
