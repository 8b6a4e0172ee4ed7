"""What a gateway keeps of what was published: a change is shown within a second by its event, without it after five seconds."""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway import kept_pages
from gateway.clients import Clients, RequestContext
from gateway.sessions.followed_events import FollowedEvents
from gateway.sessions.identity import Sessions
from gateway.sessions.published_changes import FOLLOWED_SECONDS, PublishedChanges
from gateway.town import TownBook
from services.chassis.actors import Actor
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import at_work, until
from tests.integration.processes.conftest import IMPORTER, Processes, within

VISITOR = Actor(kind="visitor", id="b" * 64)
TOWN = ("town", "service_areas", "procedures", "agendas")


def _context(actor: Actor | None) -> RequestContext:
    return RequestContext(actor=actor or VISITOR, correlation_id="a-test", deadline=time.monotonic() + 30)


class Gateway:
    """A gateway's copy of what is published. Its clock stands still unless it is moved: nothing is forgotten by age."""

    def __init__(self, settings: Settings, rpc: RpcClient) -> None:
        self.seconds = 0.0
        self.changes = PublishedChanges(lambda: self.seconds)
        clients = Clients(rpc, _context)
        self.book = TownBook(clients, self.changes, now=lambda: datetime.now(UTC))
        self.events = FollowedEvents(settings.amqp_url, Sessions(), published=self.changes)


@pytest.fixture(scope="module")
def gateway(settings: Settings) -> Iterator[Gateway]:
    with RpcClient(settings) as rpc:
        gateway = Gateway(settings, rpc)
        with at_work(gateway.events.listen, gateway.events.stop):
            until(lambda: gateway.changes.kept_seconds() == FOLLOWED_SECONDS)
            yield gateway


@pytest.fixture
def gateway_without_events(settings: Settings) -> Iterator[Gateway]:
    """It takes itself for one that receives them, and none comes."""
    with RpcClient(settings) as rpc:
        gateway = Gateway(settings, rpc)
        gateway.changes.subscribed(True)
        yield gateway


@pytest.fixture(autouse=True)
def as_it_was(processes: Processes, town: dict[str, Any]) -> Iterator[None]:
    yield
    processes.call("procedures.import_town", {name: town[name] for name in TOWN}, IMPORTER)
    processes.call("content.import_content", {"news": town["news"]}, IMPORTER)


class Change:
    """One thing that the town's files say otherwise: how it is published, and what a gateway shows of it."""

    def __init__(self, processes: Processes, town: dict[str, Any]) -> None:
        self._processes = processes
        self.files = deepcopy(town)

    def publish(self, said: str) -> None:
        self.say(said)
        self._processes.call("procedures.import_town", {name: self.files[name] for name in TOWN}, IMPORTER)

    def say(self, said: str) -> None:
        raise NotImplementedError

    def shown(self, book: TownBook) -> str:
        raise NotImplementedError


class OfTheTown(Change):
    def say(self, said: str) -> None:
        self.files["town"]["town"]["contacts"]["emergency_note"] = said

    def shown(self, book: TownBook) -> str:
        return book.town().town.contacts.emergency_note


class OfAProcedure(Change):
    def say(self, said: str) -> None:
        self.files["procedures"]["procedures"][0]["summary"] = said

    def shown(self, book: TownBook) -> str:
        return book.offered(self.files["procedures"]["procedures"][0]["slug"]).definition.summary


class OfTheCatalogue(OfAProcedure):
    def shown(self, book: TownBook) -> str:
        slug = self.files["procedures"]["procedures"][0]["slug"]
        listed = book.procedures(page=1, per_page=100).answer
        assert listed
        return next(item.summary for item in listed.items if item.slug == slug)


class OfNews(Change):
    def publish(self, said: str) -> None:
        article = next(one for one in self.files["news"]["news"] if one["audience"] == "public")
        article |= {"title": said, "published": "D-0"}  # the latest
        self._processes.call("content.import_content", {"news": self.files["news"]}, IMPORTER)

    def shown(self, book: TownBook) -> str:
        latest = book.news(None).answer
        assert latest
        return latest.news[0].title


CHANGES = (OfTheTown, OfAProcedure, OfTheCatalogue, OfNews)


def seconds_to_show(gateway: Gateway, change: Change) -> float:
    """From the answer of what publishes it to the first time that the gateway shows it."""
    said = f"Changé à {time.monotonic()}"
    assert change.shown(gateway.book) != said
    change.publish(said)
    published = time.monotonic()
    until(lambda: change.shown(gateway.book) == said)
    return time.monotonic() - published


@pytest.mark.parametrize("of", CHANGES, ids=lambda of: of.__name__)
def test_a_change_is_shown_within_a_second(
    of: Callable[[Processes, dict[str, Any]], Change],
    gateway: Gateway,
    processes: Processes,
    town: dict[str, Any],
    record_property: Callable[[str, object], None],
) -> None:
    change = of(processes, town)
    within(1.0, lambda: seconds_to_show(gateway, change), record_property, "shown after the change")


@pytest.mark.parametrize("of", CHANGES, ids=lambda of: of.__name__)
def test_a_change_whose_event_does_not_come_is_shown_after_seconds(
    of: Callable[[Processes, dict[str, Any]], Change],
    gateway_without_events: Gateway,
    processes: Processes,
    town: dict[str, Any],
) -> None:
    gateway, change, said = gateway_without_events, of(processes, town), f"Changé à {time.monotonic()}"
    change.shown(gateway.book)

    change.publish(said)

    assert FOLLOWED_SECONDS + kept_pages.SECONDS == 5
    gateway.seconds += FOLLOWED_SECONDS - 0.1
    assert change.shown(gateway.book) != said
    gateway.seconds += 0.1
    assert change.shown(gateway.book) == said
