"""On a first start nothing is lost, in whatever order processes come up."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import amqp
import pytest

from services.chassis.bus.queues import dead_letters_of, queue_of
from services.chassis.bus.subscribers import subscribers_of
from services.chassis.event_store import db
from services.chassis.process.migrate import MigrationFailed, apply, grant
from services.chassis.settings import Settings
from services.procedures.schemas.facts import ProcedureWithdrawn
from tests.conftest import nothing_published
from tests.integration.chassis.conftest import until
from tests.servers.broker import channel_to
from tests.servers.databases import Databases
from tests.servers.notebook import Notebook
from tests.servers.processes import Services

PASSWORD = "un mot de passe que personne ne lit"
NO_MARK = """
CREATE FUNCTION no_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed here'; END $$;
CREATE TRIGGER no_mark BEFORE INSERT ON _yoyo_migration FOR EACH ROW EXECUTE FUNCTION no_mark();
"""


@pytest.fixture
def services(environment: dict[str, str], databases: Databases, worker: str, tmp_path: Path) -> Iterator[Services]:
    with nothing_published(environment, databases, f"{worker}untouched") as own:
        running = Services(own, tmp_path)
        yield running
        running.stop()


@pytest.fixture
def settings(services: Services) -> Settings:
    return Settings.load(services.environment)


@pytest.fixture
def channel(settings: Settings) -> Iterator[amqp.Channel]:
    with channel_to(settings.amqp_url) as opened:
        yield opened


def waiting(channel: amqp.Channel, queue: str) -> int:
    return channel.queue_declare(queue, passive=True).message_count


@pytest.fixture
def owned(environment: dict[str, str], databases: Databases, worker: str) -> Iterator[Settings]:
    """Databases whose grants a test may change."""
    name = f"{worker}owned"
    url = databases.clone(name)
    yield Settings.load({**environment, "DATABASE_URL": databases.for_services(url), "OWNER_DATABASE_URL": url})
    databases.drop(name)


@pytest.fixture
def modest(owned: Settings, worker: str) -> Iterator[Settings]:
    """The same under a role of a service that is still to be made."""
    owner = owned.owner_database("content")
    role, address = f"{worker}_modeste", urlsplit(owner)
    wanted = urlunsplit(address._replace(netloc=f"{role}:{quote(PASSWORD)}@{address.netloc.rpartition('@')[2]}"))
    yield replace(owned, database_url=wanted, owner_database_url=owner)
    with db.connect(owner, "tests") as cleaner:
        cleaner.execute(f'DROP OWNED BY "{role}"')
        cleaner.execute(f'DROP ROLE "{role}"')


def test_the_password_of_a_services_role_is_sent_to_the_server_as_its_hash_alone(modest: Settings) -> None:
    owner = modest.owner_database("content")
    with db.connect(owner, "parvis-migrate") as conn, db.connect(owner, "tests") as server:
        sent = Spied(conn, server)
        grant(sent, modest, "content")  # type: ignore[arg-type]
        grant(sent, modest, "content")  # type: ignore[arg-type]
    made = [statement for statement in sent.statements if "CREATE ROLE" in statement]
    assert len(made) == 1 and "SCRAM-SHA-256" in made[0] and PASSWORD not in made[0]
    with db.connect(modest.database("content"), "tests") as conn:
        assert conn.execute("SELECT current_user AS role").fetchone() == {"role": conn.info.user}


def test_wherever_the_grants_are_cut_short_the_service_may_not_change_an_event(modest: Settings) -> None:
    owner, role = modest.owner_database("content"), urlsplit(modest.database("content")).username
    rights = "SELECT has_table_privilege(%s, 'events', 'UPDATE, DELETE, TRUNCATE') AS changes"
    with db.connect(owner, "tests") as server:
        for statements in count():
            with db.connect(owner, "parvis-migrate") as conn:
                grant(conn, modest, "content")
                cut = Cut(conn, after=statements)
                with suppress(Killed):
                    grant(cut, modest, "content")  # type: ignore[arg-type]
            assert server.execute(rights, (role,)).fetchone() == {"changes": False}, f"after {statements} statements"
            if cut.whole:
                break
    assert statements > 1


class Killed(Exception):
    pass


@dataclass
class Between:
    """A connection whose statements a test sees; all else of it is as it is."""

    conn: db.Connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self.conn, name)


@dataclass
class Cut(Between):
    """A connection that is lost after so many statements; `whole` where no more were sent."""

    after: int
    whole: bool = True

    def execute(self, *given: Any) -> Any:
        if self.after == 0:
            self.whole = False
            raise Killed
        self.after -= 1
        return self.conn.execute(*given)


@dataclass
class Spied(Between):
    """A connection, and each statement that the server says to have had of it."""

    server: db.Connection
    statements: list[str] = field(default_factory=list)

    def execute(self, *given: Any) -> Any:
        try:
            return self.conn.execute(*given)
        finally:
            last = "SELECT query FROM pg_stat_activity WHERE pid = %s"
            self.statements += [row["query"] for row in self.server.execute(last, (self.conn.info.backend_pid,))]


def test_a_migration_is_applied_and_marked_in_one_transaction(own_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "0001_lamps.sql").write_text("CREATE TABLE lamps (id integer)")
    url = own_settings.owner_database("tests")
    with db.connect(url, "tests") as conn:
        conn.execute(NO_MARK)
        with pytest.raises(MigrationFailed, match="0001_lamps"):
            apply(url, tmp_path)
        assert conn.execute("SELECT to_regclass('lamps') AS made").fetchone() == {"made": None}
        conn.execute("DROP FUNCTION no_mark CASCADE")

        apply(url, tmp_path)
        apply(url, tmp_path)

        conn.execute("DROP TABLE lamps")
        assert conn.execute("DELETE FROM _yoyo_migration WHERE migration_id = '0001_lamps'").rowcount == 1


def test_no_check_for_migrations_fails_on_the_server(own_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "0001_lanterns.sql").write_text("CREATE TABLE lanterns (id integer)")
    url = own_settings.owner_database("tests")
    with db.connect(url, "tests") as conn:
        failed = "SELECT xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()"
        until(lambda: is_alone(conn))
        before = conn.execute(failed).fetchone()

        apply(url, tmp_path)

        until(lambda: is_alone(conn))
        assert conn.execute(failed).fetchone() == before
        conn.execute("DROP TABLE lanterns")
        assert conn.execute("DELETE FROM _yoyo_migration WHERE migration_id = '0001_lanterns'").rowcount == 1


def is_alone(conn: db.Connection) -> bool:
    """Whether every other connection to its database has ended, and the server has counted what it did."""
    others = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return not conn.execute(others).fetchall()


def test_an_event_published_before_its_subscribers_ever_started_waits_for_them(
    services: Services, settings: Settings, channel: amqp.Channel
) -> None:
    store = Notebook(settings, "procedures")
    store.append("procedure-kermesse", [ProcedureWithdrawn(slug="kermesse", version=1)])

    services.start("relay")
    with store.read() as conn:
        until(lambda: conn.execute("SELECT position FROM marks WHERE name = 'published'").fetchone() == {"position": 1})
    store.close()

    who = [consumer for consumer, types in subscribers_of("procedures").items() if "ProcedureWithdrawn" in types]
    assert "requests" in who
    assert {consumer: waiting(channel, queue_of(consumer, "procedures")) for consumer in who} == dict.fromkeys(who, 1)
    assert all(waiting(channel, dead_letters_of(consumer)) == 0 for consumer in who)
