"""The instance that is measured: a demo town of its own, with procedures whose places are counted."""

import copy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import yaml
from pyotp.totp import TOTP

from deploy.command.layout import ROOT, Layout
from deploy.command.running import running_settings
from deploy.local.given import NAMES
from deploy.local.status import running_note
from deploy.operator.logins import read_logins
from services.chassis.event_store import db
from services.chassis.settings import Settings
from tests.load import seed
from tests.load.client import Connection, Refused
from tests.load.meter import Meter

TOWN = ROOT / "deploy" / "demo-town"
MODEL = "signalement-voirie"
QUOTAS = 700
PLACES = 60
COUNTS = "submissions_not_cancelled"
OUT_OF_SIGHT = "police-municipale"
"""The measured agent does not see this department: her filters hold the dozens of procedures of a town, not all of these."""
PASSED_ON = {"RPC_QUEUES"}
"""The settings of the caller's environment that are measured; all others are those of every run."""
DRAIN_SECONDS = 600
LOGIN_SECONDS = 90
RELOAD_SECONDS = 1.0  # for every server process to read a changed setting
STATEMENT = re.compile(r"^\S+ \S+ \S+ \[\d+\] (\S+) LOG:  (?:statement|execute [^:]*):", re.MULTILINE)
NUMBERED = ("relay", "messaging", "documents")  # what works only after the commit

Json = dict[str, Any]


def quota_procedure(number: int) -> str:
    """A procedure with so many places a week: there are many of them, so that a run is not refused half-way."""
    return f"bench-voirie-{number % QUOTAS:03d}"


class Instance:
    """Up in `home` until `down`; started anew unless it runs already.

    `elsewhere`: settings that name servers of others, and their processes by name. Then `home` is not there yet.
    """

    def __init__(
        self, home: Path, elsewhere: Mapping[str, str] | None = None, servers: Callable[[], dict[str, int]] = dict
    ) -> None:
        self.layout = Layout(home=home)
        self.url = ""
        self._elsewhere, self._servers = elsewhere or {}, servers

    def up(self) -> None:
        if not self.layout.is_locked():
            self.parvis("up", "--detach", *([] if self._elsewhere else ["--fresh"]))
        self.url = self._running()["addresses"]["gateway"]
        self.settings: Settings = running_settings(self.layout)
        if not self.query("requests", "SELECT 1 AS found FROM procedures WHERE slug LIKE 'bench-%'"):
            self._import_quotas()

    def down(self) -> None:
        self.parvis("down")

    def change(self, **elsewhere: str) -> None:
        """Starts it anew with these settings besides, unless it has them."""
        if elsewhere.items() <= self._elsewhere.items():
            return
        self.down()
        self._elsewhere = {**self._elsewhere, **elsewhere}
        self.up()

    def parvis(self, *arguments: str) -> str:
        """Runs a command on this instance, with limits that never refuse; raises CalledProcessError."""
        not_ours = set(NAMES) - PASSED_ON
        own = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in not_ours}
        environment = {**own, "PARVIS_HOME": str(self.layout.home), "RATE_LIMITS": "100000", **self._elsewhere}
        command = [sys.executable, "-m", "deploy.local", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout

    def _running(self) -> dict[str, Any]:
        found = running_note(self.layout)
        assert found is not None, "the instance is not up"
        return found

    @property
    def pids(self) -> dict[str, int]:
        running = self._running()
        return {"supervision": running["pid"], **{name: it["pid"] for name, it in running["processes"].items()}}

    @property
    def meter(self) -> Meter:
        return Meter(self.pids | self._servers())

    def fill(self, size: int) -> Generator[str]:
        """Stores requests until there are so many besides those that were filed; a line about it and one by `verify`, where any were
        missing."""
        first = self.count("requests", "requests WHERE channel = 'import' AND account_id IS NULL")
        if first >= size:
            return
        started = time.monotonic()
        with self.commits_only():  # else the reactions to what is filled would still go on when it is measured
            seed.seed(self.settings, self.layout.home, first=first, count=size - first)
        yield f"# {size} requests stored, {time.monotonic() - started:.0f} s"
        yield "# " + self.parvis("verify", "requests").strip()

    def query(self, service: str, sql: Any, values: Json | None = None) -> list[Json]:
        with db.connect(self.settings.owner_database(service), "parvis-bench", statement_timeout="60s") as conn:
            return conn.execute(sql, values).fetchall()

    @contextmanager
    def statements(self) -> Generator[Counter[str]]:
        """How many statements each database was asked within the block, transactions' ends included; filled in when it ends."""
        log, found = self.layout.log("postgresql"), Counter[str]()
        self._settings_of_postgresql("SET log_statement = 'all'")
        begins = log.stat().st_size
        try:
            yield found
            ends = log.stat().st_size
        finally:
            self._settings_of_postgresql("RESET log_statement")
        with log.open("rb") as stream:
            stream.seek(begins)
            text = stream.read(ends - begins).decode("utf-8", "replace")
        found.update(match[1] for match in STATEMENT.finditer(text))

    def _settings_of_postgresql(self, change: LiteralString) -> None:
        with db.connect(self.settings.owner_database("requests"), "parvis-bench") as conn:
            conn.execute(f"ALTER SYSTEM {change}")
            conn.execute("SELECT pg_reload_conf()")
        time.sleep(RELOAD_SECONDS)

    @contextmanager
    def commits_only(self) -> Generator[None]:
        """Stops, within the block, what works after the commit: relay and reactions."""
        pids = [self.pids[name] for name in NUMBERED]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def drained(self) -> bool:
        """Whether every event is numbered, published and counted, and every mail that was due has left."""
        return not (self.unpublished() or self.waiting_mails() or self.unreceived())

    def drain(self) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while not self.drained():
            if time.monotonic() > deadline:
                raise RuntimeError(f"not drained after {DRAIN_SECONDS} s")
            time.sleep(0.2)

    def unpublished(self) -> int:
        sql = """SELECT (SELECT count(*) FROM outbox) + (SELECT coalesce(max(position), 0) FROM positions)
            - (SELECT min(position) FROM marks) AS waiting"""
        return self.query("requests", sql)[0]["waiting"]

    def unreceived(self) -> int:
        """Submissions that messaging has not received yet."""
        filed = self.count("requests", "requests WHERE channel <> 'import'")
        return filed - self.count("messaging", "notices WHERE purpose = 'acknowledgement'")

    def waiting_mails(self) -> int:
        return self.count("messaging", "notices WHERE state = 'due' AND due_at <= now()")

    def count(self, service: str, rows: str) -> int:
        return self.query(service, f"SELECT count(*) AS n FROM {rows}")[0]["n"]

    def oldest_seconds(self) -> tuple[float, float]:
        """How long the oldest event has been waiting to be numbered, and the oldest request for its acknowledgement to leave.

        The request's own time counts: a mail that messaging has not received yet is late as well.
        """
        outbox = """SELECT coalesce(extract(epoch FROM now() - min(e.time)), 0)::float AS seconds
            FROM outbox o JOIN events e ON e.event_id = o.event_id"""
        sent = "SELECT request_id FROM notices WHERE purpose = 'acknowledgement' AND state = 'sent'"
        filed = """SELECT request_id, extract(epoch FROM now() - submitted_at)::float AS seconds
            FROM requests WHERE channel <> 'import'"""
        mailed = {row["request_id"] for row in self.query("messaging", sent)}
        waiting = [row["seconds"] for row in self.query("requests", filed) if row["request_id"] not in mailed]
        return self.query("requests", outbox)[0]["seconds"], max(waiting, default=0.0)

    def login(self, role: str) -> dict[str, Any]:
        """The demonstration's first person of that role: user name, password, for agents the secret of the codes."""
        return next(one for one in read_logins(self.layout.logins) if one["role"] == role)

    def agent_session(self) -> str:
        """A session of the agent of the front desk, who sees most departments."""
        deadline = time.monotonic() + LOGIN_SECONDS
        while True:
            try:
                return self._log_in()
            except Refused:
                # a busy machine, or a code that has served already: the next one comes within half a minute
                if time.monotonic() > deadline:
                    raise
                time.sleep(2)

    def citizen_session(self) -> str:
        """A session of the demonstration's first citizen, who has requests."""
        with closing(Connection(self.url)) as connection:
            return _password(connection, self.login("citizen"))["session"]

    def _log_in(self) -> str:
        login = self.login("agent")
        with closing(Connection(self.url)) as connection:
            challenge = _password(connection, login)["challenge"]
            code = {"challenge": challenge, "code": TOTP(login["totp_secret"]).now()}
            return json.loads(connection.ask("POST", "/sessions/second-factor", code))["session"]

    def _import_quotas(self) -> None:
        """Publishes the procedures that are filed by the bench, through `parvis import`."""
        folder = self.layout.home / "town"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in ("town", "service_areas", "agendas"):
            shutil.copy(TOWN / f"{name}.yaml", folder)
        procedures = yaml.safe_load((TOWN / "procedures.yaml").read_text(encoding="utf-8"))
        [model] = [one for one in procedures["procedures"] if one["slug"] == MODEL]
        quota = {"number": PLACES, "period": "week", "counts": COUNTS, "message": "Complet cette semaine."}
        for number in range(QUOTAS):
            slug = quota_procedure(number)
            own = {"slug": slug, "quota": quota, "featured": False, "department": OUT_OF_SIGHT}
            procedures["procedures"].append(copy.deepcopy(model) | own)
        # YAML too
        (folder / "procedures.yaml").write_text(json.dumps(procedures, ensure_ascii=False), encoding="utf-8")
        self.parvis("import", str(folder))
        while self.count("requests", "procedures WHERE slug LIKE 'bench-%'") < QUOTAS:
            time.sleep(0.2)


def _password(connection: Connection, login: Json) -> Json:
    password = {name: login[name] for name in ("username", "password")}
    return json.loads(connection.ask("POST", "/sessions", password))
