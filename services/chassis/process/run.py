"""Runs one service: `python -m services.chassis.process.run requests`. Refuses to start where the database would block the hub."""

from services.chassis.process import patched  # isort: skip -- before anything that opens a socket

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.containers import ServiceContainer

from services.chassis import logs
from services.chassis.event_store import db
from services.chassis.event_store.store import Store
from services.chassis.health import Health, needs_of
from services.chassis.machine_clock import ClockOff
from services.chassis.process import loop_lag
from services.chassis.process.running import BackgroundWork, service_class
from services.chassis.settings import Settings, WrongSetting

STOP_SECONDS = 8


def serve(name: str, find: Callable[[str], type] = service_class) -> int:
    """Runs a service until it is stopped; 0 after a clean stop, 2 where it must not start."""
    try:
        settings = Settings.for_serving()
        patched.guard()
        health = Health(settings)
        compared = _clocks_agree(settings, name)
        store = Store(settings, name)
    except (WrongSetting, patched.WouldBlock, ClockOff) as error:
        print(f"{name} : {error}", file=sys.stderr)  # noqa: T201
        return 2
    logs.configure(settings, name)
    config = {"settings": settings, "store": store, "max_workers": 4 * settings.database_pool_size}
    container = ServiceContainer(find(name), config=config)
    background = BackgroundWork(store, health, clocks_compared=compared)
    stopped = Event()

    def stop(*_: Any) -> None:
        if not stopped.ready():
            stopped.send()

    loop_lag.wake_on_signals()
    # Before the first call is answered: a caller that was answered may stop us.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    container.start()
    background.start(needs_of(container.extensions))
    patched.started()
    logs.get_logger(__name__).info("started", service=name)
    eventlet.spawn_n(_stop, stopped, container, background, store)
    container.wait()
    return 0


def _clocks_agree(settings: Settings, name: str) -> bool:
    """Raises ClockOff; False while the database is away, which is no reason not to start."""
    try:
        with db.connect(settings.database(name), f"parvis-{name}") as conn:
            db.compare_clocks(conn)
    except db.DOWN:
        return False
    return True


def _stop(stopped: Event, container: ServiceContainer, background: BackgroundWork, store: Store) -> None:
    stopped.wait()
    # What is in hand is finished; a server that does not answer does not keep the process.
    with eventlet.Timeout(STOP_SECONDS, exception=False):
        background.stop()
        container.stop()
        store.close()
        return
    os._exit(1)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
