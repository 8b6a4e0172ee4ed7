"""The engine of this machine, asked by its own command."""

import json
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ENDED = ("Failed", "Rejected", "Orphaned", "Shutdown")
"""States of a task that will never complete."""
NO_SUCH = ("no such", "not found")
"""What the engine says of what is not there."""


class Stopped(Exception):
    """The message says, in French, what went wrong; what runs goes on."""


class Task(NamedTuple):
    """One container that Swarm runs, ran, or is to run. `name`: its service and its place there, which the one that takes its place has too."""

    id: str
    name: str
    node: str
    desired: str
    state: str

    @property
    def runs(self) -> bool:
        """Those of a dead machine are listed as running too, but nothing wants them to."""
        return self.desired == "Running" and self.state.startswith("Running")


def docker(*arguments: str, given: str = "", allowed: tuple[str, ...] = ()) -> str:
    """What it printed. Raises Stopped with what it said where it failed, unless that holds one of these words, in lower case."""
    done = subprocess.run(["docker", *arguments], cwd=ROOT, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0 and not any(words in done.stderr.lower() for words in allowed):
        raise Stopped(f"docker {' '.join(arguments[:2])} : {done.stderr.strip()}")
    return done.stdout


def inspected(service: str) -> dict[str, Any] | None:
    """None where there is none. Raises Stopped where that is not known, as while the swarm has no leader."""
    found = json.loads(docker("service", "inspect", service, allowed=NO_SUCH) or "[]")
    return found[0] if found else None


def tasks(services: Collection[str]) -> dict[str, list[Task]]:
    """Of each of these services, by one command: asked for one by one, they were half of the commands of a run."""
    form = "{{.ID}}\t{{.Name}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}"
    listed = docker("service", "ps", "--format", form, *services).splitlines() if services else []
    found: dict[str, list[Task]] = {service: [] for service in services}
    for task in (Task(*line.split("\t")) for line in listed):
        found[task.name.rpartition(".")[0]].append(task)
    return found


def logged(service: str, lines: int = 20) -> str:
    """The end of what each of its tasks printed, errors too."""
    command = ["docker", "service", "logs", "--raw", "--tail", str(lines), service]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.strip()


def errors(service: str) -> str:
    """What Swarm says of its tasks and of which machine, each once."""
    form = "{{if .Error}}{{.Node}} : {{.Error}}{{end}}"
    said = docker("service", "ps", "--no-trunc", "--format", form, service).splitlines()
    return "\n".join(dict.fromkeys(line for line in said if line))
