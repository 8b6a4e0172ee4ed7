"""What the tests of processes and of their supervisor have in common."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.command.layout import Layout
from tests.servers.signals import signals_as_before


@pytest.fixture
def console() -> Console:
    return Console(io.StringIO())


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(home=tmp_path)
    made.logs.mkdir()
    return made


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    with signals_as_before():
        yield
