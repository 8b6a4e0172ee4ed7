"""`parvis down`: stops what `parvis up` started, in order."""

import argparse
import os
import signal
from contextlib import ExitStack, suppress

import psutil

from deploy.command import notes
from deploy.command.console import Console
from deploy.command.layout import Layout, here
from deploy.command.trouble import Trouble
from deploy.local.processes import sweep

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
    with ExitStack() as held:
        with console.busy("Attente de la fin d’une autre commande"):
            held.enter_context(layout.lock(CLEAR_SECONDS, stoppable=False))
        left = sweep(layout.instance, console)
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
    pid = notes.read(
        layout.lock_file, _pid, "cherchez le processus « deploy.local up » de ce dossier et arrêtez-le (kill)"
    )
    return pid if pid and psutil.pid_exists(pid) else None


def _pid(text: str) -> int | None:
    """None while its holder may not be stopped, or has not written it yet."""
    found = int(text) if text.strip() else None
    if found is not None and not 0 < found <= notes.LARGEST_PID:
        raise ValueError
    return found
