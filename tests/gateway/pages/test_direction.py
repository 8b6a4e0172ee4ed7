"""No text that was kept before turns what stands beside it, on any page that an agent or a citizen reads or prints."""

from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.rpc.direction import CONTROLS
from tests.gateway.judge import JudgingClient
from tests.gateway.pages.agents_desk import HERE
from tests.gateway.pages.town_hall import NUMBER
from tests.gateway.stubs import StubServices

TURNED = "\u202e"
AGENTS = (
    *(f"{HERE}?onglet={tab}" for tab in ("historique", "demandeur", "demande", "echanges", "pieces", "notes")),
    f"{HERE}/imprimer",
    "/agent/demandes",
    "/agent/rendez-vous",
)
CITIZENS = (
    *(f"/demande/{NUMBER}?onglet={tab}" for tab in ("historique", "demandeur", "demande", "echanges", "pieces")),
)


def turned(value: Any) -> Any:
    """What a service answers, each written text of it with a control in front and one of each kind behind."""
    match value:
        case str() if " " in value:
            return f"{TURNED}{value}{CONTROLS}"
        case dict():
            return {name: turned(member) for name, member in value.items()}
        case list():
            return [turned(item) for item in value]
        case _:
            return value


@pytest.fixture
def kept_texts(services: StubServices, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services answer texts with controls; gives the methods that did."""
    methods: list[str] = []
    answer = StubServices.call

    def call(self: StubServices, method: str, body: dict[str, Any], *, actor: Actor, **more: Any) -> Any:
        told = answer(self, method, body, actor=actor, **more)
        changed = turned(told)
        if changed != told:
            methods.append(method)
        return changed

    monkeypatch.setattr(StubServices, "call", call)
    return methods


@pytest.mark.parametrize("address", AGENTS)
def test_what_an_agent_reads_or_prints(agent: JudgingClient, kept_texts: list[str], address: str) -> None:
    read_straight(agent, kept_texts, address)


@pytest.mark.parametrize("address", CITIZENS)
def test_what_a_citizen_reads(follower: JudgingClient, kept_texts: list[str], address: str) -> None:
    read_straight(follower, kept_texts, address)


def read_straight(reader: JudgingClient, kept_texts: list[str], address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 200
    assert kept_texts, "no text of a service was shown"
    assert [control for control in CONTROLS if control in answer.text] == []
