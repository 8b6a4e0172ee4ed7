"""A quiet day at the town hall, and someone in front of the pages."""

import pytest
from flask import Flask

from tests.support import agents_desk
from tests.support.judge import JudgingClient
from tests.support.stubs import StubServices
from tests.support.town_hall import Drafts, furnish


@pytest.fixture
def drafts(services: StubServices) -> Drafts:
    return furnish(services)


@pytest.fixture
def visitor(client: JudgingClient, drafts: Drafts) -> JudgingClient:
    """Someone without an account."""
    return client


@pytest.fixture
def follower(client: JudgingClient, drafts: Drafts) -> JudgingClient:
    """Someone who opened the tracking link of a request."""
    client.set_cookie("parvis-tracking", "token")
    return client


@pytest.fixture
def citizen(app: Flask, client: JudgingClient, drafts: Drafts) -> JudgingClient:
    """Camille, logged in."""
    client.set_cookie("parvis", "s" * 32)
    return client


@pytest.fixture
def agent(client: JudgingClient, services: StubServices, drafts: Drafts) -> JudgingClient:
    """The agent at the desk, logged in."""
    agents_desk.furnish(services)
    client.set_cookie("parvis", "s" * 32)
    return client
