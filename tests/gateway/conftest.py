"""The gateway on stub services; every HTML page that a test opens is judged."""

from collections.abc import Iterator

import pytest
from flask import Flask

from gateway import glimpses, town
from gateway.app import create_app
from gateway.clients import Clients, Silences
from gateway.conversation import asking
from gateway.glimpses import Glimpses
from gateway.http.rate_limits import RateLimits
from gateway.town import TownBook
from services.chassis.settings import Settings
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.town_hall import NOW

SETTINGS = Settings(signing_key=bytes(32))


@pytest.fixture(scope="session")
def made_once() -> tuple[Flask, Stubs, Silences]:
    """What an application declares, reads and compiles is the same for each test."""
    services, silences = Stubs(), Silences()
    app = create_app(SETTINGS, Clients(services, asking, silences=silences))
    app.test_client_class = Client
    return app, services, silences


@pytest.fixture
def services(made_once: tuple[Flask, Stubs, Silences]) -> Stubs:
    _, services, silences = made_once
    silences.clear()
    services.answers.clear()
    services.asked.clear()
    return services


@pytest.fixture
def app(made_once: tuple[Flask, Stubs, Silences], services: Stubs) -> Iterator[Flask]:
    """The gateway as it has just started, on the day of the stub services: it has asked nothing yet, and counted nobody."""
    app, _, _ = made_once
    before = dict(app.extensions)
    clients = app.extensions["parvis.clients"]
    town.install(app, TownBook(clients, now=lambda: NOW))
    glimpses.install(app, Glimpses(clients))
    app.extensions["parvis.security"].limits = RateLimits(SETTINGS.rate_limits)
    app.extensions["parvis.now"] = lambda: NOW
    yield app
    app.extensions.clear()
    app.extensions.update(before)


@pytest.fixture
def client(app: Flask) -> Iterator[Client]:
    with app.test_client() as client:
        assert isinstance(client, Client)
        yield client
