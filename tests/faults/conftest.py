"""The fault tests share one house; each has it whole, for the machine's attention is part of what they measure."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import FIGURES
from tests.faults.house import House


@pytest.fixture(scope="session")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture
def house(_house: House) -> House:
    """The demo town, up and ready, whatever the test before it has done."""
    _house.wait_until_ready()
    return _house


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keeps what a test has measured, for the report and for the end of the run."""
    return lambda text: record_property(FIGURES, text)
