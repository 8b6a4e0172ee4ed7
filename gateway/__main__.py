"""Runs the gateway: `python -m gateway`."""

from services.chassis.process import patched  # isort: skip -- before anything that opens a socket

import sys

import eventlet
from nameko.containers import ServiceContainer

from gateway.http.server import DRAIN_SECONDS
from gateway.service import Gateway
from services.chassis import logs
from services.chassis.health import Health, needs_of
from services.chassis.process import loop_lag
from services.chassis.settings import Settings, WrongSetting


def main() -> int:
    """Serves until it is stopped; 0 after a clean stop."""
    try:
        settings = Settings.for_serving()
        patched.guard()
        health = Health(settings)
    except (WrongSetting, patched.WouldBlock) as error:
        print(f"gateway : {error}", file=sys.stderr)  # noqa: T201
        return 2
    logs.configure(settings, "gateway")
    running = ServiceContainer(Gateway, config={"settings": settings})
    try:
        running.start()
    except WrongSetting as error:
        print(f"gateway : {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(  # noqa: T201
            f"gateway : {settings.gateway_host}:{settings.gateway_port} ne peut pas être ouvert ({error.strerror}).",
            file=sys.stderr,
        )
        return 2
    patched.started()
    watch = loop_lag.Watch()
    watch.begin()
    health.serve({"hub": watch.is_well, **needs_of(running.extensions)})
    logs.get_logger("gateway").info("started", host=settings.gateway_host, port=settings.gateway_port)
    loop_lag.stop_on_signals(lambda: _stop(running))
    running.wait()
    return 0


def _stop(running: ServiceContainer) -> None:
    with eventlet.Timeout(DRAIN_SECONDS + 2, exception=False):
        running.stop()
        return
    running.kill()


if __name__ == "__main__":
    sys.exit(main())
