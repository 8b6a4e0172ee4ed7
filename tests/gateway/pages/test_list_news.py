"""A list that stays open learns that something happened: no service is asked for it, and the session is not used by it. Then it takes
what may have changed in it, and no more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from gateway.http.rate_limits import NEWS as NEWS_LIMIT, RateLimits
from gateway.pages.agent.work import RENEWAL
from gateway.sessions.list_changes import WANTED_SECONDS, ListChanges
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

NEWS = "/agent/demandes/nouvelles"


@pytest.fixture
def changes(app: Flask, remembering: None) -> ListChanges:
    return app.extensions["parvis.list_changes"]


def mark_of(agent: Client) -> str:
    return str(agent.page("/agent/demandes").select_one("#lignes")["data-mark"])


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
    seen = {"If-None-Match": '"any"'}
    assert agent.get(NEWS, headers=seen).status_code == 204  # a session of which this gateway has not heard yet
    agent.delete_cookie("parvis")
    assert agent.get(NEWS, headers=seen).status_code == 204
    assert services.asked == []


def test_a_reader_without_a_list_gets_no_mark(agent: Client, changes: ListChanges) -> None:
    agent.page("/agent/demandes")
    wanted = changes.wanted()

    assert agent.get(NEWS).status_code == 204
    assert changes.wanted() == wanted


def test_a_session_that_may_not_read_requests_gets_no_mark(
    app: Flask, agent: Client, services: Stubs, changes: ListChanges
) -> None:
    mark = mark_of(agent)
    editor = replace(desk.AGENT, permissions=("manage_news",))
    services["accounts.session"] = desk.session_of(editor) | {"idle_expires_at": (NOW + timedelta(hours=1)).isoformat()}
    app.extensions["parvis.identity"].sessions.forget_of(desk.AGENT.id)
    agent.get("/agent")
    changes.happened()

    assert agent.get(NEWS, headers={"If-None-Match": f'"{mark}"'}).status_code == 204


def test_news_is_asked_for_so_often_and_no_more(app: Flask, agent: Client, changes: ListChanges) -> None:
    mark = mark_of(agent)
    app.extensions["parvis.security"].limits = RateLimits(1.0, clock=lambda: 0.0)
    seen = {"If-None-Match": f'"{mark}"'}

    assert {agent.get(NEWS, headers=seen).status_code for _ in range(NEWS_LIMIT.times)} == {304}
    assert agent.get(NEWS, headers=seen).status_code == 429
    assert agent.get("/agent/rendez-vous/nouvelles", headers=seen).status_code == 429


def test_the_mark_of_another_gateway_gets_no_answer(app: Flask, agent: Client, changes: ListChanges) -> None:
    agent.page("/agent/demandes")
    app.extensions["parvis.list_changes"] = ListChanges("ours.")

    assert agent.get(NEWS, headers={"If-None-Match": '"theirs.4"'}).status_code == 204
    assert agent.get(NEWS, headers={"If-None-Match": '"ours.9"'}).text == "ours.0"


def test_a_renewal_takes_lines_total_and_views_and_asks_for_no_choices(agent: Client, services: Stubs) -> None:
    whole = agent.page("/agent/demandes?vue=a-moi")
    views = len(services.bodies("requests.list_saved_views"))

    again = parsed(agent.get("/agent/demandes?vue=a-moi", headers={RENEWAL: "1"}))

    for part in ("#lignes", "[data-total]", ".tabs--views"):
        assert str(again.select_one(part)) == str(whole.select_one(part))
    assert again.select(".filters, .own-views, header") == []
    assert services.bodies("requests.work_list")[-1]["choices"] is False
    assert len(services.bodies("requests.list_saved_views")) == views


def test_both_lists_name_where_their_news_is_and_of_which_mark(agent: Client) -> None:
    for address, news in (("/agent/demandes", NEWS), ("/agent/rendez-vous", "/agent/rendez-vous/nouvelles")):
        page = agent.page(address)
        [listed] = page.select("[data-mark]")
        assert listed["id"]
        assert listed["data-news"].partition("?")[0] == news
        assert page.select_one("[data-changed][hidden] a")["href"].startswith(address)
        assert page.select("script[src*='list-news']")


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
