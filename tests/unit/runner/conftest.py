"""A program that stands for the engine's, and secrets, for what is asked of `deploy/swarm`."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Docker = Callable[..., None]
ASKED = "asked"
"""The file with each command that the program was given."""
NO_IMAGE = 'machine3\u00a0: "No such image: parvis:2"'
EVERYWHERE = {"Spec": {"Name": "parvis_proxy", "TaskTemplate": {"image": "haproxy:3"}, "Mode": {"Global": {}}}}


def task(name: str, state: str, node: str = "m1", desired: str = "Running") -> str:
    """The line that the engine prints of one."""
    return f"id-{name}\t{name}\t{node}\t{desired}\t{state}"


TASKS = "service ps --format {{.ID}}"
"""What the engine is asked for them."""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """Makes a program `docker` that answers the commands which begin with these words, or fails with what it says of them; to all others it says
    nothing. It writes each down."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    def answers(said: dict[str, str], fails: dict[str, str] | None = None) -> None:
        cases: list[str] = []
        for number, (words, answer) in enumerate([*said.items(), *(fails or {}).items()]):
            kept = program.with_name(f"answer-{number}")
            kept.write_text(f"{answer}\n", "utf-8")
            cases.append(f'"{words}"*) cat {kept} {"" if words in said else ">&2; exit 1"} ;;')
        kept_calls = f'echo "$*" >>{tmp_path / ASKED}'
        program.write_text("\n".join(["#!/bin/sh", kept_calls, 'case "$*" in', *cases, "esac", ""]), "utf-8")
        program.chmod(0o755)

    return answers


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    for name, content in {"master_key": "key", "smtp_url": "smtp://town:summer@relay", "other_url": "smtp://"}.items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path
