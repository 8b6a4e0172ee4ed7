"""A full disk is reported in one sentence, before or in a start, and nothing waits for room that does not come."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.command.layout import ROOT, Layout
from deploy.command.trouble import DISK_FULL, Trouble
from deploy.local.supervisor import Supervisor
from deploy.local.up import room
from tests.integration.runner.sleepers import SLEEP, program

IN_MEMORY = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-euc"]
"""A name space of its own, in which any account may mount a small disk: gone, with all that runs there, when the shell ends."""

pytestmark = pytest.mark.skipif(
    subprocess.run([*IN_MEMORY, "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine allows no name spaces",
)


def on_a_disk_of(mebibytes: int, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*IN_MEMORY, f'mount -t tmpfs -o size={mebibytes}m none "$0"; {script}', str(folder), sys.executable],
        cwd=ROOT,
        env={**os.environ, "PARVIS_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_below_250_megabytes_nothing_is_started(tmp_path: Path) -> None:
    done = on_a_disk_of(230, tmp_path, '"$1" -m deploy.local up || code=$?; ls "$0/home"; exit $code')
    assert done.returncode == 1
    assert done.stderr.endswith(f"parvis\N{NO-BREAK SPACE}: {DISK_FULL}\n")
    assert done.stdout.split("\n")[-2:] == ["lock", ""]  # neither data nor settings


def test_room_that_runs_out_ends_a_start_within_30_seconds(tmp_path: Path) -> None:
    full = 'head -c 30000000 /dev/zero >"$0/filling"'
    begun = f'until [ -e "$0/home/log/postgresql.log" ]; do sleep 0.1; done; date +%s >"$0/full"; {full}'
    script = (
        f'({begun}) & "$1" -m deploy.local up --no-demo || code=$?; expr $(date +%s) - $(cat "$0/full"); exit $code'
    )
    done = on_a_disk_of(270, tmp_path, script)
    assert done.returncode == 1
    assert done.stderr.endswith(f"parvis\N{NO-BREAK SPACE}: {DISK_FULL}\n")
    assert int(done.stdout.split()[-1]) <= 30


def test_no_program_is_waited_for_on_a_full_disk(layout: Layout, console: Console) -> None:
    began = time.monotonic()
    never = replace(program(layout, SLEEP), ready=lambda: False)

    def full() -> None:
        raise Trouble(DISK_FULL)

    with (
        pytest.raises(Trouble, match="disque est plein"),
        Supervisor(layout, console) as running,
        console.minding(full),
    ):
        running.start(never)
    assert time.monotonic() - began < 30
    assert running.waves == []  # the stop went to its end, full or not


def test_a_disk_with_room_is_not_full(layout: Layout) -> None:
    room(layout)
