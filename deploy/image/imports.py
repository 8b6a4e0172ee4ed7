"""`python -m deploy.image.imports`: imports all that the image's processes import, for the interpreter to compile it."""

from importlib import import_module
from pkgutil import iter_modules

from deploy import operator
from services.chassis.process.running import load
from services.chassis.service_list import service_names

PROCESSES = (
    "services.chassis.process.patched",
    "gateway.app",
    "gateway.service",
    "services.chassis.process.migrate",
    "services.chassis.bus.relay",
    "services.documents.object_store.buckets",
    "services.documents.inspection.page_drawing",
    "deploy.image.partner_exit",
    "deploy.image.settings",
    "deploy.local.cli",
    "deploy.inbox.mail_sink",
    "deploy.partner_sites",
    *(f"deploy.operator.{module.name}" for module in iter_modules(operator.__path__)),
)

if __name__ == "__main__":
    for module in PROCESSES:
        import_module(module)
    for service in service_names():
        load(service)
