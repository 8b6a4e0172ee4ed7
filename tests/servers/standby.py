"""Two PostgreSQL servers of their own: one leads, and its commits wait for the other, a standby."""

import io
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psycopg

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.command.postgres_binaries import binaries
from deploy.local import ports
from deploy.local.postgres import Postgres
from deploy.local.supervisor import Supervisor
from services.chassis.event_store import db
from services.chassis.settings import Settings
from tests.servers.signals import signals_as_before
from tests.support.people import eventually

WAITING = """
SELECT pid FROM pg_stat_activity
WHERE wait_event = 'SyncRep' AND application_name = %s AND clock_timestamp() - query_start >= %s * interval '1 s'
"""
WRITE = "UPDATE marks SET position = position WHERE name = 'counted'"


@dataclass
class Pair:
    """A server that leads, and one that takes no writes. The settings of the service name both."""

    leader: Postgres
    other: Postgres
    settings: Settings
    service: str
    standbys: str = "*"
    """Which of its standbys the leader waits for, at each commit."""

    @staticmethod
    def order(server: Postgres, *statements: str) -> None:
        """As its operator."""
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    @contextmanager
    def no_standby(self) -> Generator[None]:
        """Within the block no commit is ever replicated: each waits, and those that still do at the end are done."""
        self.wait_for("none_such")
        with db.connect(self.settings.owner_database(self.service), "first") as conn:
            first = Thread(target=eventually, args=(lambda: not_replicated(conn), "a commit without a standby"))
            first.start()
            self.cut_short("first")
            first.join()
        try:
            yield
        finally:
            self.wait_for(self.standbys)

    def wait_for(self, standbys: str) -> None:
        named = f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'"
        self.order(self.leader, named, "SELECT pg_reload_conf()")

    def waiting(self, application: str, seconds: float = 0) -> list[tuple[int]]:
        """The processes of the leader that have waited for a standby so long, in the last statement of that application."""
        with psycopg.connect(self.leader.url("postgres"), autocommit=True) as conn:
            return conn.execute(WAITING, (application, seconds)).fetchall()

    def cut_short(self, application: str) -> None:
        """Ends the wait of its commit, as an impatient operator may."""
        eventually(lambda: self.waiting(application), f"a commit of {application} that waits")
        for (pid,) in self.waiting(application):
            self.order(self.leader, f"SELECT pg_cancel_backend({pid})")

    def fail_over(self) -> None:
        """The other leads; the one that did keeps its connections, and takes no writes."""
        self.order(self.leader, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
        # by then every open connection had its signal
        eventually(lambda: read_only(self.leader), "a leader that leads no more")
        self.order(self.other, "SELECT pg_promote()")
        self.leader, self.other, self.standbys = self.other, self.leader, ""


def read_only(server: Postgres) -> bool:
    with psycopg.connect(server.url("postgres")) as conn:
        return conn.info.parameter_status("default_transaction_read_only") == "on"


def not_replicated(conn: db.Connection) -> bool:
    try:
        conn.execute(WRITE)
    except db.NotReplicated:
        return True
    return False


def naming(address: str, *servers: str) -> str:
    """The address of one server, with these in its place."""
    login, _, rest = address.rpartition("@")
    return f"{login}@{','.join(servers)}/{rest.partition('/')[2]}"


@contextmanager
def started(environment: dict[str, str], folder: Path, service: str) -> Generator[Pair]:
    """Both, without a database yet: the settings are those of this environment with the two as DATABASE_URL, and without partners."""
    layout, console = Layout(home=folder), Console(io.StringIO())
    layout.logs.mkdir()
    chosen = ports.choose(["first", "second"], home=layout.home)
    first, second = (
        Postgres(layout.home / name, port, "p" * 20, "s" * 20, layout.log(name)) for name, port in chosen.items()
    )
    both = [f"127.0.0.1:{port}" for port in chosen.values()]
    named = {
        "DATABASE_URL": naming(first.services_url("{service}"), *both),
        "OWNER_DATABASE_URL": naming(first.url("{service}"), *both),
        "PARTNERS_AMQP_URL": "",
    }
    first.prepare(console)
    with signals_as_before(), Supervisor(layout, console) as running:
        running.start(first.program())
        # the standby answers each second, also where there is nothing new
        Pair.order(first, "ALTER SYSTEM SET wal_receiver_status_interval = '1s'")
        copied = [f"--pgdata={second.data}", f"--dbname={first.url('postgres')}", "--checkpoint=fast"]
        copy = [str(binaries() / "pg_basebackup"), *copied, "--write-recovery-conf"]
        second.folder.mkdir()
        subprocess.run([*first.program().wrapper, *copy], env=first.program().env, check=True)
        second.prepare(console)
        running.start(second.program())
        pair = Pair(first, second, Settings.load({**environment, **named}), service)
        pair.wait_for(pair.standbys)
        yield pair
