"""The gateway on stub services; every HTML page that a test opens is judged."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import asking
from services.chassis.settings import Settings
from tests.gateway.judge import JudgingClient
from tests.gateway.stubs import StubServices


@pytest.fixture
def services() -> StubServices:
    return StubServices()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each test has a gateway of its own; what templates compile to is the same for all."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(services: StubServices, compiled_templates: FileSystemBytecodeCache) -> Flask:
    app = create_app(Settings(signing_key=bytes(32)), Clients(services, asking))
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = JudgingClient
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[JudgingClient]:
    with app.test_client() as client:
        assert isinstance(client, JudgingClient)
        yield client
