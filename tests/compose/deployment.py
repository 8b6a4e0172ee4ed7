"""One deployment in a folder of its own, as an operator has it: the commands of deploy/README.md, and what Docker shows."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from deploy.operator.logins import read_logins
from services.chassis.service_list import service_names
from tests.e2e.conftest import Portal

ROOT = Path(__file__).parents[2]
SHIPPED = (
    "docker-compose.yml",
    ".dockerignore",
    "deploy",
    "services",
    "gateway",
    "requirements.lock",
    "pyproject.toml",
)
SERVICES = service_names()
REPLICATED = (*SERVICES, "gateway")
COMMAND_SECONDS = 600


def ship(folder: Path) -> None:
    """What a release holds, as it lies in the repository."""
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def commands(section: str, block: int = 0) -> list[str]:
    """The lines of a block of commands, the first by default, in a section of deploy/README.md."""
    text = (ROOT / "deploy" / "README.md").read_text("utf-8")
    [body] = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    lines = (
        line.partition(" #")[0].strip() for line in re.findall(r"```sh\n(.*?)```", body, re.DOTALL)[block].splitlines()
    )
    return [line for line in lines if line and not line.startswith("#")]


@dataclass(frozen=True)
class Deployment(Portal):
    """A portal that runs in containers; `home` is the folder with its docker-compose.yml."""

    environment: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> str:
        return self.environment["COMPOSE_PROJECT_NAME"]

    def run(self, command: str, *, seconds: float = COMMAND_SECONDS, **more: str) -> subprocess.CompletedProcess[str]:
        """A command line in the folder of the deployment, with the settings of `more` in its environment."""
        return subprocess.run(
            command,
            shell=True,
            cwd=self.home,
            env={**os.environ, **self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def must(self, command: str, **more: str) -> str:
        """What it printed; fails when it does."""
        done = self.run(command, **more)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def parvis(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The operator's commands, as the container of tools runs them."""
        return self.run(f"docker compose run --rm -T tools {' '.join(arguments)}")

    def login(self, role: str, username: str | None = None) -> dict[str, Any]:
        logins = self.home / "logins.txt"
        if not logins.exists():
            logins.write_text(self.must("docker compose exec -T inbox cat /var/lib/parvis/logins.txt"), "utf-8")
        return next(one for one in read_logins(logins) if one["role"] == role and username in (None, one["username"]))

    # --- what Docker shows

    def containers(self, service: str = "", *, everything: bool = False) -> list[dict[str, Any]]:
        """What `docker inspect` shows of the containers of a service, or of all."""
        wanted = [f"label=com.docker.compose.project={self.project}"]
        wanted += [f"label=com.docker.compose.service={service}"] if service else []
        filters = " ".join(f"--filter {one}" for one in wanted)
        ids = self.must(f"docker ps -q {'-a' if everything else ''} {filters}").split()
        return json.loads(self.must(f"docker inspect {' '.join(ids)}")) if ids else []

    def started(self, *services: str) -> dict[str, str]:
        """When each container of these services, or of all, was started, by its id."""
        return {one["Id"]: one["State"]["StartedAt"] for name in services or ("",) for one in self.containers(name)}

    def kill(self, service: str) -> str:
        """Ends a container of the service as the kernel would, so that Docker takes it for a crash; its id."""
        container = self.containers(service)[0]
        os.kill(container["State"]["Pid"], signal.SIGKILL)
        return container["Id"]

    def address(self, container: dict[str, Any]) -> str:
        """On the inner network; empty for one that is not on it."""
        return container["NetworkSettings"]["Networks"].get(f"{self.project}_inside", {}).get("IPAddress", "")

    def until_healthy(self, services: Iterable[str], seconds: float = 120) -> None:
        """Returns once every container of these services is healthy, and the proxy has found the gateway where it is one of them."""
        deadline = time.monotonic() + seconds
        names = list(services)
        while unwell := [name for name in names if not self._healthy(name)]:
            assert time.monotonic() < deadline, f"after {seconds:.0f} s still not healthy: {unwell}"
            time.sleep(0.5)
        while "gateway" in names and not self._reached():
            assert time.monotonic() < deadline, f"after {seconds:.0f} s the proxy still has no gateway"
            time.sleep(0.5)

    def _healthy(self, service: str) -> bool:
        states = [one["State"] for one in self.containers(service, everything=True)]
        return bool(states) and all(state.get("Health", {}).get("Status") == "healthy" for state in states)

    def _reached(self) -> bool:
        """Whether the proxy sends people and programs to a gateway: it looks up the address of a new one, and asks it first."""
        paths = ("/connexion", "/api/v1/procedures")
        with suppress(requests.ConnectionError):
            return all(requests.get(f"{self.url}{path}", timeout=30).status_code == 200 for path in paths)
        return False

    def left(self) -> dict[str, list[str]]:
        """What there still is of it, by kind."""
        label = f"--filter label=com.docker.compose.project={self.project}"
        asked = {
            "containers": f"docker ps -aq {label}",
            "volumes": f"docker volume ls -q {label}",
            "networks": f"docker network ls -q {label}",
        }
        return {kind: found for kind, command in asked.items() if (found := self.must(command).split())}
