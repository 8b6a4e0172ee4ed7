"""Keeps the processes of an instance running, in the order in which they need each other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.console import Console
from deploy.local.layout import Layout, write_private
from deploy.local.processes import Process, Program, stop_together

POLL_SECONDS = 0.2
STEADY_SECONDS = 30  # a process that ran that long before it ended is started again at once
LONGEST_PAUSE_SECONDS = 10.0
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LARGEST_LOG_BYTES = 20_000_000


class Supervisor:
    """Waves of processes: the last one started is the first one stopped.

    Use it as a context manager: whatever happens inside, nothing is left running.
    """

    def __init__(self, layout: Layout, console: Console) -> None:
        self.layout = layout
        self.console = console
        self.waves: list[list[Process]] = []
        self.facts: dict[str, Any] = {
            "pid": os.getpid(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "ready": False,
        }
        self._pauses: dict[str, float] = {}
        self._start_again_at: dict[str, float] = {}

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *wave: Program, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Starts these side by side and returns once all answer; raises Trouble with the cause when one does not.

        `meanwhile` runs once, while they come up: what it does must not need them.
        """
        processes: list[Process] = []
        self.waves.append(processes)
        for program in wave:
            rotate(program.log)
            processes.append(Process(program, self.layout.instance))
        self.tell()
        meanwhile()
        pending = list(processes)

        def all_ready() -> bool:
            # Each is asked, also behind one that is late: what has ended is told at once.
            pending[:] = [process for process in pending if not process.is_ready()]
            return not pending

        self.console.wait(
            lambda: f"Démarrage de {', '.join(process.name for process in pending)}",
            all_ready,
            max((program.ready_seconds for program in wave), default=0),
            lambda: pending[0].did_not_come_up(),
        )
        if wave:
            self.console.step(f"{', '.join(program.name for program in wave)} : prêt")

    def tell(self, **facts: Any) -> None:
        """Writes who runs where `status`, `logs` and `down` look for it."""
        self.facts.update(facts)
        processes = {
            process.name: {"pid": process.pid, "health": process.program.health, "log": str(process.program.log)}
            for wave in self.waves
            for process in wave
        }
        write_private(self.layout.running, json.dumps({**self.facts, "processes": processes}, indent=1))

    def watch(self, each_turn: Callable[[], None]) -> None:
        """Starts again whatever ends, until a signal raises out of here."""
        looked_at_logs = time.monotonic()
        while True:
            time.sleep(POLL_SECONDS)
            each_turn()
            self.revive()
            if time.monotonic() - looked_at_logs > LONGEST_PAUSE_SECONDS:
                looked_at_logs = time.monotonic()
                for process in (process for wave in self.waves for process in wave):
                    rotate(process.program.log)

    def revive(self) -> None:
        """Starts again what has ended, after a pause that grows while it does not last."""
        for wave in self.waves:
            for place, process in enumerate(wave):
                if process.ended():
                    self._start_again(wave, place, process)

    def _start_again(self, wave: list[Process], place: int, process: Process) -> None:
        now = time.monotonic()
        due = self._start_again_at.get(process.name)
        if due is None:
            ran = now - process.started_at
            pause = 0.2 if ran > STEADY_SECONDS else min(2 * self._pauses.get(process.name, 0.2), LONGEST_PAUSE_SECONDS)
            self._pauses[process.name] = pause
            self._start_again_at[process.name] = now + pause
            self.console.step(f"{process.name} s’est arrêté (code {process.child.returncode}) : il est relancé")
        elif now >= due:
            del self._start_again_at[process.name]
            process.kill()  # what it had started in its session
            wave[place] = Process(process.program, self.layout.instance)
            self.tell()

    def stop(self) -> None:
        """Stops all, last wave first: nobody loses a neighbour that it still needs to end well."""
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)  # the stop itself is not interrupted: it is bounded in time
        while self.waves:
            stop_together(self.waves.pop(), self.console)
        self.layout.running.unlink(missing_ok=True)


def rotate(log: Path) -> None:
    """Keeps a log that grew large as `.1` and empties it in place, for its writer holds it open."""
    try:
        if log.stat().st_size > LARGEST_LOG_BYTES:
            shutil.copyfile(log, log.with_name(log.name + ".1"))
            os.truncate(log, 0)
    except FileNotFoundError:
        log.parent.mkdir(parents=True, exist_ok=True)
