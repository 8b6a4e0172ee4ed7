import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.clock import Clock
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from services.content.publication import use_cases
from services.content.schemas.files import ImportContent
from tests.servers.databases import empty

SYSTEM = Actor(kind="system", id="content")
FILES = ("news", "activities", "practical_info", "polls", "partner_spaces", "home")


@dataclass
class Calendar(Clock):
    """A clock that the test moves."""

    instant: datetime = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def pass_days(self, days: int) -> None:
        self.instant += timedelta(days=days)


@pytest.fixture(scope="module", autouse=True)
def _empty_before(settings: Settings) -> None:
    """Another module's processes may have published the town already, on another day."""
    empty(settings.owner_database("content"))


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def store(settings: Settings, calendar: Calendar) -> Iterator[Store]:
    """The service's own database at the clock of the test, empty again afterwards."""
    store = Store(settings, "content", clock=calendar)
    yield store
    store.close()
    empty(settings.owner_database("content"))


@pytest.fixture
def documents(town: dict[str, Any]) -> dict[str, Any]:
    """The contents of the demo town, free to be changed."""
    return copy.deepcopy({name: town[name] for name in FILES})


@pytest.fixture
def imported(store: Store, documents: dict[str, Any]) -> Store:
    """The store, with the contents of the demo town in it."""
    import_content(store, documents)
    return store


def import_content(store: Store, documents: dict[str, Any], actor: Actor = SYSTEM) -> dict[str, Any]:
    asked = ImportContent(**documents)
    call = Call(method=asked.rpc_name(), actor=actor, body={})
    return to_json(use_cases.import_content(store, call, asked))


def publish(store: Store) -> None:
    """What the service does when the calendar has moved."""
    with store.transaction() as tx:
        use_cases.publish_changes(tx)


def facts(store: Store) -> list[tuple[str, str]]:
    with store.read() as conn:
        rows = conn.execute("SELECT type, subject FROM events ORDER BY time, stream, version").fetchall()
    return [(row["type"], row["subject"]) for row in rows]
