import copy
from collections.abc import Iterator
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from services.procedures.publication import use_cases
from services.procedures.schemas.town_files import ImportTown
from tests.servers.databases import empty

SYSTEM = Actor(kind="system", id="procedures")
FILES = ("town", "service_areas", "procedures", "agendas")


@pytest.fixture(scope="module", autouse=True)
def _empty_before(settings: Settings) -> None:
    """Another module's processes may have published the town already, on another day."""
    empty(settings.owner_database("procedures"))


@pytest.fixture(scope="session")
def empty_store(settings: Settings) -> Iterator[Store]:
    store = Store(settings, "procedures")
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Iterator[Store]:
    """The service's own database, empty again after the test."""
    yield empty_store
    empty(empty_store.settings.owner_database("procedures"))


@pytest.fixture
def documents(town: dict[str, Any]) -> dict[str, Any]:
    """The four files of the demo town, free to be changed."""
    return copy.deepcopy({name: town[name] for name in FILES})


@pytest.fixture
def imported(store: Store, documents: dict[str, Any]) -> Store:
    """The store, with the demo town in it."""
    with store.transaction(actor=SYSTEM) as tx:
        use_cases.import_town(tx, store.settings, ImportTown(**documents))
    return store
