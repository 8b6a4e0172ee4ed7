"""Three PostgreSQL under Patroni with three etcd, with the configuration of deploy/swarm."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psutil
import psycopg
import requests

from deploy.command.layout import ROOT
from deploy.command.postgres_binaries import binaries
from deploy.local.postgres import OWNER, SERVICES_ROLE, as_unprivileged
from deploy.local.processes import Program
from tests.cluster.machines import NUMBERS, Machines, own_address

SWARM = ROOT / "deploy" / "swarm"
SHARED_PORTS = ("etcd", "etcd-peer", "postgres", "patroni")
ASK_SECONDS = 2
POSITION: LiteralString = "SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'"
READ_WRITE = "target_session_attrs=read-write&load_balance_hosts=random"


@dataclass(frozen=True)
class Databases:
    """All three machines' etcd and Patroni. `ports` holds SHARED_PORTS; `patroni`: the folder of its programs."""

    machines: Machines
    etcd: Path
    patroni: Path
    ports: Mapping[str, int]
    password: str
    services_password: str
    logs: Path

    def url(self, viewer: int | None = None, *, services: bool = False) -> str:
        """Whichever of the three leads, for that viewer, or without any cable: an address with `{service}` in it."""
        login = f"{SERVICES_ROLE}:{self.services_password}" if services else f"{OWNER}:{self.password}"
        seen = [self.machines.address(number if viewer is None else viewer, number) for number in NUMBERS]
        hosts = ",".join(f"{address}:{self.ports['postgres']}" for address in seen)
        return f"postgresql://{login}@{hosts}/{{service}}?{READ_WRITE}"

    def direct_url(self, number: int) -> str:
        """The server of one machine, whatever it is and however its cables are."""
        return f"postgresql://{OWNER}:{self.password}@{own_address(number)}:{self.ports['postgres']}/{{service}}"

    # --- programs

    def etcd_program(self, number: int, state: str = "new") -> Program:
        """`state` is `existing` for one that is added to a cluster which is there."""
        return Program(
            name=f"etcd{number}",
            argv=[str(self.etcd / "usr" / "bin" / "etcd")],
            env=_read(SWARM / "etcd" / "parvis.env")
            | self._etcd_environment(number)
            | {"ETCD_INITIAL_CLUSTER_STATE": state},
            wrapper=self.machines.inside(number),
            log=self.logs / f"etcd{number}.log",
            ready=lambda: self.etcd_is_healthy(number),
        )

    def _etcd_environment(self, number: int) -> dict[str, str]:
        client, peer = self.ports["etcd"], self.ports["etcd-peer"]
        own = own_address(number)
        return {
            "ETCD_NAME": f"etcd{number}",
            "ETCD_DATA_DIR": str(self.machines.folder / f"etcd{number}"),
            "ETCD_LISTEN_CLIENT_URLS": f"http://{own}:{client}",
            "ETCD_LISTEN_PEER_URLS": f"http://{own}:{peer}",
            "ETCD_ADVERTISE_CLIENT_URLS": f"http://etcd{number}:{client}",
            "ETCD_INITIAL_ADVERTISE_PEER_URLS": f"http://etcd{number}:{peer}",
            "ETCD_INITIAL_CLUSTER": ",".join(f"etcd{each}=http://etcd{each}:{peer}" for each in NUMBERS),
        }

    def patroni_program(self, number: int) -> Program:
        (self.machines.folder / f"postgres{number}").mkdir(exist_ok=True)
        return Program(
            name=f"postgres{number}",
            argv=[str(self.patroni / "patroni"), str(SWARM / "patroni" / "patroni.yml")],
            env=self._patroni_environment(number),
            cwd=self.machines.folder / f"postgres{number}",
            wrapper=[*self.machines.inside(number), *as_unprivileged(always=True)],
            log=self.logs / f"postgres{number}.log",
            ready=lambda: self.runs(number),
            ready_seconds=120,
            orphan_signal="TERM",  # it ends its PostgreSQL
        )

    def _patroni_environment(self, number: int) -> dict[str, str]:
        own = own_address(number)
        here = self.machines.folder / f"postgres{number}"
        return {
            "PATH": f"{self.patroni}:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PATRONI_NAME": f"postgres{number}",
            "PATRONI_RESTAPI_LISTEN": f"{own}:{self.ports['patroni']}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"postgres{number}:{self.ports['patroni']}",
            "PATRONI_POSTGRESQL_LISTEN": f"{own}:{self.ports['postgres']}",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"postgres{number}:{self.ports['postgres']}",
            "PATRONI_POSTGRESQL_DATA_DIR": str(here / "data"),
            "PATRONI_POSTGRESQL_BIN_DIR": str(binaries()),
            "PATRONI_POSTGRESQL_PGPASS": str(here / "pgpass"),
            "PATRONI_ETCD3_HOSTS": ",".join(f"etcd{each}:{self.ports['etcd']}" for each in NUMBERS),
            "PATRONI_SUPERUSER_USERNAME": OWNER,
            "PATRONI_SUPERUSER_PASSWORD": self.password,
            "PATRONI_REPLICATION_USERNAME": "standby",
            "PATRONI_REPLICATION_PASSWORD": self.services_password,
        }

    def apply(self, number: int) -> str:
        """What the script that brings a changed configuration to etcd says."""
        done = self._run(number, SWARM / "patroni" / "apply", env=self._patroni_environment(number))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def position(self, number: int) -> int:
        """Up to which byte of the log a standby has what was written, as docs/clustering.md has it asked."""
        return int(self._value(number, POSITION))

    def ask_for_second(self, asked: bool) -> None:
        """Whether commits are to wait for a second server: `synchronous_mode`, which is on in what is operated."""
        address = f"http://{own_address(self._one_leads())}:{self.ports['patroni']}/config"
        mode = {"synchronous_mode": "quorum" if asked else None}
        requests.patch(address, json=mode, timeout=ASK_SECONDS).raise_for_status()

    def waits_for_second(self) -> bool:
        """Whether commits do so now."""
        return bool(self._value(self._one_leads(), "SHOW synchronous_standby_names"))

    def _one_leads(self) -> int:
        leader = self.leader()
        assert leader is not None
        return leader

    def _value(self, number: int, sql: LiteralString) -> Any:
        """What that server answers to a question about itself."""
        with psycopg.connect(self.direct_url(number).format(service="postgres")) as conn:
            [value] = conn.execute(sql).fetchone() or [None]
        return value

    def etcd_is_replaced(self, lost: int, by: int) -> bool:
        """Whether a new member took the place of the lost one, which has not started yet, by the commands of docs/clustering.md. Where
        one is refused they are begun again from the first."""
        peer = f"http://etcd{lost}:{self.ports['etcd-peer']}"
        listed = [line.split(", ") for line in self._etcdctl(by, "member list").splitlines()]
        known = [f"member remove {one[0]}" for one in listed if peer in one]
        changes = [*known, f"member add etcd{lost} --peer-urls={peer}"]
        return bool(listed) and all(self._etcdctl(by, words) for words in changes)

    def _etcdctl(self, number: int, words: str) -> str:
        """What it prints on that machine, asking the etcd there; empty where it is refused."""
        environment = {
            "PATH": f"{self.etcd}/usr/bin:/usr/bin:/bin",
            "ETCDCTL_ENDPOINTS": f"http://etcd{number}:{self.ports['etcd']}",
        }
        done = self._run(number, "etcdctl", *words.split(), env=environment)
        return done.stdout if done.returncode == 0 else ""

    def _run(self, number: int, *argv: str | Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.machines.inside(number), *argv],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    # --- as they see themselves

    def etcd_is_healthy(self, number: int) -> bool:
        return _ask(f"http://{own_address(number)}:{self.ports['etcd']}/health").get("health") == "true"

    def etcd_leader(self) -> int:
        """The machine whose etcd leads the others."""
        return next(number for number in NUMBERS if self._leads_etcd(number))

    def _leads_etcd(self, number: int) -> bool:
        address = f"http://{own_address(number)}:{self.ports['etcd']}/v3/maintenance/status"
        says = requests.post(address, json={}, timeout=ASK_SECONDS).json()
        return says["leader"] == says["header"]["member_id"]

    def runs(self, number: int) -> bool:
        return self.member(number).get("state") == "running"

    def member(self, number: int) -> dict[str, Any]:
        """What a member says of itself; empty where none answers."""
        return _ask(f"http://{own_address(number)}:{self.ports['patroni']}/patroni")

    def _members(self, number: int) -> list[dict[str, Any]]:
        """All of them, as that member reads in etcd."""
        return _ask(f"http://{own_address(number)}:{self.ports['patroni']}/cluster").get("members", [])

    def leader(self) -> int | None:
        """The machine whose PostgreSQL says that it leads; None where none does, or two do."""
        leading = [number for number in NUMBERS if self.leads(number)]
        return leading[0] if len(leading) == 1 else None

    def leads(self, number: int) -> bool:
        return self.member(number).get("role") == "primary"

    def broken(self) -> list[str]:
        """What is not whole yet: etcd, standbys that do not stream, or may not lead.

        A standby may once etcd says so, seconds after PostgreSQL counts it as synchronous: a leader that is lost in between has no
        successor until it is back.
        """
        sick = [f"etcd{number}" for number in NUMBERS if not self.etcd_is_healthy(number)]
        leader = self.leader()
        if leader is None:
            return [*sick, "no leader"]
        says = self.member(leader)
        streaming = [one["application_name"] for one in says.get("replication", ()) if one["state"] == "streaming"]
        standbys = [f"postgres{number}" for number in NUMBERS if number != leader]
        lacking = sorted(set(standbys) - set(streaming))
        roles = {one["name"]: one["role"] for one in self._members(leader)}
        may_not_lead = [f"{name}: {roles.get(name)}" for name in standbys if roles.get(name) != "quorum_standby"]
        return [*sick, *lacking, *may_not_lead]

    # --- the process that Patroni starts

    def postmaster(self, number: int) -> int:
        """The process of its PostgreSQL, which is no child of Patroni and outlives one that is killed; raises OSError or ValueError
        where none has written its number."""
        file = self.machines.folder / f"postgres{number}" / "data" / "postmaster.pid"
        return int(file.read_text(encoding="ascii").split("\n", 1)[0])

    def end_postgres(self, number: int, sign: signal.Signals) -> None:
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            postmaster = psutil.Process(self.postmaster(number))
            family = [postmaster, *postmaster.children(recursive=True)]
            for process in family if sign == signal.SIGKILL else family[:1]:
                with suppress(psutil.NoSuchProcess):
                    os.kill(process.pid, sign)
            psutil.wait_procs(family, timeout=20)


def _read(file: Path) -> dict[str, str]:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _ask(url: str) -> dict[str, Any]:
    try:
        return requests.get(url, timeout=ASK_SECONDS).json()
    except (requests.RequestException, ValueError):
        return {}
