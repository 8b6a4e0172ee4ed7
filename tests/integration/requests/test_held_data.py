"""« Mes données »: the holder of a tracking link has the rights of an account holder, over that one request."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.following import use_cases as following
from services.requests.request import erasure as data_rights, events as e
from services.requests.retention import views as retention_views
from services.requests.schemas.held_data import AnswerErasure, HeldData
from services.requests.schemas.refusals import LoginRequired, RequestErased, RequestNotFound
from services.requests.space import views as own_data
from services.requests.worklist import use_cases as agents
from services.townhall import french_dates
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_erasing import ARCHIVIST, ROAD, close, drawn, ended, events
from tests.integration.requests.test_work_list import listed, numbers

OF_DATA = replace(AGENT, permissions=(*AGENT.permissions, "handle_data_rights"))
"""An agent who answers those who ask for the erasure."""


def held(desk: Desk, receipt: dict[str, Any], actor: Actor) -> HeldData:
    return desk.see(actor, own_data.read_held_data, receipt["number"])


def ask(desk: Desk, receipt: dict[str, Any], actor: Actor) -> None:
    desk.do(actor, following.request_erasure, receipt["number"])


def test_a_link_holder_reads_how_long_a_request_is_kept_and_asks_for_the_erasure(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    holder = desk.holder(receipt)
    before = held(desk, receipt, holder)
    assert (before.open, before.kept_until, before.erasure_asked_at) == (True, None, None)
    assert before.kept_months > 0

    ask(desk, receipt, holder)
    ask(desk, receipt, holder)
    close(desk, receipt)

    after = held(desk, receipt, holder)
    assert (after.open, after.can_cancel) == (False, False)
    assert after.kept_until
    assert after.erasure_asked_at
    assert events(desk, receipt).count("ErasureRequested") == 1
    for reader, who in ((holder, "Vous"), (AGENT, "Le demandeur")):
        lines = {line["title"]: line["who"] for line in desk.view(receipt["number"], reader)["history"]}
        assert lines["Effacement des données demandé"] == who
    assert desk.view(receipt["number"], AGENT)["applicant"], "the law has the town keep it until then"


def test_others_neither_read_how_long_it_is_kept_nor_ask_for_the_erasure(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    own = desk.file(ROAD, CAMILLE)
    for call in (held, ask):
        for stranger in (VISITOR, CAMILLE):
            with pytest.raises(RequestNotFound):
                call(desk, receipt, stranger)
        with pytest.raises(refusals.NotAllowed):
            call(desk, receipt, AGENT)
        with pytest.raises(LoginRequired):
            call(desk, own, desk.holder(own))
    ask(desk, own, CAMILLE)
    assert held(desk, own, CAMILLE).erasure_asked_at


def answered(desk: Desk, receipt: dict[str, Any], actor: Actor = OF_DATA, **said: Any) -> None:
    desk.do(actor, agents.answer_erasure, AnswerErasure(number=receipt["number"], **said))


def test_an_agent_with_the_right_answers_once_and_the_person_reads_it(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    holder = desk.holder(receipt)
    with pytest.raises(data_rights.NoErasureAsked):
        answered(desk, receipt, accepted=True)
    ask(desk, receipt, holder)
    assert (held(desk, receipt, holder).erasure_answer_by, held(desk, receipt, holder).erasure_answer) == (
        "2026-12-25",
        None,
    )
    assert [desk.view(receipt["number"], who)["can"]["answer_erasure"] for who in (AGENT, OF_DATA)] == [False, True]
    for stranger in (AGENT, holder):
        with pytest.raises(refusals.NotAllowed):
            answered(desk, receipt, stranger, accepted=True)
    with pytest.raises(refusals.ReasonRequired):
        answered(desk, receipt, accepted=False, reason=" ")

    answered(desk, receipt, accepted=False, reason="Le dossier sert encore.")
    answered(desk, receipt, accepted=False, reason="Le dossier sert encore.")
    with pytest.raises(data_rights.ErasureAlreadyAnswered):
        answered(desk, receipt, accepted=True)

    read = held(desk, receipt, holder)
    assert (read.erasure_answer, read.erasure_reason) == ("refused", "Le dossier sert encore.")
    assert not desk.view(receipt["number"], OF_DATA)["can"]["answer_erasure"]
    (line,) = [one for one in desk.view(receipt["number"], holder)["history"] if "refusé" in one["title"]]
    letter = desk.details(receipt, e.ErasureAnswered).values["reason"]
    assert "ne peut pas accepter" in letter
    for said in (line["detail"], letter):
        assert "Le dossier sert encore." in said
        assert "CNIL" in said
    assert events(desk, receipt).count("ErasureAnswered") == 1


def test_in_the_last_days_any_agent_who_decides_in_the_department_answers(desk: Desk) -> None:
    """A department may have given the right to no agent: its agents keep what the page promised."""
    receipt = desk.file(ROAD)
    ask(desk, receipt, desk.holder(receipt))
    reader = replace(AGENT, permissions=("read_requests",))
    desk.clock.move(days=15)
    assert not desk.view(receipt["number"], AGENT)["can"]["answer_erasure"]
    with pytest.raises(refusals.NotAllowed):
        answered(desk, receipt, AGENT, accepted=True)

    desk.clock.move(days=1)
    assert desk.view(receipt["number"], AGENT)["erasure"]["department_from"] == "2026-12-11"
    assert [desk.view(receipt["number"], who)["can"]["answer_erasure"] for who in (AGENT, reader)] == [True, False]
    with pytest.raises(refusals.NotAllowed):
        answered(desk, receipt, reader, accepted=True)
    answered(desk, receipt, AGENT, accepted=True)
    assert not desk.view(receipt["number"], AGENT)["can"]["answer_erasure"]


def test_after_a_refusal_an_erasure_is_asked_for_anew_and_accepted_with_its_day(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    holder = desk.holder(receipt)
    ask(desk, receipt, holder)
    answered(desk, receipt, accepted=False, reason="La demande est en cours.")
    close(desk, receipt)
    ask(desk, receipt, holder)
    assert held(desk, receipt, holder).erasure_answer is None

    answered(desk, receipt, accepted=True)
    ask(desk, receipt, holder)

    read = held(desk, receipt, holder)
    assert read.erasure_answer == "accepted"
    assert events(desk, receipt)[-2:] == ["ErasureRequested", "ErasureAnswered"]
    (line,) = [one for one in desk.view(receipt["number"], holder)["history"] if "accepté" in one["title"]]
    assert french_dates.long_day(date.fromisoformat(read.kept_until or "")) in line["detail"]
    assert desk.view(receipt["number"], AGENT)["applicant"], "nothing is erased before that day"


def test_an_erasure_that_waits_is_marked_in_the_work_and_elimination_lists(desk: Desk) -> None:
    receipt, other = desk.file(ROAD), desk.file(ROAD)

    def marked() -> tuple[list[str], int, dict[str, bool]]:
        seen = listed(desk, view="erasure")
        every = {one["number"]: one["erasure_asked"] for one in listed(desk, view="all")["items"]}
        assert seen["total"] == len(seen["items"])
        return numbers(seen), seen["counts"]["erasure"], every

    ask(desk, receipt, desk.holder(receipt))
    close(desk, receipt)
    close(desk, other)
    number = receipt["number"]
    assert marked() == ([number], 1, {number: True, other["number"]: False})
    desk.rebuild()
    assert marked()[0] == [number]

    list_id = drawn(desk)

    def line_marks() -> dict[str, str | None]:
        lines = desk.answer(ARCHIVIST, retention_views.show_list, list_id)["lines"]
        return {line["number"]: line["erasure"] for line in lines}

    assert line_marks() == {number: "asked", other["number"]: None}
    answered(desk, receipt, accepted=True)
    assert (marked()[0], marked()[1], line_marks()[number]) == ([], 0, "accepted")


def test_of_an_erased_request_nothing_is_left_to_ask(desk: Desk) -> None:
    receipt = ended(desk)
    with pytest.raises(RequestErased):
        ask(desk, receipt, CAMILLE)
    with pytest.raises(RequestErased):
        answered(desk, receipt, accepted=True)
