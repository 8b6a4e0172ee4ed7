"""Databases for the tests: migrated once into templates, cloned for each worker in a tenth of a second."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from services.chassis.service_list import service_names

SERVICES = service_names()
ROOT = Path(__file__).parents[2]
FILLED = """
SELECT tablename FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT IN ('marks', 'hearers', 'followed') AND tablename NOT LIKE '%yoyo%'
"""
TOLD_NOTHING = (
    "UPDATE marks SET position = 0"  # with every event removed: a relay would wait for the old numbers to return
)
SERVICES_ROLE = "parvis_tests"


def _migrations_hash() -> str:
    """Changes with any migration: templates of another state of the code are never taken for ours."""
    found = hashlib.sha256(str(ROOT).encode())
    for file in [*sorted((ROOT / "services").rglob("*.sql")), ROOT / "services" / "chassis" / "process" / "migrate.py"]:
        found.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return found.hexdigest()[:10]


@dataclass(frozen=True)
class Databases:
    """The server behind `address` (a DATABASE_URL with `{service}`), seen as a maker of databases."""

    address: str

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.address.replace("{service}", "postgres"), autocommit=True)

    def clone(self, prefix: str) -> str:
        """Fresh, migrated, empty databases `<prefix>_<service>`; returns the DATABASE_URL that names them."""
        template = self._template()
        with self._admin() as conn:
            for service in SERVICES:
                _drop(conn, f"{prefix}_{service}")
                _create(conn, f"{prefix}_{service}", template=f"{template}_{service}")
        return self.address.replace("{service}", f"{prefix}_{{service}}")

    def for_services(self, url: str) -> str:
        """The same databases as the role of the services, which can neither change nor remove an event."""
        parts = urlsplit(url)
        server = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{SERVICES_ROLE}:{SERVICES_ROLE}@{server}"))

    def drop(self, prefix: str) -> None:
        with self._admin() as conn:
            for service in SERVICES:
                _drop(conn, f"{prefix}_{service}")

    def _template(self) -> str:
        name = f"template_{_migrations_hash()}"
        lock = Path(tempfile.gettempdir()) / f"parvis-{name}-{os.getuid()}.lock"
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with self._admin() as conn:
                made = {row[0] for row in conn.execute("SELECT datname FROM pg_database WHERE datistemplate")}
                if f"{name}_{SERVICES[-1]}" in made:
                    return name
                for service in SERVICES:
                    _drop(conn, f"{name}_{service}")
                self._migrate(name)
                # A test of a plan says ANALYZE as the services' role; without this right the server skips it in silence.
                conn.execute(sql.SQL("GRANT pg_maintain TO {}").format(sql.Identifier(SERVICES_ROLE)))
                for service in SERVICES:  # in the order of SERVICES: the last one marks that all are whole
                    conn.execute(
                        sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(f"{name}_{service}"))
                    )
        return name

    def _migrate(self, name: str) -> None:
        url = self.address.replace("{service}", f"{name}_{{service}}")
        done = subprocess.run(
            [sys.executable, "-m", "services.chassis.process.migrate"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.for_services(url), "OWNER_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the migrations failed:\n{done.stdout}{done.stderr}")


def empty(url: str) -> None:
    """Makes a service's database as its migrations left it."""
    with psycopg.connect(url) as conn:
        tables = [sql.Identifier(name) for (name,) in conn.execute(FILLED)]
        conn.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(tables)))
        conn.execute(TOLD_NOTHING)


def _create(conn: psycopg.Connection[tuple[object, ...]], name: str, template: str) -> None:
    conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def _drop(conn: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    exists = conn.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name]).fetchone()
    if exists and exists[0]:
        conn.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
    conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
