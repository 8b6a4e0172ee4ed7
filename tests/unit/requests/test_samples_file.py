"""The sample requests of a town's file are judged against the procedures that there will be, before any is filed."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.requests.samples import samples_file
from services.townhall.problems import ImportRefused
from tests.support import published

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
CITIZENS: list[dict[str, Any]] = published.files()["accounts"]["citizens"]
AGENTS: list[dict[str, Any]] = published.files()["accounts"]["agents"]
DEFINITIONS = {slug: published.procedure(slug) for slug in published.slugs()}

Change = Callable[[dict[str, Any]], object]


def judge(change: Change, *, known: bool = True, people_are_right: bool = True) -> dict[str, str]:
    """The faults once the first citizen's entry was changed, by what comes after the citizen's name."""
    citizens = copy.deepcopy(CITIZENS)
    change(citizens[0])
    with pytest.raises(ImportRefused) as refused:
        samples_file.check(
            citizens, DEFINITIONS if known else None, NOW, agents=AGENTS, people_are_right=people_are_right
        )
    start = "accounts.yaml › camille.exemple › sample_requests."
    return {place.removeprefix(start): sentence for place, sentence in refused.value.fields.items()}


def sample(number: int, **values: Any) -> Change:
    return lambda citizen: citizen["sample_requests"][number].update(values)


def test_the_demo_town_s_samples_are_right() -> None:
    samples_file.check(CITIZENS, DEFINITIONS, NOW, agents=AGENTS)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (sample(0, procedure="nowhere"), "CE-1.procedure"),
        (sample(0, submitted="hier"), "CE-1.submitted"),
        (sample(0, answer={}), "CE-1.answer"),
        (sample(0, status="nowhere"), "CE-1.status"),
        (sample(1, member="louis"), "CE-2.member"),
        (sample(1, ref="CE-1"), "CE-1.ref"),
        (sample(0, handled_by="agent.inconnu"), "CE-1.handled_by"),
        (sample(0, handled_by="administration"), "CE-1.handled_by"),
        (sample(0, missing_documents=["plan"]), "CE-1.missing_documents"),
        (sample(0, documents=[{"slug": "plan", "files": ["a.pdf"]}]), "CE-1.documents.plan"),
        (sample(0, documents=[{"slug": "piece-identite", "files": ["a.docx"]}]), "CE-1.documents.piece-identite"),
        (sample(0, exchanges=[{"from": "town", "at": "D-1", "read": True, "reply": "x"}]), "CE-1.exchanges"),
        (sample(0, exchanges=[{"from": "town", "at": "D-1", "read": True}]), "CE-1.exchanges"),
        (sample(0, exchanges=[{"from": "x", "at": "D-1", "read": True, "text": "a"}]), "CE-1.exchanges.n° 1.from"),
        (sample(0, appointments=[{"agenda": "x", "slot": {"first_free_after_days": 1}}]), "CE-1.appointments"),
        (lambda citizen: citizen["sample_requests"][0]["answers"].update(nombre="x"), "CE-1.nombre"),
        (lambda citizen: citizen["sample_requests"][0]["answers"].update(date_naissance="hier"), "CE-1.date_naissance"),
        (lambda citizen: citizen["sample_requests"][4]["answers"].update(photo_lieu="a.jpg"), "CE-5.photo_lieu"),
        (
            lambda citizen: citizen["sample_requests"][2]["exchanges"][0].update(values={"deadline": "demain"}),
            "CE-3.exchanges.deadline",
        ),
    ],
)
def test_each_fault_has_its_place(change: Change, place: str) -> None:
    assert list(judge(change)) == [place]


def test_without_definitions_the_shape_alone_is_judged() -> None:
    def change(citizen: dict[str, Any]) -> None:
        citizen["sample_requests"][0].update(procedure="nowhere", status=3)

    assert list(judge(change, known=False)) == ["CE-1.status"]


def test_faults_of_an_applicant_are_listed_unless_accounts_found_some() -> None:
    def change(citizen: dict[str, Any]) -> None:
        citizen["contact"]["email"] = ""
        citizen["sample_requests"][0]["procedure"] = "nowhere"

    assert set(judge(change)) == {"CE-1.procedure", *(f"CE-{number}.email" for number in range(2, 7))}
    assert set(judge(change, people_are_right=False)) == {"CE-1.procedure"}


@pytest.mark.parametrize("odd", [3, {"username": "camille", "identity": 3, "sample_requests": []}])
def test_a_malformed_person_is_left_to_accounts(odd: Any) -> None:
    samples_file.check([odd], DEFINITIONS, NOW, agents=AGENTS)
