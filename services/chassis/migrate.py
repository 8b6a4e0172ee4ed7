"""Brings a service's database to the shape that its code expects: the chassis's migrations, then the service's own.

Numbered SQL files, each applied once, in one transaction each, under a lock; yoyo keeps the list.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from yoyo import get_backend, read_migrations

from services.chassis.settings import Settings

SERVICES = ("accounts", "procedures", "requests", "messaging", "documents", "content")
HOUSE = Path(__file__).resolve().parent.parent


def create_database(settings: Settings, service: str) -> None:
    """Creates the service's database where it does not exist yet and the role may create one."""
    parts = urlsplit(settings.database(service))
    name = parts.path.lstrip("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as conn:
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))


def migrate(settings: Settings, service: str) -> int:
    """Applies what is missing and tells how many migrations that were; a failing one leaves nothing half-done."""
    address = settings.database(service).replace("postgresql://", "postgresql+psycopg://", 1)
    backend = get_backend(address)
    try:
        migrations = read_migrations(str(HOUSE / "chassis" / "migrations"), str(HOUSE / service / "migrations"))
        with backend.lock():
            missing = backend.to_apply(migrations)
            backend.apply_migrations(missing)
            return len(missing)
    finally:
        backend.connection.close()


def main(names: list[str]) -> None:
    """Creates and migrates the databases of the services named, or of all."""
    settings = Settings.load()
    for service in names or SERVICES:
        create_database(settings, service)
        applied = migrate(settings, service)
        print(f"{service} : {applied} migration(s) appliquée(s)")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
