"""No text that was kept before turns what stands beside it, on any page that an agent or a citizen reads or prints."""

from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.rpc.text_direction import CONTROLS
from tests.support.agents_desk import HERE
from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs

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


def turn_texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on services answer texts with controls; gives the methods that did."""
    methods: list[str] = []
    answer = Stubs.call

    def call(self: Stubs, method: str, body: dict[str, Any], *, actor: Actor, **more: Any) -> Any:
        original = answer(self, method, body, actor=actor, **more)
        changed = turned(original)
        if changed != original:
            methods.append(method)
        return changed

    monkeypatch.setattr(Stubs, "call", call)
    return methods


@pytest.mark.parametrize(
    ("reader", "address"),
    [*(("agent", address) for address in AGENTS), *(("follower", address) for address in CITIZENS)],
    indirect=["reader"],
)
def test_no_page_contains_direction_controls(reader: Client, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    kept_texts = turn_texts(monkeypatch)
    answer = reader.get(address)
    assert answer.status_code == 200
    assert kept_texts, "no text of a service was shown"
    assert [control for control in CONTROLS if control in answer.text] == []
