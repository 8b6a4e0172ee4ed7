"""Imports what a service registers with the chassis: its events, lock orders, projections, counters and reactions."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages

from services.chassis.event_store.events import types_of

ENTRYPOINTS = "service"
"""The one module that is left out: it holds nameko's entrypoints, and registers nothing else."""


def load_registrations(service: str) -> None:
    """Imports every module of `services.<service>`, so that no registration depends on the name of its module.

    A service whose package lies elsewhere (in tests) has been imported by its caller. Raises LookupError where the package
    declares no event type: each service has one, so its modules were not found.
    """
    package = f"services.{service}"
    if find_spec(package) is None:
        return
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        if module.name != f"{package}.{ENTRYPOINTS}":
            import_module(module.name)
    if not types_of(service):
        raise LookupError(f"{package} registers no event type")
