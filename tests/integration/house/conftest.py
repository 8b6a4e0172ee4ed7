"""Several services at once, on databases and a broker of their own: what each of them heard, it heard here."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.chassis.errors import NotFound, Unavailable
from services.chassis.settings import Settings
from tests.servers.processes import Services


@pytest.fixture(scope="module")
def settings(untouched: dict[str, str]) -> Settings:
    """Those of this module's own house."""
    return Settings.load(untouched)


@pytest.fixture(scope="module")
def services(untouched: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Real processes in this module's own house; all of them stop at its end."""
    running = Services(untouched, tmp_path_factory.mktemp("house"))
    yield running
    running.stop()


def patiently(ask: Callable[[], Any], seconds: float = 30) -> Any:
    """The answer once the service has heard what it needs."""
    until = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (Unavailable, NotFound):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
