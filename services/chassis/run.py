"""Runs one service: `python -m services.chassis.run requests`. Refuses to start where the database would block the hub."""

from services.chassis import patched  # isort: skip -- before anything that opens a socket

import signal
import sys
from importlib import import_module
from typing import Any

import eventlet
from nameko.containers import ServiceContainer

from services.chassis import logs, wire
from services.chassis.settings import Settings, WrongSetting

STOP_SECONDS = 8


def service_class(name: str) -> type:
    """The one class of `services.<name>.service` whose nameko name is that of the service."""
    module = import_module(f"services.{name}.service")
    found = [cls for cls in vars(module).values() if isinstance(cls, type) and getattr(cls, "name", None) == name]
    return found[0]


def container(settings: Settings, cls: type) -> ServiceContainer:
    """A nameko container for the class, on our broker, speaking sealed bodies."""
    wire.register_serializer(settings.rpc_key)
    return ServiceContainer(
        cls,
        config={
            "AMQP_URI": settings.amqp_url,
            "serializer": wire.SERIALIZER,
            "ACCEPT": [wire.SERIALIZER],
            "HEARTBEAT": 10,
            "max_workers": 4 * settings.database_pool_size,
            "settings": settings,
        },
    )


def main(name: str) -> int:
    """Serves until it is told to stop; 0 after a clean stop."""
    try:
        settings = Settings.load()
        patched.guard()
    except (WrongSetting, patched.WouldBlock) as error:
        print(f"{name} : {error}", file=sys.stderr)  # noqa: T201
        return 2
    logs.configure(settings, name)
    running = container(settings, service_class(name))
    running.start()
    logs.get_logger(__name__).info("started", service=name)

    def stop(*_: Any) -> None:
        eventlet.spawn_n(_stop, running)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running.wait()
    return 0


def _stop(running: ServiceContainer) -> None:
    # What is in hand is finished; a broker that does not answer does not keep the process.
    with eventlet.Timeout(STOP_SECONDS, exception=False):
        running.stop()
        return
    running.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
