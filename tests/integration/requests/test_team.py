"""Who handles the requests: loads, absences with a substitute, requests handed over, mentions."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.schemas import team as calls
from services.requests.schemas.decisions import AddNote, Assign, TakeNext
from services.requests.schemas.work_list import ListWork
from services.requests.team import use_cases as team, views
from services.requests.worklist import use_cases as acts, views as work
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk

ROAD, SECRET = "signalement-voirie", "acte-naissance"
BEA = replace(AGENT, id="55555555-5555-4555-8555-555555555555", name="Agente d’accueil")
READER = replace(BEA, permissions=("read_requests", "change_status"))
CHIEF = Actor(
    kind="agent",
    id="66666666-6666-4666-8666-666666666666",
    name="Administratrice",
    roles=("administrator",),
    permissions=("manage_agents", "handle_confidential"),
)
TEAM = {one.id: one for one in (AGENT, BEA)}
TODAY = date(2026, 11, 25)


def given(desk: Desk, slug: str, to: Actor = AGENT, actor: Any = CAMILLE) -> dict[str, Any]:
    receipt = desk.file(slug, actor)
    desk.do(to, acts.assign, Assign(number=receipt["number"], assignee=to.id), None)
    return receipt


def mine(desk: Desk, actor: Actor, **asked: Any) -> Any:
    desk.count_all()
    return desk.do(actor, work.work, ListWork(**asked))


def absence(desk: Desk, actor: Actor = AGENT, agent_id: str | None = None) -> calls.AbsenceKey:
    asked = calls.StateAbsence(first_day=TODAY, last_day=date(2026, 12, 4), substitute=BEA.id, agent_id=agent_id)
    return desk.do(actor, team.state_absence, asked, TEAM)


def test_the_load_of_each_agent_counts_open_late_and_waiting_requests(desk: Desk) -> None:
    waiting = given(desk, "permis-vegetaliser")
    given(desk, ROAD)
    given(desk, SECRET, BEA)
    desk.take(waiting)
    desk.decide(waiting, "awaiting_documents", text="Une photo manque.", deadline=date(2027, 6, 1))
    desk.clock.move(days=90)
    desk.count_all()

    def lines(actor: Actor) -> set[tuple[str, str, int, int, int]]:
        found = desk.do(actor, views.team_load, calls.ReadTeamLoad()).lines
        return {(one.agent_id, one.department, one.open, one.late, one.awaiting) for one in found}

    roads = (AGENT.id, "services-techniques", 2, 1, 1)
    assert lines(AGENT) == lines(CHIEF) == {roads, (BEA.id, "population", 1, 1, 0)}
    assert lines(READER) == {roads}
    with pytest.raises(refusals.NotAllowed):
        lines(CAMILLE)


def test_a_substitute_sees_the_requests_of_an_absent_agent_as_their_own(desk: Desk) -> None:
    receipt = given(desk, ROAD)
    own = given(desk, ROAD, BEA)
    key = absence(desk)

    found = mine(desk, BEA, view="mine")

    covered = {one.number: one.covered_until for one in found.items}
    assert covered == {receipt["number"]: date(2026, 12, 4), own["number"]: None}
    assert (found.total, found.counts["mine"]) == (2, 2)
    assert mine(desk, AGENT, view="mine").total == 1
    waiting = desk.file(ROAD)
    assert desk.do(BEA, acts.take_next, TakeNext(view="mine")).number == waiting["number"]
    [shown] = desk.do(AGENT, views.team_load, calls.ReadTeamLoad()).absences
    assert (shown.agent_id, shown.substitute_name, shown.now) == (AGENT.id, BEA.name, True)
    with pytest.raises(refusals.NotAllowed):
        desk.do(BEA, team.end_absence, calls.EndAbsence(absence_id=key.absence_id))
    desk.do(CHIEF, team.end_absence, calls.EndAbsence(absence_id=key.absence_id))
    assert mine(desk, BEA, view="mine").total == 2


def test_who_does_not_manage_the_team_states_no_absence_of_another(desk: Desk) -> None:
    with pytest.raises(refusals.NotAllowed):
        absence(desk, BEA, agent_id=AGENT.id)
    absence(desk, CHIEF, agent_id=AGENT.id)
    desk.clock.move(days=20)
    team.forget(desk.store)
    assert desk.rows("SELECT count(*)::integer AS n FROM absences") == [{"n": 0}]


def test_open_requests_are_handed_over_and_a_confidential_one_to_no_reader_of_others(desk: Desk) -> None:
    road, secret = given(desk, ROAD), given(desk, SECRET)
    readers = {AGENT.id: AGENT, READER.id: READER}
    for department in ("services-techniques", "population"):
        asked = calls.HandOver(agent_id=AGENT.id, department=department, to=READER.id)
        desk.do(CHIEF, team.hand_over, asked, readers)
    with pytest.raises(refusals.NotAllowed):
        desk.do(BEA, team.hand_over, asked, readers)
    with pytest.raises(refusals.ColleagueUnknown):
        desk.do(CHIEF, team.hand_over, replace(asked, department="police-municipale"), readers)

    team.hand_over_all(desk.store)

    assert desk.row(road)["assignee"] == READER.id
    assert desk.row(secret)["assignee"] is None
    assert desk.events(f"request-{road['request_id']}")[-1] == "RequestAssigned"
    assert desk.rows("SELECT count(*)::integer AS n FROM handovers") == [{"n": 0}]


def test_a_request_whose_agent_can_see_it_no_more_comes_back_to_none(desk: Desk) -> None:
    road, secret = given(desk, ROAD), given(desk, SECRET)
    desk.count_all()
    moved = replace(AGENT, departments=("population",), permissions=("read_requests",))
    assert team.release_unseen(desk.store, dict) == 0
    assert team.release_unseen(desk.store, lambda: TEAM) == 0

    assert team.release_unseen(desk.store, lambda: {AGENT.id: moved}) == 2

    assert (desk.row(road)["assignee"], desk.row(secret)["assignee"]) == (None, None)


def test_a_mentioned_colleague_reads_of_a_note_until_it_is_read(desk: Desk) -> None:
    secret = desk.file(SECRET)
    note = AddNote(number=secret["number"], text="Vu au guichet.", mentions=(BEA.id,))

    desk.do(AGENT, acts.add_note, note, TEAM)

    [mention] = desk.do(BEA, views.mentions, calls.ListMentions()).items
    assert (mention.number, mention.by) == (secret["number"], AGENT.name)
    assert desk.view(secret["number"], AGENT)["notes"][0]["mentioned"] == [BEA.name]
    assert desk.do(READER, views.count_mentions, calls.CountMentions()).unread == 0
    with pytest.raises(refusals.MentionUnknown):
        desk.do(AGENT, acts.add_note, note, {READER.id: READER})
    desk.do(BEA, team.read_mentions, calls.ReadMentions(number=secret["number"]))
    assert desk.do(BEA, views.count_mentions, calls.CountMentions()).unread == 0
