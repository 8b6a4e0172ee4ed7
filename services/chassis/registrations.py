"""Imports what a service registers with the chassis: its events, projections and reactions, without its entrypoints."""

from importlib import import_module
from importlib.util import find_spec


def load_registrations(service: str) -> None:
    """After it, the registries know all of the service. A service need not have each of these modules."""
    if find_spec(f"services.{service}") is None:
        return  # its home is elsewhere: who runs it has imported what it registers
    for name in ("events", "projections", "counters", "reactions"):
        module = f"services.{service}.{name}"
        if find_spec(module) is not None:
            import_module(module)
