"""The gateway on stub services; every HTML page that a test opens is judged."""

from collections.abc import Iterator

import pytest
from flask import Flask

from gateway import beginnings, brief_calls, kept_pages, town
from gateway.app import create_app
from gateway.beginnings import Beginnings
from gateway.clients import CircuitBreaker, Clients
from gateway.conversation import request_context
from gateway.http.rate_limits import RateLimits
from gateway.kept_pages import KeptPages
from gateway.sessions.published_changes import PublishedChanges
from gateway.town import TownBook
from services.chassis.settings import Settings
from tests.support.demo_town import NOW
from tests.support.judge import Client
from tests.support.stubs import Stubs

SETTINGS = Settings(signing_key=bytes(32), rpc_timeout_seconds=60)
"""The time for what a page can do without goes with that of a call: no page lacks a part because the machine stood still."""


@pytest.fixture(scope="session")
def made_once() -> tuple[Flask, Stubs, CircuitBreaker]:
    """What an application declares, reads and compiles is the same for each test."""
    services, breaker = Stubs(), CircuitBreaker()
    app = create_app(SETTINGS, Clients(services, request_context, breaker=breaker))
    app.test_client_class = Client
    return app, services, breaker


@pytest.fixture
def services(made_once: tuple[Flask, Stubs, CircuitBreaker]) -> Stubs:
    _, services, breaker = made_once
    breaker.clear()
    services.answers.clear()
    services.asked.clear()
    return services


@pytest.fixture
def app(made_once: tuple[Flask, Stubs, CircuitBreaker], services: Stubs) -> Iterator[Flask]:
    """The gateway as it has just started, on the day of the stub services: no call sent, no request counted."""
    app, _, _ = made_once
    before = dict(app.extensions)
    clients = app.extensions["parvis.clients"]
    published = PublishedChanges()
    town.install(app, TownBook(clients, published, now=lambda: NOW))
    kept_pages.install(app, KeptPages(published))
    brief_calls.install(app, clients, published)
    beginnings.install(app, Beginnings(clients, published))
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
