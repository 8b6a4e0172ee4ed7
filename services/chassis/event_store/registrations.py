"""Imports what a service registers with the chassis: its events, lock orders, projections, tallies and reactions."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

from services.chassis.event_store.events import types_of

ENTRYPOINTS = "service"
"""The one module that is left out: it holds nameko's entrypoints, and registers nothing else."""


def load_registrations(service: str) -> None:
    """Imports every module of `services.<service>`, so that no registration depends on the name of its module.

    A service whose package lies elsewhere (in tests) has been imported by its caller. Raises LookupError where a folder of
    modules is no package, for its registrations would be missing, and where no module outside `schemas` has an event type.
    """
    package = f"services.{service}"
    if find_spec(package) is None:
        return
    [root] = import_module(package).__path__
    modules = [module.name for module in walk_packages([root], f"{package}.")]
    folders = {".".join((package, *file.parent.relative_to(root).parts)) for file in Path(root).rglob("*.py")}
    if missed := folders.difference(modules, {package}):
        raise LookupError(f"no packages, so their modules are not imported: {sorted(missed)}")
    imported = {name: import_module(name) for name in modules if name != f"{package}.{ENTRYPOINTS}"}
    outside = [module for name, module in imported.items() if not name.startswith(f"{package}.schemas")]
    names: list[dict[str, object]] = [vars(module) for module in outside]
    own = {kind.cls for kind in types_of(service)}
    if not any(value in own for known in names for value in known.values() if isinstance(value, type)):
        raise LookupError(f"no module of {package} has an event type, but for its schemas")
