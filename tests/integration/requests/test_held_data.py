"""« Mes données »: who holds a tracking link has the rights of who has an account, over that one request."""

from __future__ import annotations

from typing import Any

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.schemas.held_data import HeldData
from services.requests.use_cases import following
from services.requests.views import held_data
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_erasing import ROAD, close, ended, events


def held(desk: Desk, told: dict[str, Any], actor: Actor) -> HeldData:
    return desk.see(actor, held_data.read_held_data, told["number"])


def ask(desk: Desk, told: dict[str, Any], actor: Actor) -> None:
    desk.do(actor, following.request_erasure, told["number"])


def test_who_holds_the_link_reads_until_when_it_is_kept_and_asks_for_the_erasure(desk: Desk) -> None:
    told = desk.file(ROAD)
    holder = desk.holder(told)
    before = held(desk, told, holder)
    assert (before.open, before.kept_until, before.erasure_asked_at) == (True, None, None)
    assert before.kept_months > 0

    ask(desk, told, holder)
    ask(desk, told, holder)
    close(desk, told)

    after = held(desk, told, holder)
    assert (after.open, after.can_cancel) == (False, False)
    assert after.kept_until
    assert after.erasure_asked_at
    assert events(desk, told).count("ErasureRequested") == 1
    for reader, who in ((holder, "Vous"), (AGENT, "Le demandeur")):
        lines = {line["title"]: line["who"] for line in desk.view(told["number"], reader)["history"]}
        assert lines["Effacement des données demandé"] == who
    assert desk.view(told["number"], AGENT)["applicant"], "the law has the town keep it until then"


def test_nobody_else_reads_or_asks(desk: Desk) -> None:
    told = desk.file(ROAD)
    own = desk.file(ROAD, CAMILLE)
    for call in (held, ask):
        for stranger in (VISITOR, CAMILLE):
            with pytest.raises(refusals.RequestNotFound):
                call(desk, told, stranger)
        with pytest.raises(refusals.NotAllowed):
            call(desk, told, AGENT)
        with pytest.raises(refusals.LoginRequired):
            call(desk, own, desk.holder(own))
    ask(desk, own, CAMILLE)
    assert held(desk, own, CAMILLE).erasure_asked_at


def test_of_an_erased_request_nothing_is_left_to_ask(desk: Desk) -> None:
    told = ended(desk)
    with pytest.raises(refusals.RequestErased):
        ask(desk, told, CAMILLE)
