"""Requests chosen in the list: what is shown of them, which replies may leave for several, and what may not."""

from typing import Any

import pytest

from services.requests import refusals
from services.requests.schemas.selection import ReadSelection
from services.requests.worklist import views as work
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_agents import ADMIN, ROAD, journal

FINISHED = "intervention-faite"


def selection(desk: Desk, *numbers: str, actor: Any = AGENT) -> dict[str, Any]:
    return desk.answer(actor, work.selection, ReadSelection(numbers=numbers))


def replies(found: dict[str, Any]) -> dict[str, list[str]]:
    return {one["slug"]: list(one["numbers"]) for one in found["replies"]}


def test_a_selection_has_the_agents_own_requests_in_the_given_order(desk: Desk) -> None:
    first, second = desk.file(ROAD), desk.take(desk.file(ROAD))
    hidden = desk.file("tranquillite-vacances", CAMILLE)

    found = selection(desk, second["number"].lower(), hidden["number"], first["number"], "2026-0000-0000", "??")

    assert [item["number"] for item in found["items"]] == [second["number"], first["number"]]
    assert [item["version"] for item in found["items"]] == [desk.version(second), desk.version(first)]
    assert (AGENT.id, "work_list") in [
        (look["agent_id"], look["what"]) for look in journal(desk, ADMIN, first["number"])["views"]
    ]


def test_a_reply_is_offered_for_fitting_requests_and_never_with_a_blank(desk: Desk) -> None:
    new, taken = desk.file(ROAD), desk.take(desk.file(ROAD))

    found = selection(desk, new["number"], taken["number"])

    assert replies(found)[FINISHED] == [taken["number"]]
    assert "intervention-programmee" not in replies(found)
    assert {one["to"] for one in found["replies"]}.isdisjoint({"rejected", "redirected", "lapsed", "cancelled"})
    assert next(one for one in found["replies"] if one["slug"] == FINISHED)["closes"]


def test_a_prepared_reply_without_blanks_leaves_for_several(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))

    desk.decide(receipt, "done", reply=FINISHED, together=True)

    assert desk.view(receipt["number"])["status"]["slug"] == "done"


@pytest.mark.parametrize(
    ("to", "asked"),
    [
        ("done", {}),
        ("done", {"text": "À ma façon."}),
        ("done", {"reply": FINISHED, "text": "À ma façon."}),
        ("scheduled", {"reply": "intervention-programmee", "values": {"deadline": "2026-12-02"}}),
        ("scheduled", {"reply": "intervention-programmee"}),
        ("rejected", {"reason": "Hors de la commune."}),
    ],
)
def test_a_personal_decision_is_refused_for_several_requests(desk: Desk, to: str, asked: dict[str, Any]) -> None:
    receipt = desk.take(desk.file(ROAD))
    before = desk.version(receipt)

    with pytest.raises(refusals.NotForMany):
        desk.decide(receipt, to, together=True, **asked)

    assert desk.version(receipt) == before
