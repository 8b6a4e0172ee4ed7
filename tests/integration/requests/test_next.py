"""« Me donner la prochaine »: the most urgent request that no agent handles, never the same to two agents."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.schemas.decisions import NextTaken, TakeNext
from services.requests.worklist import use_cases as agents
from tests.integration.requests.conftest import AGENT, Desk
from tests.support.at_once import at_once

ROAD, BIRTH = "signalement-voirie", "acte-naissance"
COLLEAGUE = replace(AGENT, id="44444444-4444-4444-8444-444444444444", name="Cheffe d’équipe")


def take_next(desk: Desk, actor: Actor = AGENT, **narrowed: Any) -> str | None:
    taken: NextTaken = desk.do(actor, agents.take_next, TakeNext(**narrowed))
    return taken.number


def test_the_most_urgent_one_that_waits_for_the_town_is_taken_in_charge(desk: Desk) -> None:
    asked, first = desk.take(desk.file(BIRTH)), desk.file(BIRTH)
    desk.decide(
        asked,
        "awaiting_documents",
        text="Il manque un justificatif.",
        deadline=desk.clock.now().date() + timedelta(days=20),
    )
    desk.do(AGENT, agents.assign, asked["number"], None, None, colleague=None)
    desk.clock.move(days=1)
    second, other = desk.file(BIRTH), desk.file(ROAD)

    assert take_next(desk, department="services-techniques") == other["number"]
    assert [take_next(desk, procedure=BIRTH) for _ in range(3)] == [first["number"], second["number"], None]
    taken = desk.view(first["number"], AGENT)
    assert (taken["assignee"]["id"], taken["status"]["slug"]) == (AGENT.id, "in_review")


def test_agents_who_ask_at_once_get_different_requests(desk: Desk) -> None:
    filed = {desk.file(ROAD)["number"] for _ in range(4)}
    many = [replace(AGENT, id=str(uuid4())) for _ in range(8)]

    given = at_once(lambda agent: take_next(desk, agent), many, refusals.NotAllowed)

    assert sorted(filter(None, given)) == sorted(filed)


def test_what_another_transaction_acts_on_is_passed_over_without_waiting(desk: Desk) -> None:
    first = desk.file(ROAD)
    desk.clock.move(days=1)
    second = desk.file(ROAD)

    with desk.tx(COLLEAGUE) as tx:
        agents.take_in_charge(tx, desk.settings, agents.calls.TakeInCharge(number=first["number"], version=1))
        assert take_next(desk) == second["number"]


def test_an_appointment_to_come_is_not_given_before_its_day_is_over(desk: Desk) -> None:
    booked = desk.file("rdv-cni-passeport", start=datetime(2026, 11, 30, 8, tzinfo=UTC))

    assert take_next(desk) is None
    desk.clock.move(days=30)
    assert take_next(desk) == booked["number"]


def test_who_may_not_decide_is_given_nothing(desk: Desk) -> None:
    desk.file(ROAD)
    reader = replace(AGENT, permissions=("read_requests",))

    with pytest.raises(refusals.NotAllowed):
        take_next(desk, reader)
    assert take_next(desk, replace(AGENT, departments=("police-municipale",))) is None
