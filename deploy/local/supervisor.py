"""Keeps the processes of an instance running, in the order in which they need each other."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.command.console import Console
from deploy.command.layout import Layout, rewrite_private
from deploy.command.trouble import NO_ROOM, disk_full
from deploy.local.processes import Process, Program, stop_together

POLL_SECONDS = 0.2  # while something is to be done at each turn, or a process is to be started again
REST_SECONDS = 5.0  # at most, where nothing ends: servers are asked whether they serve
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
        self._threads = ThreadPoolExecutor(thread_name_prefix="asks whether a server serves")
        self._note_due = False  # what runs now is not in the note yet, for want of room
        self._full = False

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _all(self) -> list[Process]:
        return [process for wave in self.waves for process in wave]

    def start(self, *wave: Program, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Starts these side by side and returns once all answer; raises Trouble with the cause when one does not.

        `meanwhile` runs once, while they come up: what it does must not need them.
        """
        processes: list[Process] = []
        self.waves.append(processes)
        for program in wave:
            rotate(program.log)
            processes.append(Process(program, self.layout.instance))
        self.write_note()
        meanwhile()
        pending = list(processes)

        def all_ready() -> bool:
            # Each is asked, also behind one that is late: what has ended is reported at once.
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

    def write_note(self, **facts: Any) -> None:
        """Writes who runs where `status`, `logs` and `down` look for it."""
        self.facts.update(facts)
        processes = {
            process.name: {"pid": process.pid, "health": process.program.health, "log": str(process.program.log)}
            for process in self._all()
        }
        rewrite_private(self.layout.running, json.dumps({**self.facts, "processes": processes}, indent=1))

    def watch(self, each_turn: Callable[[], None] | None = None) -> None:
        """Starts again whatever ends, until a signal raises out of here."""
        looked_at_logs = time.monotonic()
        while True:
            if each_turn is None and not self._start_again_at and not self._note_due:
                self._wait_for_an_end(REST_SECONDS)
            else:
                time.sleep(POLL_SECONDS)
            if each_turn is not None:
                each_turn()
            self.revive()
            self._kill_unresponsive()
            if self._note_due:
                self._retry_note()
            if time.monotonic() - looked_at_logs > LONGEST_PAUSE_SECONDS:
                looked_at_logs = time.monotonic()
                for process in self._all():
                    rotate(process.program.log)

    def _wait_for_an_end(self, seconds: float) -> None:
        """Until one of the processes ends, or so long."""
        waiting = select.poll()
        with ExitStack() as opened:
            for process in self._all():
                if process.ended():
                    return
                ends = os.pidfd_open(process.pid)
                opened.callback(os.close, ends)
                waiting.register(ends, select.POLLIN)
            waiting.poll(seconds * 1000)

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
            process.kill()  # what it had started in its session
            try:
                wave[place] = Process(process.program, self.layout.instance)
            except OSError as error:  # no room for its log, or no memory: that may pass
                self._start_again_at[process.name] = now + LONGEST_PAUSE_SECONDS
                self.console.step(f"{process.name} n’a pas pu être relancé ({error.strerror}) : nouvel essai bientôt")
                return
            del self._start_again_at[process.name]
            self._retry_note()

    def _retry_note(self) -> None:
        """Writes it as soon as there is room for it: what runs goes on meanwhile."""
        try:
            self.write_note()
            self._note_due = False
        except OSError:
            self._note_due = True

    def _kill_unresponsive(self) -> None:
        """Ends a server that runs and serves no more, so that it is started again; on a full disk it would not come up."""
        for process in self._all():
            if not (seconds := process.unresponsive_for(self._threads)):
                continue
            if disk_full(self.layout.home):
                if not self._full:
                    self.console.step(f"{process.name} ne répond plus et le disque est plein : libérez environ 1 Go")
                self._full = True
                continue
            self._full = False
            self.console.step(f"{process.name} ne répond plus depuis {seconds:.0f} s : il est interrompu")
            process.kill()

    def stop(self) -> None:
        """Stops all, last wave first: none loses a process that it still needs to end well."""
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)  # the stop itself is not interrupted: it is bounded in time
        self._threads.shutdown(wait=False, cancel_futures=True)
        while self.waves:
            stop_together(self.waves.pop(), self.console)
        self.layout.running.unlink(missing_ok=True)


def rotate(log: Path) -> None:
    """Keeps a log that grew large as `.1` and empties it in place, for its writer holds it open.

    On a full disk it is not kept: to end for want of a log, or to let it grow, would be worse.
    """
    try:
        if log.stat().st_size > LARGEST_LOG_BYTES:
            older = log.with_name(log.name + ".1")
            try:
                shutil.copyfile(log, older)
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
                older.unlink(missing_ok=True)
            os.truncate(log, 0)
    except FileNotFoundError:
        log.parent.mkdir(parents=True, exist_ok=True)
