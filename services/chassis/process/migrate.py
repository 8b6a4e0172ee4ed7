"""Migrations: `python -m services.chassis.process.migrate [service...]` makes databases and roles, then applies numbered SQL.

Run as the owner of the tables. The role that the services connect as, when it is another one, is made if it is missing and
may do anything to rows but change or delete events and their positions.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from yoyo import read_migrations
from yoyo.backends.base import DatabaseBackend
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import default_migration_table

from services.chassis.bus import subscribers
from services.chassis.event_store import db, keys
from services.chassis.hosts import one_each
from services.chassis.service_list import SERVICES, service_names
from services.chassis.settings import Settings, WrongSetting

_MIGRATING = 7_310_001  # advisory lock: one migration of a database at a time
_MAINTENANCE = "postgres"


class MigrationFailed(Exception):
    """A database could not be brought to this version; the message says which, in French."""


def migrate(settings: Settings, service: str) -> None:
    """Brings the database of a service to this version; asked twice, changes nothing. Safe to run beside another one."""
    url = settings.owner_database(service)
    make_database(url)
    with db.connect(url, "parvis-migrate", lock_timeout="30s", statement_timeout="0") as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_MIGRATING,))
        apply(url, SERVICES / "chassis" / "migrations", SERVICES / service / "migrations")
        grant(conn, settings, service)
        if settings.master_key:
            keys.check(conn, settings.master_key)
    # Else the caller would wait for a service that is never ready.
    db.connect(settings.database(service), "parvis-migrate").close()


def apply(url: str, *folders: Path) -> None:
    """Applies what is not yet applied of these folders, in order of names: each in one transaction with the mark that it is.

    yoyo's own `apply_migrations` marks in a second transaction: killed between the two, it would apply it again.
    """
    for folder in folders:
        if not folder.is_dir():
            continue
        with _Backend(url) as backend:
            backend.create_lock_table()
            backend.break_lock()  # left by a killed run: the advisory lock above is the true one
            backend.ensure_internal_schema_updated()
            for migration in backend.to_apply(read_migrations(str(folder))):
                with _refused(migration.id), backend.transaction():
                    migration.process_steps(backend, "apply")
                    backend.mark_one(migration)


class _Backend(PostgresqlPsycopgBackend):
    """yoyo's own, which finds out by statements that fail what is always so in PostgreSQL, and leaves them in the server's log.

    It connects as we do: yoyo cannot read an address that names several servers.
    """

    create_lock_table_sql = DatabaseBackend.create_lock_table_sql.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")

    def __init__(self, url: str) -> None:
        patient = {"lock_timeout": "5s", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
        self._dsn = db.dsn_of(url, "parvis-migrate", **patient)
        super().__init__(parse_uri(one_each(url)[0]), default_migration_table)

    def connect(self, dburi: object) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self._dsn, autocommit=True)


def make_database(url: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    try:
        maintenance = db.connect(urlunsplit(urlsplit(url)._replace(path=f"/{_MAINTENANCE}")), "parvis-migrate")
    except psycopg.OperationalError:  # not everybody may look there: then the database has been made for us
        db.connect(url, "parvis-migrate").close()
        return
    with maintenance as conn:
        if conn.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))


def grant(conn: db.Connection, settings: Settings, service: str) -> None:
    """Lets the role that the service connects as use every table there is now, and at no moment change an event.

    No other may connect.
    """
    wanted, owner = urlsplit(settings.database(service)), urlsplit(settings.owner_database(service))
    if wanted.username in (None, owner.username):
        return
    make_role(conn, str(wanted.username), unquote(wanted.password or ""))
    role = sql.Identifier(str(wanted.username))
    database = sql.Identifier(owner.path.lstrip("/"))
    statements = (
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {}",
        "REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE UPDATE, DELETE, TRUNCATE ON events, positions FROM {}",
        "GRANT MAINTAIN ON outbox TO {}",
    )
    with conn.transaction():  # cut short after a GRANT, it would leave a service that may change events
        for statement in statements:
            conn.execute(sql.SQL(statement).format(role, database=database))


def make_role(conn: db.Connection, name: str, password: str) -> None:
    """The password goes as its hash: servers write statements to their log, those that fail above all."""
    if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is not None:
        return
    hashed = conn.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed))
    with suppress(psycopg.errors.DuplicateObject):  # made meanwhile, for another database
        conn.execute(statement)


def main() -> None:
    """Migrates the services that are named, or all; then notes in each of them who subscribes to it, and what gateways may follow."""
    services = sys.argv[1:] or service_names()
    try:
        settings = Settings.load()
        for service in services:
            with _named(service):
                migrate(settings, service)
        for service in services:
            with db.connect(settings.owner_database(service), "parvis-migrate") as conn:
                subscribers.keep(conn, subscribers.subscribers_of(service), subscribers.followed_of(service))
    except (WrongSetting, MigrationFailed) as error:
        sys.exit(f"migrate : {error}")


@contextmanager
def _named(service: str) -> Generator[None]:
    """Says whose database refused, and what; a migration is a transaction, so that none is left half applied."""
    try:
        yield
    except keys.OtherMasterKey as error:
        raise MigrationFailed(str(error)) from None
    except psycopg.Error as error:
        if refused := db.password_refused(error):
            raise MigrationFailed(f"{refused}.") from error
        raise _not_migrated(service, first_line(error)) from error
    except MigrationFailed as error:
        raise _not_migrated(service, str(error)) from error


@contextmanager
def _refused(migration: str) -> Generator[None]:
    """Says which migration was refused, and why."""
    try:
        yield
    except psycopg.Error as error:
        raise MigrationFailed(f"{migration} : {first_line(error)}") from error


def _not_migrated(service: str, why: str) -> MigrationFailed:
    return MigrationFailed(f"la base de {service} n’a pas pu être mise à niveau ({why}).")


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


if __name__ == "__main__":
    main()
