"""Real servers for the tests: private ones, started once for a whole session, shared by all its workers.

`python -m tests.servers.private FOLDER OWNER` holds them until the process OWNER (pytest's own) ends, however it ends: a worker
that happened to need them first may finish before the others do. Servers named by the environment are used as they are.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.command.trouble import Trouble
from deploy.local import ports, secrets, servers
from deploy.local.packages import Packages
from deploy.local.postgres import Postgres
from deploy.local.supervisor import Supervisor

ROOT = Path(__file__).parents[2]
NAMES = (
    "DATABASE_URL", "OWNER_DATABASE_URL", "AMQP_URL", "PARTNERS_AMQP_URL", "RABBITMQ_MANAGEMENT_URL",
    "S3_ENDPOINT", "S3_SECURE", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY",
)  # fmt: skip
READY_SECONDS = 300  # the first time on a machine, RabbitMQ is downloaded


def owner() -> int:
    """The process that lives as long as the session: pytest itself, or the one that runs the workers."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def addresses() -> dict[str, str]:
    """Settings that point to the session's servers; the first caller of a session starts them."""
    given = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    if all(name in given for name in ("DATABASE_URL", "AMQP_URL", "S3_ENDPOINT")):
        return given
    folder = Path(tempfile.gettempdir()) / f"parvis-tests-{os.getuid()}-{owner()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    answer = folder / "addresses.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            _start(folder, answer)
    return given | json.loads(answer.read_text(encoding="utf-8"))


def _start(folder: Path, answer: Path) -> None:
    log = folder / "servers.log"
    with log.open("wb") as out:
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.private", str(folder), str(owner())],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + READY_SECONDS
    while not answer.exists():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the test servers did not come up:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.05)
    holder.returncode = 0  # it outlives this worker on purpose: no warning about a child left running


def hold(folder: Path, owner_pid: int) -> None:
    """Starts the servers, says where they are, and stops them once the owner is gone."""
    console = Console()
    layout = Layout(home=folder / "servers")
    private = servers.private_servers(
        layout.home,
        given=os.environ,
        ports=ports.choose(servers.PORTS, home=layout.home, with_inner=servers.PORTS_WITH_INNER),
        secret=secrets.new_password,
        packages=Packages(ROOT / ".parvis" / "packages"),
        console=console,
    )
    with Supervisor(layout, console) as running:
        private.prepare(console)
        for wave in private.programs():
            running.start(*wave)
        if private.postgres:
            forget_power_cuts(private.postgres)
        found = folder / "addresses.new"
        found.write_text(json.dumps(private.addresses()), encoding="utf-8")
        found.rename(folder / "addresses.json")
        while psutil.pid_exists(owner_pid):
            time.sleep(0.2)


def forget_power_cuts(server: Postgres) -> None:
    """No test here cuts the power; those of tests/faults and tests/e2e, which kill servers, have servers of their own."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET fsync = off")
        conn.execute("SELECT pg_reload_conf()")


def main() -> None:
    folder, owner_pid = Path(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        hold(folder, owner_pid)
    except Trouble as trouble:
        sys.exit(str(trouble))  # the folder stays: its logs say why
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
