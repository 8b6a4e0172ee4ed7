"""Servers that a test or a measure starts by itself: the programs of `parvis up`, without its supervision."""

from collections.abc import Sequence
from pathlib import Path

from deploy.command.console import Console
from deploy.local.processes import Process, Program


class Started:
    """By name in `running`. Children belong to the main thread: start them from there only."""

    def __init__(self, folder: Path, console: Console) -> None:
        self._folder, self._console = folder, console
        self.running: dict[str, Process] = {}

    def launch(self, programs: Sequence[Program]) -> None:
        """Starts them and waits for nothing."""
        for program in programs:
            self.running[program.name] = Process(program, instance=str(self._folder))

    def wait_for(self, programs: Sequence[Program]) -> None:
        """Returns once all of these, which were launched, are ready; raises Trouble where one is not."""
        for program in programs:
            process = self.running[program.name]
            self._console.wait(program.name, process.is_ready, program.ready_seconds, process.did_not_come_up)

    def start(self, programs: Sequence[Program]) -> None:
        self.launch(programs)
        self.wait_for(programs)

    def kill_all(self) -> None:
        """At once: their data is not read again."""
        for process in self.running.values():
            process.kill()
            for left in process.program.leaves:
                left.unlink(missing_ok=True)
