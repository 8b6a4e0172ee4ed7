"""Requests of confidential procedures are there for agents with the right to them alone."""

from dataclasses import replace
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.requests.access.use_cases import reach
from services.requests.day_list import views as day
from services.requests.definitions.rows import keep_procedure
from services.requests.refusals import ColleagueUnknown
from services.requests.saved_views import use_cases as saving, views as saved_views
from services.requests.schemas.decisions import AddNote, Assign
from services.requests.schemas.refusals import RequestNotFound
from services.requests.schemas.saved_views import ListSavedViews, SaveView
from services.requests.schemas.selection import ReadSelection
from services.requests.schemas.work_list import ListWork
from services.requests.worklist import use_cases as acts, views as work
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_day_list import WEDNESDAY, agenda, booked
from tests.support import published


class Undone(Exception):
    """What other tests read too stays as it was."""


OPEN, SECRET = "permis-vegetaliser", "acte-naissance"
WITHOUT = replace(
    AGENT,
    id="44444444-4444-4444-8444-444444444444",
    permissions=tuple(one for one in AGENT.permissions if one != "handle_confidential"),
)


def lists(desk: Desk, actor: Actor, **asked: Any) -> tuple[list[str], int, dict[str, int]]:
    found = desk.answer(actor, work.work, ListWork(**asked))
    counts = {name: found["counts"][name] for name in ("open", "unassigned", "overdue")}
    return [one["procedure"] for one in found["items"]], found["total"], counts


def test_without_the_right_lists_and_counts_hold_no_confidential_request(desk: Desk) -> None:
    secret = desk.file(SECRET, answers=desk.answers(SECRET))
    desk.file(OPEN, CAMILLE)
    desk.clock.move(days=90)
    desk.count_all()

    assert lists(desk, WITHOUT) == ([OPEN], 1, {"open": 1, "unassigned": 1, "overdue": 1})
    assert set(lists(desk, AGENT)[0]) == {OPEN, SECRET}
    assert lists(desk, AGENT)[1:] == (2, {"open": 2, "unassigned": 2, "overdue": 2})
    assert lists(desk, WITHOUT, q=secret["number"])[:2] == ([], 0)
    assert lists(desk, WITHOUT, procedure=SECRET)[:2] == ([], 0)
    chosen = ReadSelection(numbers=(secret["number"],))
    assert desk.do(WITHOUT, work.selection, chosen).items == ()
    assert [one.confidential for one in desk.do(AGENT, work.selection, chosen).items] == [True]
    desk.do(WITHOUT, saving.save_view, SaveView(name="État civil", procedure=SECRET))
    assert [one.count for one in desk.do(WITHOUT, saved_views.saved_views, ListSavedViews()).items] == [0]


def test_without_the_right_a_confidential_file_is_unknown_and_assigned_to_none(desk: Desk) -> None:
    secret = desk.file(SECRET)

    with pytest.raises(RequestNotFound):
        desk.view(secret["number"], WITHOUT)
    with pytest.raises(RequestNotFound):
        desk.do(WITHOUT, acts.add_note, AddNote(number=secret["number"], text="Vu."))
    with pytest.raises(ColleagueUnknown):
        desk.do(AGENT, acts.assign, Assign(number=secret["number"], assignee=WITHOUT.id), WITHOUT)
    assert desk.view(secret["number"], AGENT)["number"] == secret["number"]


def test_a_day_shows_a_confidential_appointment_as_a_time_that_is_taken(desk: Desk) -> None:
    booked(desk)

    found = agenda(desk.answer(WITHOUT, day.day_list, WEDNESDAY))

    (appointment,) = found["appointments"]
    assert (appointment["number"], appointment["applicant_name"], appointment["confidential"]) == (None, None, True)
    assert "inscription-scolaire" not in [one["slug"] for one in found["procedures"]]


def test_what_the_town_publishes_now_decides_of_requests_filed_before(desk: Desk) -> None:
    with pytest.raises(Undone), desk.tx(WITHOUT) as tx:
        assert reach(tx).holds("population", OPEN)
        assert not reach(tx).holds("population", SECRET)
        keep_procedure(tx, OPEN, 2, {**published.definition(OPEN), "confidential": True})
        assert not reach(tx).holds("population", OPEN)
        raise Undone
