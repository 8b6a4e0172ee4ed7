"""What `docker compose config` makes of docker-compose.yml, from which a stack is made."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.swarm.stack_file import STORES, Tree

ROOT = Path(__file__).parents[2]
SETTINGS = {"PUBLIC_URL": "https://portail", "INSIDE_ONLY": "false", **dict.fromkeys(STORES.values(), "0")}


def as_compose_reads_it(*clusters: str, **settings: str) -> Tree:
    """docker-compose.yml, with files of deploy/swarm."""
    files = ":".join(["docker-compose.yml", *(f"deploy/swarm/{name}.yml" for name in clusters)])
    command = ["docker", "compose", "--profile", "*", "config", "--format", "json"]
    if shutil.which("docker") is None or subprocess.run([*command[:2], "version"], capture_output=True).returncode:
        pytest.skip("no docker compose on this machine reads the file")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "COMPOSE_FILE": files, **SETTINGS, **settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def chosen(compose: Tree) -> set[str]:
    """The services of no profile."""
    return {name for name, one in compose["services"].items() if not one.get("profiles")}


def of_store(compose: Tree, service: str) -> dict[str, str]:
    """What it reads of its S3 store, the keys by the names of the files of `secrets/` that hold them."""
    return {
        name: Path(compose["secrets"][Path(value).name]["file"]).name if name.endswith("_FILE") else value
        for name, value in compose["services"][service]["environment"].items()
        if name.startswith("S3_")
    }
