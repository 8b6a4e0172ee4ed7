"""A quiet day at the town hall, and someone in front of the pages."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.support import agents_desk
from tests.support.demo_town import NOW
from tests.support.drafts import Drafts
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.town_hall import furnish


@pytest.fixture
def drafts(services: Stubs) -> Drafts:
    return furnish(services)


@pytest.fixture
def visitor(client: Client, drafts: Drafts) -> Client:
    """Someone without an account."""
    return client


@pytest.fixture
def follower(client: Client, drafts: Drafts) -> Client:
    """Someone who opened the tracking link of a request."""
    client.set_cookie("parvis-tracking", "token")
    return client


@pytest.fixture
def citizen(app: Flask, client: Client, drafts: Drafts) -> Client:
    """Camille, logged in."""
    client.set_cookie("parvis", "s" * 32)
    return client


@pytest.fixture
def agent(client: Client, services: Stubs, drafts: Drafts) -> Client:
    """The agent at the desk, logged in."""
    agents_desk.furnish(services)
    client.set_cookie("parvis", "s" * 32)
    return client


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Client:
    """Whichever of these somebodies a test names, by indirect parameters."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def remembering(app: Flask, agent: Client, services: Stubs) -> Iterator[None]:
    """The gateway receives the ends of sessions, and so remembers who holds the agent's, which has an hour left."""
    later = {"idle_expires_at": (NOW + timedelta(hours=1)).isoformat()}
    services["accounts.session"] = agents_desk.session_of(agents_desk.AGENT) | later
    sessions = app.extensions["parvis.identity"].sessions
    sessions.subscribed(True)
    yield
    sessions.subscribed(False)
