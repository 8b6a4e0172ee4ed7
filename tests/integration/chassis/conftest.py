"""A database, a service and a relay of the chassis's own tests, on this worker's real servers."""

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.operator import calls, operate
from services.chassis.bus import relay, subscribers
from services.chassis.bus.listener import Listener
from services.chassis.bus.queues import dead_letters_of, declare, queue_of
from services.chassis.bus.reactions import Reaction
from services.chassis.clock import Clock
from services.chassis.event_store import db
from services.chassis.process.migrate import migrate
from services.chassis.settings import Settings
from tests.integration.chassis import facts
from tests.servers.broker import channel_to
from tests.servers.databases import TOLD_NOTHING
from tests.servers.notebook import Notebook
from tests.servers.processes import spawned

ROOT = Path(__file__).parents[3]


EMPTY = """
TRUNCATE events, outbox, positions, keys, commands, heard, parked, dismissed, effects, hopeless RESTART IDENTITY
"""


@pytest.fixture(scope="session")
def own_database(environment: dict[str, str], worker: str) -> Iterator[dict[str, str]]:
    """This worker's settings with a migrated database `tests` of the chassis's own."""
    servers = {key: environment[key].rpartition("/")[0] for key in ("OWNER_DATABASE_URL", "DATABASE_URL")}
    own = {**environment, **{key: f"{server}/{worker}_{{service}}" for key, server in servers.items()}}
    settings = Settings.load(own)
    migrate(settings, "tests")
    with db.connect(settings.owner_database("tests"), "tests") as conn:
        conn.execute(facts.TABLES)
    migrate(settings, "tests")  # grants what was just made
    yield own
    with psycopg.connect(servers["OWNER_DATABASE_URL"] + "/postgres", autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{worker}_tests" WITH (FORCE)')


@pytest.fixture
def own_environment(own_database: dict[str, str]) -> dict[str, str]:
    """The same, empty: the database and the queue of the tests' own service."""
    settings = Settings.load(own_database)
    with db.connect(settings.owner_database("tests"), "tests") as conn:
        conn.execute(EMPTY)
        conn.execute(TOLD_NOTHING)
        subscribers.keep(conn, {"tests": ["Noted"]})  # as a migration does, of the services that there are
    with channel_to(settings.amqp_url) as channel:
        declare(channel, settings.amqp_url, "tests", "tests", ["Noted"])
        for queue in (queue_of("tests", "tests"), dead_letters_of("tests")):
            channel.queue_purge(queue)
    return own_database


@pytest.fixture
def own_settings(own_environment: dict[str, str]) -> Settings:
    return Settings.load(own_environment)


@pytest.fixture
def store(own_settings: Settings) -> Iterator[Notebook]:
    """A store over the empty database."""
    opened = Notebook(own_settings, "tests")
    yield opened
    opened.close()


@pytest.fixture
def operator(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of `parvis` act on the tests' own service."""
    monkeypatch.setattr(operate, "running_settings", lambda _: own_settings)
    monkeypatch.setattr(calls, "service_names", lambda: ["tests"])


class MovedClock(Clock):
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self._moment = super().now()

    def now(self) -> datetime:
        return self._moment

    def move(self, **by: float) -> None:
        self._moment += timedelta(**by)


@pytest.fixture
def clock(store: Notebook) -> MovedClock:
    """That of the store."""
    moved = MovedClock()
    store.clock = moved
    return moved


class Process:
    """A process of the tests, ended with the test."""

    def __init__(self, module: str, environment: dict[str, str], log: Path) -> None:
        self.module, self.environment, self.log = module, environment, log
        self.start()

    def start(self) -> None:
        self.child = spawned([self.module], self.environment, self.log, ROOT)

    def kill(self) -> None:
        """As a power cut would."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self) -> int:
        self.child.terminate()
        return self.child.wait(60)


@pytest.fixture
def run(own_environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts `probe` or `relay` (of this package) against the empty database."""
    started: list[Process] = []

    def start(name: str, **changes: str) -> Process:
        settings = {**own_environment, "HEALTH_PORT": "0", **changes}
        process = Process(f"tests.integration.chassis.{name}", settings, tmp_path / f"{name}{len(started)}.log")
        started.append(process)
        return process

    yield start
    for process in started:
        if process.child.poll() is None:
            process.kill()


@pytest.fixture(scope="module")
def _probe(own_database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("probe")
    process = Process("tests.integration.chassis.probe", {**own_database, "HEALTH_PORT": "0"}, folder / "log")
    yield process
    if process.child.poll() is None:
        process.kill()


@pytest.fixture
def probe(own_environment: dict[str, str], _probe: Process) -> Process:
    """The tests' own service: one process for a module, started again where a test has ended it."""
    if _probe.child.poll() is not None:
        _probe.start()
    return _probe


@contextmanager
def at_work(run: Callable[[], object], stop: Callable[[], object]) -> Generator[None]:
    """Runs it in a thread within the block, and waits for its end."""
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(30)
    assert not thread.is_alive()


@contextmanager
def listening(store: Notebook, reactions: dict[str, Reaction[Any]]) -> Generator[None]:
    """The tests' own service reacts to its own events."""
    stopping = threading.Event()
    listener = Listener(store, "tests", reactions, stopping)

    def stop() -> None:
        stopping.set()
        listener.stop()

    with at_work(listener.run, stop):
        yield


@contextmanager
def relaying(settings: Settings) -> Generator[relay.DatabaseRelay]:
    """A relay of the tests' database: a thread, for it starts sooner than a process."""
    stopping = relay.Stopping()
    works = relay.DatabaseRelay(settings, "tests", stopping)
    with at_work(works.run, stopping.set):
        yield works


@contextmanager
def looping(store: Notebook, loop: Callable[..., None], *given: object) -> Generator[None]:
    """A loop over the store within the block; an event ends it."""
    stopping = threading.Event()

    def stop() -> None:
        stopping.set()
        store.signals.set_all()

    with at_work(lambda: loop(store, *given, stopping), stop):
        yield


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Returns as soon as the condition holds; fails after that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
