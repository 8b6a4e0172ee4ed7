"""All that the product consists of: its modules, the gateway's application, the classes that are known once all is imported."""

from functools import cache
from importlib import import_module
from pathlib import Path

from flask import Flask

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from services.chassis.errors import Refusal
from services.chassis.settings import Settings
from tests.structure.lasting.record import ROOT
from tests.support.stubs import Stubs


def module_of(path: Path) -> str:
    """The dotted name of a file below the root."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def gateway() -> Flask:
    """The gateway on stub services that answer nothing."""
    return gateway_on(Stubs())


def gateway_on(services: Stubs) -> Flask:
    return create_app(Settings(signing_key=bytes(32)), Clients(services, request_context))


def refusals() -> set[type[Refusal]]:
    """Every class of refusal that the imported modules of the product define."""
    found, waiting = set[type[Refusal]](), [Refusal]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found |= {cls for cls in below if cls.__module__.startswith(("services.", "gateway."))}
    return found


def import_everything() -> None:
    """But those that begin a process, or patch it."""
    for folder in ("services", "gateway"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.name != "__main__.py" and path.stem != "patched" and "run" not in path.stem:
                import_module(module_of(path))
