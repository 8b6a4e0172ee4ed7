"""deploy/swarm/rabbitmq/replace-members: what a node does not say is not taken for a queue that needs nothing."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy" / "swarm" / "rabbitmq" / "replace-members"
WAITS = "/ rpc-requests parvis2@rabbitmq2"
OTHER = "/ rpc-content parvis3@rabbitmq3"


def run(folder: Path, looks: Sequence[str | None]) -> tuple[int, list[str]]:
    """The exit code, and the members that were removed, where the nodes say one after the other who waits; None: they do not say it.
    What comes last is said again."""
    programs = folder / "programs"
    programs.mkdir()
    for number, said in enumerate(looks):
        if said is not None:
            (folder / f"look-{number}").write_text(f"{said}\nok\n" if said else "ok\n", "utf-8")
    last = len(looks) - 1
    for name, does in {
        "rabbitmqctl": f"n=$(cat {folder}/n 2>/dev/null || echo 0); [ $n -ge {last} ] || echo $((n + 1)) >{folder}/n; cat {folder}/look-$n",
        "rabbitmq-queues": f'echo "$*" >>{folder}/removed',
        "sleep": ":",
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{does}\n", "utf-8")
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", SCRIPT], env=environment, capture_output=True, text=True, check=False)
    removed = folder / "removed"
    return done.returncode, removed.read_text("utf-8").splitlines() if removed.exists() else []


def test_it_ends_at_once_where_no_member_waits(tmp_path: Path) -> None:
    assert run(tmp_path, [""]) == (0, [])


def test_a_member_that_waits_at_each_look_is_removed(tmp_path: Path) -> None:
    assert run(tmp_path, [f"{OTHER}\n{WAITS}", WAITS]) == (0, ["-q -p / delete_member rpc-requests parvis2@rabbitmq2"])


def test_one_that_waits_for_a_moment_stays(tmp_path: Path) -> None:
    assert run(tmp_path, [WAITS, WAITS, ""]) == (0, [])


@pytest.mark.parametrize("looks", [[None], [WAITS, None]], ids=["the first", "a later one"])
def test_a_look_that_fails_ends_badly_and_removes_none(tmp_path: Path, looks: list[str | None]) -> None:
    code, removed = run(tmp_path, looks)

    assert code != 0
    assert removed == []
