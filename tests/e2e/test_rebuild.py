"""`./parvis rebuild` makes every table that follows from events anew, on the demo town, with the same content."""

from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from deploy.command.layout import Layout
from deploy.command.running import settings_file
from services.chassis.event_store import db
from services.chassis.event_store.registrations import load_registrations
from services.chassis.process.rebuild import Rebuild
from services.chassis.service_list import service_names
from services.chassis.settings import Settings
from tests.servers.look import on_its_way
from tests.servers.notebook import Notebook
from tests.servers.portal import Portal
from tests.support.people import Person, eventually

pytestmark = pytest.mark.e2e

Content = dict[str, list[str]]


@pytest.fixture(scope="module")
def running(portal: Portal) -> Settings:
    return Settings.load(settings_file(Layout(Path(portal.home))))


def content(settings: Settings, service: str) -> Content:
    """The rows of every table that a rebuild makes anew; sealed values opened, for they are sealed anew as well."""
    load_registrations(service)
    store = Notebook(settings, service)
    try:
        with db.connect(settings.owner_database(service), "tests") as conn:
            tables = Rebuild(settings, service, conn).tables
            return {table: sorted(_compared(store, row) for row in _rows(conn, table)) for table in tables}
    finally:
        store.close()


def _rows(conn: db.Connection, table: str) -> list[dict[str, Any]]:
    """But for sums that have come to count nothing: a rebuild makes none."""
    found = conn.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
    return [row for row in found if row.get("requests") != 0]


def _compared(store: Notebook, row: dict[str, Any]) -> str:
    if "sealed" in row:
        row = {**row, "sealed": store.open(str(row["request_id"]), row["sealed"])}
    return repr(sorted(row.items()))


def shape(settings: Settings, service: str) -> list[Any]:
    """Keys, checks, indexes and rights: what stands around the rows."""
    query = """
    SELECT conrelid::regclass::text AS holder, conname AS name, pg_get_constraintdef(oid) AS what FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public'
    ORDER BY 1, 2, 3
    """
    with db.connect(settings.owner_database(service), "tests") as conn:
        return conn.execute(query).fetchall()


def recorded(settings: Settings) -> list[int]:
    """How many events each service has."""
    found: list[int] = []
    for service in service_names():
        with db.connect(settings.owner_database(service), "tests") as conn:
            found += [row["n"] for row in conn.execute("SELECT count(*) AS n FROM events")]
    return found


def test_every_service_is_rebuilt_as_it_was(portal: Portal, running: Settings, camille: Person) -> None:
    camille.file("location-salle")
    known: list[int] = []
    while known != recorded(running):  # anew where something fell due meanwhile, such as the reminder of an appointment
        eventually(lambda: not on_its_way(running), "all published events to be received and counted")
        known = recorded(running)
        before = {service: (content(running, service), shape(running, service)) for service in service_names()}
        assert before["requests"][0]["requests"]
        assert before["requests"][0]["request_words"]

        rebuilt = portal.parvis("rebuild")

        assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
        after = {service: (content(running, service), shape(running, service)) for service in service_names()}
    for service, (rows, around) in before.items():
        assert after[service][0] == rows
        assert after[service][1] == around
    assert camille.file("signalement-voirie")["number"]
