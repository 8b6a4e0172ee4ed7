"""A list that stays open learns that something happened: no service is asked for it, and the session is not used by it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from gateway.sessions.list_changes import WANTED_SECONDS, ListChanges
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW
from tests.support.judge import Client
from tests.support.stubs import Stubs

NEWS = "/agent/demandes/nouvelles"


@pytest.fixture
def changes(app: Flask, agent: Client, services: Stubs) -> Iterator[ListChanges]:
    """Of a gateway that receives the ends of sessions, and so may remember who holds one."""
    later = {"idle_expires_at": (NOW + timedelta(hours=1)).isoformat()}
    services["accounts.session"] = desk.session_of(desk.AGENT) | later
    sessions = app.extensions["parvis.identity"].sessions
    sessions.subscribed(True)
    yield app.extensions["parvis.list_changes"]
    sessions.subscribed(False)


def mark_of(agent: Client) -> str:
    return str(agent.page("/agent/demandes").select_one("#trouve")["data-list-mark"])


def test_an_unchanged_list_gets_304_and_no_service_is_asked(
    agent: Client, services: Stubs, changes: ListChanges
) -> None:
    mark = mark_of(agent)
    asked = len(services.asked)

    answer = agent.get(NEWS, headers={"If-None-Match": f'"{mark}"'})

    assert (answer.status_code, answer.get_data()) == (304, b"")
    assert len(services.asked) == asked


def test_an_event_gives_an_open_list_another_mark(agent: Client, services: Stubs, changes: ListChanges) -> None:
    mark = mark_of(agent)
    changes.happened()
    asked = len(services.asked)

    answer = agent.get(NEWS, headers={"If-None-Match": f'"{mark}"'})

    assert answer.status_code == 200
    assert answer.text != mark
    assert "no-store" in answer.headers["Cache-Control"]
    assert agent.get(NEWS, headers={"If-None-Match": f'"{answer.text}"'}).status_code == 304
    assert len(services.asked) == asked


@pytest.mark.usefixtures("changes")
def test_an_unknown_session_gets_no_mark(agent: Client, services: Stubs) -> None:
    assert agent.get(NEWS).status_code == 204  # a session of which this gateway has not heard yet
    agent.delete_cookie("parvis")
    assert agent.get(NEWS).status_code == 204
    assert services.asked == []


def test_the_mark_of_another_gateway_gets_no_answer(app: Flask, agent: Client, changes: ListChanges) -> None:
    agent.page("/agent/demandes")
    app.extensions["parvis.list_changes"] = ListChanges("ours.")

    assert agent.get(NEWS, headers={"If-None-Match": '"theirs.4"'}).status_code == 204
    assert agent.get(NEWS).text == "ours.0"


def test_events_are_received_while_a_list_is_open() -> None:
    seconds = 0.0
    changes = ListChanges("a.", clock=lambda: seconds)
    assert not changes.wanted()

    first = changes.mark()
    assert changes.wanted()
    changes.happened()
    assert changes.mark() != first
    seconds = WANTED_SECONDS
    assert not changes.wanted()


def test_marks_of_two_gateways_differ() -> None:
    assert ListChanges("a.").mark() != ListChanges("b.").mark()
