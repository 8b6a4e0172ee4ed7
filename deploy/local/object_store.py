"""A private S3 server: SeaweedFS, from its pinned wheel, closed to all but its one key."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local import asking
from deploy.local.layout import DAMAGED
from deploy.local.processes import Program

NAME = "Stockage S3"
ACCESS_KEY = "parvis"
PORTS = ("s3", "filer", "master", "volume", "admin")
REGION = "us-east-1"
GRPC = 10_000  # added to the port of each part


@dataclass(frozen=True)
class ObjectStore:
    """One store in `folder`; `ports` holds one number for each name of PORTS."""

    folder: Path
    ports: dict[str, int]
    secret: str
    log: Path

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
                str(Path(sys.executable).parent / "weed"),
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
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "GOMEMLIMIT": "320MiB", "GOMAXPROCS": "1"},
            log=self.log,
            ready=lambda: answers(self.endpoint),
            remedy=DAMAGED,
            orphan_signal="TERM",
            stop_seconds=7,
            deaf_seconds=30,
            leaves=self.sockets,
        )


def answers(endpoint: str, seconds: float = 0.5) -> bool:
    """True when a store on this machine says that it serves."""
    return asking.answers(int(endpoint.rpartition(":")[2]), seconds, "/healthz")
