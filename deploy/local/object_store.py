"""A private S3 server: SeaweedFS, from its pinned wheel, closed to all but its one key.

Its parts (master, volumes, filer) speak to each other over TLS and ask each for a certificate that lies in the store's private
folder: on a machine that others use too, only the S3 door answers, and it asks for the S3 key.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local import asking, inner_key
from deploy.local.layout import DAMAGED, rewrite_private
from deploy.local.processes import Program

NAME = "Stockage S3"
ACCESS_KEY = "parvis"
PORTS = ("s3", "filer", "master", "volume", "admin")
REGION = "us-east-1"
GRPC = 10_000  # added to the port of each part
CERTIFICATE, KEY = "inner.pem", "inner.key"
CALLS = ("master", "volume", "filer", "s3", "admin", "worker", "client")
DOORS = ("master", "volume", "filer", "admin", "client")
VACUUM_SECONDS = 1800  # what was erased is off the disk within the hour
VACUUM_AT_MOST_SECONDS = 600
VACUUM = "lock\nvolume.vacuum -garbageThreshold=0.000001\nunlock\n"
WEED = str(Path(sys.executable).parent / "weed")


@dataclass(frozen=True)
class ObjectStore:
    """One store in `folder`; `ports` holds one number for each name of PORTS."""

    folder: Path
    ports: dict[str, int]
    secret: str
    log: Path
    vacuum_seconds: float = VACUUM_SECONDS

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.ports['s3']}"

    @property
    def sockets(self) -> list[Path]:
        """Where its parts speak to each other: named by their port, in a folder that no option changes."""
        return [Path(f"/tmp/seaweedfs-{name}-grpc-{port + GRPC}.sock") for name, port in self.ports.items()]  # noqa: S108 # nosec B108 (their place, not ours)

    def prepare(self) -> None:
        for forgotten in self.sockets:  # by one that was killed
            forgotten.unlink(missing_ok=True)
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        (self.folder / "data" / "mini.options").unlink(missing_ok=True)  # it notes ports there, and goes back to them
        inner_key.make(self.folder / CERTIFICATE, self.folder / KEY)
        rewrite_private(self.folder / "security.toml", security())  # read from where it is started
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        key = {"accessKey": ACCESS_KEY, "secretKey": self.secret}
        config = self.folder / "s3.json"
        config.touch(mode=0o600)
        config.write_text(
            json.dumps({"identities": [{"name": "parvis", "credentials": [key], "actions": actions}]}),
            encoding="utf-8",
        )

    def program(self) -> Program:
        ports = self.ports
        return Program(
            name=NAME,
            argv=[
                WEED,
                "-logtostderr",  # else it also leaves files in the shared temporary folder
                "mini",
                "-dir=data",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                f"-s3.port={ports['s3']}",
                f"-filer.port={ports['filer']}",
                f"-master.port={ports['master']}",
                f"-volume.port={ports['volume']}",
                f"-admin.port={ports['admin']}",
                "-s3.config=s3.json",
                "-master.telemetry=false",
                # A master that resumes its state looks a thousand times a second for others. Without it, as by default
                # outside of `mini`, it learns from the volumes what they hold.
                "-master.resumeState=false",
                # Without these two the filer would serve every object to anyone on the machine, and the sockets
                # would lie in the shared temporary folder under a name that another user can take.
                "-disableHttp",
                "-s3.localSocket=s3.sock",
                "-filer.localSocket=filer.sock",
                "-admin.ui=false",
                "-webdav=false",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-idleTimeout=5",
            ],
            cwd=self.folder,
            # Its buffers alone come to some 180 MiB, mostly never touched: a limit near that has it collect for ever.
            # With more processors its timers wake two threads where one would do.
            env={**self._environment, "GOMEMLIMIT": "320MiB", "GOMAXPROCS": "1"},
            log=self.log,
            ready=lambda: answers(self.endpoint),
            remedy=DAMAGED,
            orphan_signal="TERM",
            stop_seconds=7,
            deaf_seconds=30,
            leaves=self.sockets,
            chore=self.vacuum,
            chore_seconds=self.vacuum_seconds,
        )

    def vacuum(self) -> None:
        """Takes what was deleted off the disk: until then its bytes stay in the files of the store. Raises OSError."""
        master, filer = (f"127.0.0.1:{port}.{port + GRPC}" for port in (self.ports["master"], self.ports["filer"]))
        try:
            done = subprocess.run(
                # it ends with the thread that waits for it, and so with the supervision
                ["setpriv", "--pdeathsig", "KILL", "--", WEED, "shell", f"-master={master}", f"-filer={filer}"],
                input=VACUUM,
                cwd=self.folder,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=VACUUM_AT_MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"no end within {error.timeout:.0f} s") from None
        if done.returncode or "error" in done.stderr:
            raise OSError(done.stderr.strip()[-300:])

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder)}


def security() -> str:
    """Every part serves and calls with the one certificate, and takes no other."""
    own = f'cert = "{CERTIFICATE}"\nkey = "{KEY}"\n'
    calls = "".join(f"[grpc.{part}]\n{own}" for part in CALLS)
    doors = "".join(f'[https.{part}]\n{own}ca = "{CERTIFICATE}"\nenabled = true\n' for part in DOORS)
    return f'[grpc]\nca = "{CERTIFICATE}"\n{calls}{doors}'


def answers(endpoint: str, seconds: float = 0.5) -> bool:
    """True when a store on this machine says that it serves."""
    return asking.answers(int(endpoint.rpartition(":")[2]), seconds, "/healthz")
