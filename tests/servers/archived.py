"""PostgreSQL servers that archive, and the archive's command as operators and PostgreSQL run it."""

import io
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from deploy.command.console import Console
from deploy.command.postgres_binaries import binaries
from deploy.local import ports
from deploy.local.postgres import OWNER, Postgres
from deploy.local.processes import Process
from tests.support.people import eventually

ROOT = Path(__file__).parents[2]
PASSWORD = "p" * 20
PUSH = f"{sys.executable} -m deploy.operator.wal_archive push %p"


class Command:
    """The archive's command, with nothing in its environment but the settings of the store and what it runs by."""

    def __init__(self, store: Mapping[str, str]) -> None:
        own = {"PATH": f"{binaries()}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PGPASSWORD": PASSWORD}
        self.environment = own | {name: value for name, value in store.items() if name.startswith(("S3_", "SSL_"))}

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "deploy.operator.wal_archive", *map(str, words)]
        return subprocess.run(line, env=self.environment, capture_output=True, text=True, check=False, timeout=60)


@dataclass
class Cluster:
    """Servers of one folder, which know the archive by the settings of the command."""

    folder: Path
    command: Command
    _free: list[int]
    _running: ExitStack

    def start(self, name: str, *options: str) -> Postgres:
        """The server whose data lies in that folder; it is made where it is missing."""
        server = Postgres(self.folder / name, self._free.pop(), PASSWORD, PASSWORD, self.folder / f"{name}.log")
        server.prepare(Console(io.StringIO()))
        program = server.program()
        environment = {**program.env, **self.command.environment}
        settings = [word for option in options for word in ("-c", option)]
        process = Process(replace(program, argv=[*program.argv, *settings], env=environment), instance=str(self.folder))
        self._running.callback(process.child.wait, 60)  # what it has not archived yet, it does before it ends
        self._running.callback(process.child.terminate)
        eventually(lambda: answered(server, "SELECT 1"), f"{name} to answer")
        return server

    def follow(self, leader: Postgres, name: str, *options: str) -> Postgres:
        """A standby of that server."""
        line = [binaries() / "pg_basebackup", "-d", address(leader), "-D", self.folder / name / "data", "-R"]
        subprocess.run([*line, "-c", "fast", "-w"], env=self.command.environment, check=True, capture_output=True)
        return self.start(name, *options)

    def restored(self, name: str, *until: str) -> Postgres:
        """A server of its own, made of the archive alone, once it has recovered."""
        made = self.command("restore", self.folder / name / "data", *until)
        assert made.returncode == 0, made.stderr
        server = self.start(name)
        eventually(lambda: answered(server, "SELECT NOT pg_is_in_recovery()"), f"{name} to recover")
        return server


@contextmanager
def cluster(folder: Path, command: Command, *, servers: int) -> Generator[Cluster]:
    """At most so many servers, which end with the block."""
    chosen = ports.choose(map(str, range(servers)), home=folder)
    with ExitStack() as running:
        yield Cluster(folder, command, list(chosen.values()), running)


def address(*servers: Postgres) -> str:
    """As `base` takes it: a standby where one of several is."""
    hosts, numbers = ",".join("127.0.0.1" for _ in servers), ",".join(str(one.port) for one in servers)
    return f"host={hosts} port={numbers} user={OWNER} target_session_attrs=prefer-standby"


def asked(server: Postgres, statement: str) -> Any:
    """The one value, None where there is none. Raises where the server does not do it."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        done = conn.execute(statement.encode())
        row = done.fetchone() if done.description else None
        return row[0] if row else None


def answered(server: Postgres, statement: str) -> Any:
    """The same; None too while the server does not answer."""
    try:
        return asked(server, statement)
    except psycopg.OperationalError:
        return None


def archived(server: Postgres) -> None:
    """Returns once what was committed is in the archive."""
    name = asked(server, "SELECT pg_walfile_name(pg_switch_wal())")
    last = "SELECT last_archived_wal FROM pg_stat_archiver"
    eventually(lambda: (answered(server, last) or "") >= name, f"{name} to be archived")


def filed(server: Postgres) -> list[str]:
    """What its table holds."""
    return asked(server, "SELECT array_agg(what ORDER BY what) FROM filed")
