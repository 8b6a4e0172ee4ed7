"""Accounts asks who has a request under way before it closes a space that is not used."""

from uuid import UUID, uuid4

import pytest

from services.chassis.actors import system
from services.requests import refusals
from services.requests.space import views as own_data
from services.requests.worklist import use_cases as agents
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_agents import decide

PHONES = "changement-telephones"
ACCOUNTS = system("accounts")


def test_who_has_a_request_under_way_is_told_until_it_is_closed(desk: Desk) -> None:
    camille, other = UUID(CAMILLE.id), uuid4()

    def with_one() -> tuple[UUID, ...]:
        return desk.see(ACCOUNTS, own_data.filter_open_requests, (camille, other)).accounts

    assert with_one() == ()
    receipt = desk.file(PHONES, CAMILLE, answers={"mobile": "06 39 98 10 09", "supprimer_fixe": True})
    assert with_one() == (camille,)
    number = receipt["number"]
    desk.do(AGENT, agents.take_in_charge, number, desk.view(number)["version"])
    decide(desk, receipt, "accepted", reply="telephones-mis-a-jour")
    assert with_one() == ()


def test_nobody_else_is_told(desk: Desk) -> None:
    for stranger in (CAMILLE, VISITOR, AGENT):
        with pytest.raises(refusals.NotAllowed):
            desk.see(stranger, own_data.filter_open_requests, ())
