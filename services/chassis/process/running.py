"""What runs beside the entrypoints of a service: its listeners, its parked events, its tallies, its housekeeping."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import ModuleType

from services.chassis import essential_threads, logs
from services.chassis.bus.listener import Listener
from services.chassis.bus.parking import keep_trying
from services.chassis.bus.reactions import reactions_of
from services.chassis.errors import Unavailable
from services.chassis.event_store import counting, db
from services.chassis.event_store.projections import tallies_in
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.store import Store
from services.chassis.health import Checks, Health
from services.chassis.process import loop_lag
from services.chassis.service_list import pending_migrations

HOUSEKEEPING_SECONDS = 3600.0
LOOK_SECONDS = 1.0  # for a database that was away at the start

log = logs.get_logger(__name__)


def load(service: str) -> ModuleType:
    """The module of the service's class, after all others of its package."""
    load_registrations(service)
    return import_module(f"services.{service}.service")


def service_class(name: str) -> type:
    """The one class of `services.<name>.service` whose nameko name is that of the service."""
    declared: dict[str, object] = vars(load(name))
    found = [cls for cls in declared.values() if isinstance(cls, type) and getattr(cls, "name", None) == name]
    return found[0]


class BackgroundWork:
    """Started after the container, stopped before it."""

    def __init__(self, store: Store, health: Health, *, clocks_compared: bool) -> None:
        """`clocks_compared`: else this machine's clock is compared with the database's once that answers."""
        self._health = health
        self._store = store
        self._stopping = threading.Event()
        reactions = reactions_of(store.service)
        self._listeners = [
            Listener(store, source, known, self._stopping) for source, known in sorted(reactions.items())
        ]
        self._hub = loop_lag.Watch()
        self._migrated = False
        self._work: dict[str, Callable[[], None]] = {
            **{listener.name: listener.run for listener in self._listeners},
            "forgets-commands": self._forget_commands,
        }
        if reactions:
            self._work["tries-parked"] = lambda: keep_trying(store, reactions, self._stopping)
        if not clocks_compared:
            self._work[store.service] = self._compare_clocks
        if tallies_in(store.service):
            self._work["counts"] = lambda: counting.keep_counting(store, self._stopping)
        self._threads: list[threading.Thread] = []

    def start(self, needs: Checks) -> None:
        """`needs`: what being ready takes besides, by name."""
        self._hub.begin()
        self._threads = [essential_threads.start(work, name) for name, work in self._work.items()]
        checks = {
            "database": self._database_answers,
            "migrations": lambda: self._migrated,
            "broker": lambda: all(listener.listening for listener in self._listeners),
            "hub": self._hub.is_well,
            **needs,
        }
        self._health.serve(checks)

    def stop(self) -> None:
        """Lets what is in hand end, for at most 5 s."""
        self._stopping.set()
        self._store.signals.set_all()
        for listener in self._listeners:
            listener.stop()
        deadline = time.monotonic() + 5
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _database_answers(self) -> bool:
        with self._store.read() as conn:
            if not self._migrated:
                self._migrated = not pending_migrations(conn, self._store.service)
            return conn.execute("SELECT 1").fetchone() is not None

    def _compare_clocks(self) -> None:
        """Raises ClockOff, which ends the process."""
        while not self._stopping.wait(LOOK_SECONDS):
            with suppress(Unavailable), self._store.read() as conn:
                db.compare_clocks(conn)
                return

    def _forget_commands(self) -> None:
        while not self._stopping.wait(HOUSEKEEPING_SECONDS):
            try:
                self._store.forget_commands()
            except Unavailable:
                log.warning("housekeeping_waits", service=self._store.service)
