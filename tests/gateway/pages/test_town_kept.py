"""What a gateway keeps of what was published: until something else is, for four seconds at most, for one while it follows no events."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from gateway import brief_calls, kept_pages, town
from gateway.beginnings import Beginnings
from gateway.kept_pages import KeptPages
from gateway.sessions.published_changes import PublishedChanges
from gateway.town import TownBook
from tests.gateway.pages.test_places import QUOTA
from tests.support.demo_town import NOW, town as town_of
from tests.support.judge import Client
from tests.support.stubs import Stubs

CHANGED = "02 31 00 99 99"
READ = ("/", "/demarches", "/demarches?toutes", "/demarches/domaine/voirie", "/demarches/signalement-voirie")


class Book:
    """The application's, on a clock that the test moves."""

    def __init__(self, app: Flask) -> None:
        self.seconds = 0.0
        self.changes = PublishedChanges(lambda: self.seconds)
        clients = app.extensions["parvis.clients"]
        town.install(app, TownBook(clients, self.changes, now=lambda: NOW))
        kept_pages.install(app, KeptPages(self.changes))
        brief_calls.install(app, clients, self.changes)


@pytest.fixture
def book(app: Flask) -> Book:
    return Book(app)


@pytest.mark.parametrize(("followed", "seconds"), [(True, 4.0), (False, 1.0)])
def test_a_change_without_an_event_is_shown_after_seconds(
    visitor: Client, book: Book, services: Stubs, followed: bool, seconds: float
) -> None:
    book.changes.subscribed(followed)
    assert CHANGED not in foot(visitor)
    services["procedures.town"] = with_phone(CHANGED)

    book.seconds = seconds - 0.1
    assert CHANGED not in foot(visitor)
    book.seconds = seconds
    assert CHANGED in foot(visitor)


@pytest.mark.parametrize(
    "missed",
    [PublishedChanges.happened, lambda changes: changes.subscribed(False), lambda changes: changes.subscribed(True)],
    ids=["an event", "no connection any more", "a new connection"],
)
def test_nothing_is_shown_of_before_a_change_that_came_or_may_have_been_missed(
    visitor: Client, book: Book, services: Stubs, missed: Callable[[PublishedChanges], None]
) -> None:
    book.changes.subscribed(True)
    assert CHANGED not in foot(visitor)
    services["procedures.town"] = with_phone(CHANGED)

    missed(book.changes)

    assert CHANGED in foot(visitor)


def test_an_answer_on_its_way_while_the_change_comes_is_not_kept(visitor: Client, book: Book, services: Stubs) -> None:
    def asked_before(_body: Any, _actor: Any) -> dict[str, Any]:
        book.changes.happened()
        services["procedures.town"] = with_phone(CHANGED)
        return town_of()

    book.changes.subscribed(True)
    services["procedures.town"] = asked_before
    visitor.page("/aide")

    assert CHANGED in foot(visitor)


@pytest.mark.parametrize("address", READ)
@pytest.mark.usefixtures("visitor")  # whom the services answer
def test_the_same_page_asks_no_service_again_for_a_browser_without_a_past(
    app: Flask, book: Book, services: Stubs, address: str
) -> None:
    book.changes.subscribed(True)
    assert app.test_client().get(address).status_code == 200
    services.asked.clear()

    assert app.test_client().get(address).status_code == 200
    assert [one.method for one in services.asked] == []


def test_a_browser_that_was_never_here_costs_one_question_in_four_seconds(
    app: Flask, visitor: Client, services: Stubs
) -> None:
    seconds, address = [0.0], "/demarches/signalement-voirie"
    changes = PublishedChanges(lambda: seconds[0])
    changes.subscribed(True)
    clients = app.extensions["parvis.clients"]
    app.extensions["parvis.beginnings"] = Beginnings(clients, changes)

    asked: list[int] = []
    for seconds[0] in (0.0, 3.9, 4.0):
        assert app.test_client().get(address).status_code == 200
        asked.append(len(services.bodies("requests.draft_for")))
    assert asked == [1, 1, 2]

    changes.happened()  # a quota was reached, or something was published
    assert app.test_client().get(address).status_code == 200
    assert len(services.bodies("requests.draft_for")) == 3

    visitor.set_cookie("parvis-visitor", "v" * 40)  # it may have begun something
    visitor.page(address)
    visitor.page(address)
    assert len(services.bodies("requests.draft_for")) == 5


@pytest.mark.usefixtures("visitor")
def test_whether_a_place_is_free_again_is_asked_each_time(app: Flask, services: Stubs) -> None:
    services["requests.draft_for"] = {"draft": None, "quota": QUOTA | {"reached": True}}
    for _ in range(2):
        assert app.test_client().get("/demarches/signalement-voirie").status_code == 200
    assert len(services.bodies("requests.draft_for")) == 2


def with_phone(phone: str) -> dict[str, Any]:
    published = town_of()
    contacts = published["town"]["contacts"] | {"phone": phone}
    return published | {"town": published["town"] | {"contacts": contacts}}


def foot(visitor: Client) -> str:
    return visitor.page("/aide").select_one("footer").get_text().replace("\u00a0", " ")
