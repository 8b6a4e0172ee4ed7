"""The database of a replicated object store: its role makes tables in it, and no other role may look."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.operator import objects_database
from services.chassis.event_store import db
from services.chassis.settings import Settings
from tests.servers.databases import Databases

PASSWORD = "un-mot-de-passe"


@pytest.fixture
def settings(environment: dict[str, str], databases: Databases, worker: str) -> Iterator[Settings]:
    """Of a server that has neither the database nor the role."""
    owner = Settings.load(environment).owner_database("requests")
    server = urlsplit(owner).netloc.rpartition("@")[2]
    name = f"{worker}objects"
    own = urlsplit(owner)._replace(path=f"/{name}").geturl()
    yield replace(
        Settings.load({}),
        database_url=f"postgresql://{name}:{PASSWORD}@{server}/{name}",
        owner_database_url=own,
    )
    with psycopg.connect(owner, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        conn.execute(f'DROP ROLE IF EXISTS "{name}"'.encode())


def test_the_role_of_the_store_makes_tables_in_its_database(settings: Settings) -> None:
    objects_database.make(settings)
    objects_database.make(settings)

    with db.connect(settings.database("objects"), "tests") as conn:
        conn.execute("CREATE TABLE filemeta (dirhash bigint)")


def test_another_role_may_not_connect_to_it(settings: Settings, worker: str) -> None:
    objects_database.make(settings)

    owner = settings.owner_database("objects")
    with db.connect(owner, "tests") as conn:
        name = f"{worker}curious"
        conn.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'curious'".encode())
        try:
            server = urlsplit(owner)
            other = server._replace(netloc=f"{name}:curious@{server.netloc.rpartition('@')[2]}").geturl()
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                db.connect(other, "tests")
        finally:
            conn.execute(f"DROP ROLE {name}".encode())
