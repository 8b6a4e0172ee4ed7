"""`parvis down`: stops what `parvis up` started, in order."""

from __future__ import annotations

import argparse
import os
import signal
from contextlib import suppress

import psutil

from deploy.local.console import Console
from deploy.local.layout import Layout, here
from deploy.local.processes import sweep
from deploy.local.trouble import Trouble

STOP_SECONDS = 40  # more than the sum of what each process is given
CLEAR_SECONDS = 15  # more than another `down` needs to end what was left


def down(_options: argparse.Namespace) -> int:
    """Returns once nothing of the instance runs any more; also clears up after an instance that was killed."""
    layout, console = here(), Console()
    if not layout.home.is_dir():
        console.say("Parvis ne tourne pas.")
        return 0
    pid = supervisor(layout)
    if pid is not None:
        _ask(pid, layout, console)
    with layout.lock(CLEAR_SECONDS, stoppable=False):
        left = sweep(layout.instance)
        layout.running.unlink(missing_ok=True)
    if left:
        console.step(f"Restes d’un arrêt brutal, arrêtés : {', '.join(sorted(set(left)))}")
    console.step("Parvis est arrêté.")
    return 0


def _ask(pid: int, layout: Layout, console: Console) -> None:
    console.step("Arrêt demandé")
    with suppress(ProcessLookupError):  # it ended meanwhile
        os.kill(pid, signal.SIGTERM)
    console.wait(
        "Arrêt de tous les processus",
        lambda: supervisor(layout) != pid and not psutil.pid_exists(pid),
        STOP_SECONDS,
        lambda: Trouble(f"Parvis ne s’arrête pas : interrompez le processus {pid} (kill -9 {pid}), puis recommencez."),
    )


def supervisor(layout: Layout) -> int | None:
    """The process that holds the instance's lock and may be stopped."""
    if not layout.is_locked():
        return None
    text = layout.lock_file.read_text(encoding="utf-8").strip()
    return int(text) if text.isdigit() and psutil.pid_exists(int(text)) else None
