"""Who else has a file open: learned while it stays open, without asking a service, and forgotten when they leave it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from gateway.sessions.open_files import SAID, STILL_THERE, OpenFiles
from services.requests.schemas.tracking import AlsoOpen
from tests.support import agents_desk as desk
from tests.support.agents_desk import HERE
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs

ME = AlsoOpen(name="Agent", since=NOW, agent_id=desk.AGENT.id)
COLLEAGUE = AlsoOpen(name="Camille R.", since=NOW, agent_id=desk.COLLEAGUE)


@pytest.fixture
def open_files(app: Flask, remembering: None) -> Iterator[OpenFiles]:
    files = app.extensions["parvis.open_files"] = OpenFiles()
    yield files
    app.extensions["parvis.open_files"] = OpenFiles()


def test_a_file_that_stays_open_learns_who_opens_and_who_leaves_it(
    agent: Client, services: Stubs, open_files: OpenFiles
) -> None:
    page = agent.page(HERE)
    box = page.select_one("[data-open-page]")
    asked = len(services.asked)

    def news(mark: str) -> TestResponse:
        return agent.get(str(box["data-open-page"]), headers={"If-None-Match": f'"{mark}"'})

    assert news(str(box["data-who"])).status_code == 304
    theirs = open_files.opened(NUMBER, COLLEAGUE, ())
    known = news(str(box["data-who"]))
    assert known.text.startswith("Camille R. a ce dossier ouvert depuis ")
    assert news(known.get_etag()[0] or "").status_code == 304
    open_files.closed(theirs, desk.COLLEAGUE)
    assert news(known.get_etag()[0] or "").get_data() == b""
    assert len(services.asked) == asked
    gone = agent.post(str(box["data-open-page"]), data={"csrf": page.select_one("[name=csrf]")["value"]})
    assert (gone.status_code, news("any").status_code) == (204, 204)


def test_no_one_learns_of_a_file_by_the_page_of_another(open_files: OpenFiles) -> None:
    mine = open_files.opened(NUMBER, ME, ())
    assert open_files.others(mine, desk.COLLEAGUE) is None
    open_files.closed(mine, desk.COLLEAGUE)
    assert open_files.others(mine, desk.AGENT.id) == []


def test_what_requests_said_stands_until_it_is_known_better() -> None:
    at = 0.0
    files = OpenFiles(clock=lambda: at)
    mine = files.opened(NUMBER, ME, [COLLEAGUE])
    assert files.others(mine, ME.agent_id) == [COLLEAGUE]
    first = files.opened(NUMBER, COLLEAGUE, ())
    again = files.opened(NUMBER, replace(COLLEAGUE, name="Camille"), ())
    files.closed(first, COLLEAGUE.agent_id)  # a page that is read anew is left after the new one has come
    assert len(files.others(mine, ME.agent_id) or ()) == 1
    files.closed(again, COLLEAGUE.agent_id)
    assert files.others(mine, ME.agent_id) == []

    other = files.opened("2", ME, [COLLEAGUE])
    for moment in (0.8, 1.6, 2.4, 3.2):
        at = moment * STILL_THERE
        assert files.others(other, ME.agent_id, again=True) == [COLLEAGUE]
    at = SAID
    assert files.others(other, ME.agent_id, again=True) == []
    at = SAID + STILL_THERE
    files.opened(NUMBER, ME, ())
    assert files.others(other, ME.agent_id) is None
