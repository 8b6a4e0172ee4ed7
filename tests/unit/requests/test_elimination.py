"""Nothing that was filed is destroyed without an approved list."""

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.event_store.decider import fold
from services.procedures.schemas.definitions.procedures import AfterRetention, Retention
from services.requests import refusals
from services.requests.request import commands as c, deadlines
from services.requests.request.rules import decider
from services.requests.retention import rules as elimination
from services.requests.retention.events import EliminationApproved, EliminationListDrawn, Line
from services.requests.retention.rules import Approve, Draw
from tests.support import published
from tests.unit.requests.test_request import state


def line(number: str, then: str = "destroy") -> Line:
    return Line(
        request_id=f"id of {number}",
        number=number,
        procedure="acte-naissance",
        closed_on="2026-11-24",
        kept_until="2027-11-24",
        then=then,
    )


LINES = [line("A"), line("B"), line("S", "sort"), line("T", "transfer")]


def drawn(*approvals: Approve) -> elimination.Elimination:
    happened: list[elimination.EliminationEvent] = [EliminationListDrawn(lines=LINES, by="admin")]
    for approval in approvals:
        happened += elimination.decide(approval, fold(elimination.decider, happened))
    return fold(elimination.decider, happened)


def approve(numbers: list[str] | None = None, visa: str = "AD61 2027-112") -> Approve:
    return Approve(visa=visa, numbers=numbers, by="admin")


def test_an_approval_destroys_what_was_sorted_or_transferred_only_when_named() -> None:
    (approved,) = elimination.decide(approve(), drawn())
    assert approved == EliminationApproved(visa="AD61 2027-112", requests=["id of A", "id of B"], by="admin")
    (named,) = elimination.decide(approve(["A", "T"]), drawn())
    assert isinstance(named, EliminationApproved)
    assert named.requests == ["id of A", "id of T"]


def test_an_approval_needs_a_visa_a_known_list_and_numbers_on_it() -> None:
    with pytest.raises(refusals.VisaRequired):
        elimination.decide(approve(visa="  "), drawn())
    with pytest.raises(refusals.NotOnTheList) as refused:
        elimination.decide(approve(["A", "Z"]), drawn())
    assert "Z" in refused.value.fields["numbers"]
    with pytest.raises(refusals.EliminationUnknown):
        elimination.decide(approve(), elimination.Elimination())
    with pytest.raises(refusals.NothingToEliminate):
        elimination.decide(Draw(lines=[], by="admin"), elimination.Elimination())
    only_sorted = fold(elimination.decider, [EliminationListDrawn(lines=[line("S", "sort")], by="admin")])
    with pytest.raises(refusals.NothingToDestroy):
        elimination.decide(approve(), only_sorted)
    assert elimination.decide(approve(["S"]), only_sorted)


def test_a_list_is_approved_once() -> None:
    assert elimination.decide(approve(), drawn(approve())) == []
    with pytest.raises(refusals.AlreadyApproved):
        elimination.decide(approve(["S"]), drawn(approve()))


def test_retention_is_counted_from_date_to_date_and_begins_with_the_closure() -> None:
    definition = published.procedure("acte-naissance")
    assert deadlines.kept_until(definition, None) is None
    assert deadlines.kept_until(definition, date(2026, 2, 28)) == date(2027, 2, 28)
    leap = replace(definition, retention=Retention(months=12, then=AfterRetention.DESTROY))
    assert deadlines.kept_until(leap, date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_request_under_way_is_never_erased() -> None:
    definition = published.procedure("signalement-voirie")
    with pytest.raises(refusals.StillOpen):
        decider.decide(c.Erase(definition=definition, elimination="l"), state())
