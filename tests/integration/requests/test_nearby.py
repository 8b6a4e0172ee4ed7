"""Agents see the other open requests around the place of one: of their departments, sealed, and gone with an erasure."""

from dataclasses import replace
from typing import Any

import pytest

from services.requests import refusals
from services.requests.request import events as e
from services.requests.retention import use_cases as retention
from services.requests.schemas.nearby import ListNearby
from services.requests.schemas.refusals import RequestNotFound
from services.requests.worklist import views as work
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_erasing import ARCHIVIST, approval, close, drawn
from tests.integration.requests.test_trail import looks, seen
from tests.support.readable import in_clear

ROAD = "signalement-voirie"
LAVOIR = (48.71185, -0.13668)
A_METRE = 1 / 111_320


def report(desk: Desk, north: float = 0, **changes: Any) -> dict[str, Any]:
    """A report so many metres to the north of the wash house."""
    place = {"lat": LAVOIR[0] + north * A_METRE, "lon": LAVOIR[1]}
    return desk.file(ROAD, answers={**desk.answers(ROAD), "position": place}, **changes)


def nearby(desk: Desk, receipt: dict[str, Any], actor: Any = AGENT) -> dict[str, Any]:
    return desk.answer(actor, work.nearby, ListNearby(number=receipt["number"]))


def numbers(found: dict[str, Any]) -> list[str]:
    return [one["number"] for one in found["items"]]


def test_others_within_200_metres_are_listed_the_latest_first(desk: Desk) -> None:
    here = report(desk)
    desk.clock.move(minutes=1)
    near = report(desk, 60)
    desk.clock.move(minutes=1)
    nearer, far = report(desk, -30), report(desk, 230)
    desk.file(ROAD)  # which says no point

    found = nearby(desk, here)

    assert numbers(found) == [nearer["number"], near["number"]]
    assert [one["metres"] for one in found["items"]] == [30, 60]
    assert found["point"] == {"lat": LAVOIR[0], "lon": LAVOIR[1]}
    assert found["map"]["south"] == 48.702
    assert not found["more"]
    assert numbers(nearby(desk, far)) == [near["number"]]


def test_a_closed_request_is_no_neighbour(desk: Desk) -> None:
    here, other = report(desk), report(desk, 10)
    desk.take(other)
    desk.decide(other, "done", text="Réparé.")

    assert numbers(nearby(desk, here)) == []


def test_an_agent_sees_no_neighbour_of_other_departments(desk: Desk) -> None:
    here, other = report(desk), report(desk, 10)
    stranger = replace(AGENT, departments=("population",))

    with pytest.raises(RequestNotFound):
        nearby(desk, here, stranger)
    moved = "UPDATE requests SET department = 'police-municipale' WHERE number = %s"
    desk.run(lambda tx: tx.conn.execute(moved, (other["number"],)))
    assert numbers(nearby(desk, here)) == []


def test_the_holder_of_a_request_has_no_list_of_neighbours(desk: Desk) -> None:
    here = desk.file(ROAD, CAMILLE, answers={**desk.answers(ROAD), "position": {"lat": LAVOIR[0], "lon": LAVOIR[1]}})
    report(desk, 10)

    with pytest.raises(refusals.NotAllowed):
        nearby(desk, here, CAMILLE)


def test_a_request_without_a_point_has_no_neighbours(desk: Desk) -> None:
    words_alone = desk.file(ROAD, answers={**desk.answers(ROAD), "position": "Face à l’abribus"})
    report(desk)

    found = nearby(desk, words_alone)

    assert (found["point"], found["items"]) == (None, [])


def test_more_than_twenty_are_cut_and_said_to_be_more(desk: Desk) -> None:
    here = report(desk)
    for metres in range(1, 23):
        report(desk, metres)

    found = nearby(desk, here)

    assert (len(found["items"]), found["more"]) == (20, True)


def test_a_list_of_neighbours_is_a_look_at_each_of_them(desk: Desk) -> None:
    here, other = report(desk), report(desk, 10)
    nearby(desk, here)
    nearby(desk, here)

    assert seen(looks(desk, agent=AGENT.id)) == [("nearby", [other["number"]])]


def test_no_point_stands_in_clear_in_the_database(desk: Desk) -> None:
    here = report(desk)

    with desk.store.read() as conn:
        assert in_clear(conn, "71185", "13668") == []
    assert len(desk.rows("SELECT cell FROM request_cells")) == 1
    [event] = [one.event for one in desk.history(here) if isinstance(one.event, e.RequestSubmitted)]
    assert event.point is not None
    assert (event.point.lat, event.point.lon) == LAVOIR


def test_an_erased_request_is_nobodys_neighbour_and_a_rebuild_keeps_it_so(desk: Desk) -> None:
    here, other, third = report(desk), report(desk, 10), report(desk, 20)
    close(desk, other)
    desk.do(ARCHIVIST, retention.approve_list, approval(drawn(desk)))
    assert retention.erase_approved(desk.store) == 1
    assert numbers(nearby(desk, here)) == [third["number"]]

    desk.rebuild()

    assert numbers(nearby(desk, here)) == [third["number"]]
    assert len(desk.rows("SELECT cell FROM request_cells")) == 2
