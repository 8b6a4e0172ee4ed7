"""What the person at the terminal sees: one line a step, and a sign of life at least every two seconds."""

import errno
import io
import os
import signal
import subprocess
import sys
import threading
import time
from _thread import interrupt_main
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from deploy.command.trouble import Trouble

SIGN_OF_LIFE_SECONDS = 1.0  # two are promised; a busy machine is late
POLL_SECONDS = 0.04


RUN_UNLESS_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"'  # $0: the process that started it


def bound_to_us(argv: Sequence[str | Path], wrapper: Sequence[str] = (), orphan_signal: str = "KILL") -> list[str]:
    """The command, which the kernel ends by that signal when the thread that starts it ends, however it ends.

    Where that thread's process ends before the kernel was asked, the command is not run at all. `wrapper` is what changes
    the user: it comes first, for the kernel forgets the request at such a change.
    """
    asked = ["setpriv", "--pdeathsig", orphan_signal, "--", "sh", "-c", RUN_UNLESS_ORPHANED, str(os.getpid())]
    return [*wrapper, *asked, *map(str, argv)]


class Console:
    """Prints progress to `out`; a reader that went away (closed pipe or terminal) stops the command as Ctrl-C would."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out if out is not None else sys.stdout
        self.meanwhile: Callable[[], None] = lambda: None  # what must go on while something is waited for
        self._logged = False
        self._started = self._last_said = time.monotonic()

    @contextmanager
    def minding(self, turn: Callable[[], None]) -> Generator[None]:
        """In this block every wait does that as well, over and over; what it raises ends the wait."""
        before, self.meanwhile = self.meanwhile, turn
        try:
            yield
        finally:
            self.meanwhile = before

    def say(self, text: str = "") -> None:
        self._last_said = time.monotonic()
        try:
            self.out.write(text + "\n")
            self.out.flush()
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.EIO):
                return  # a full disk: the line is lost, the work goes on
            self.out = io.StringIO()  # said once: the orderly stop that follows must not fail for want of a reader
            if threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt from None
            interrupt_main()

    def redirect(self, log: Path) -> None:
        """Goes on in a log, from the next line: the one that waited for our start has left."""
        self.out, self._logged = log.open("a", encoding="utf-8"), True
        os.dup2(self.out.fileno(), 1)
        os.dup2(self.out.fileno(), 2)

    def _clock(self) -> str:
        if self._logged:
            return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"  # as all logs have it: by that, their lines are sorted
        return f"{time.monotonic() - self._started:5.1f} s"

    def step(self, text: str) -> None:
        self.say(f"{self._clock()}  {text}")

    @contextmanager
    def busy(self, what: str | Callable[[], str]) -> Generator[None]:
        """Prints what is being waited for once a second has passed without a line, whatever the block itself is stuck in.

        Counted from the last line printed, not from the start of the block: many short blocks must not be one long silence.
        """
        began = time.monotonic()
        ended = threading.Event()

        def report() -> None:
            while not ended.wait(max(0.0, self._last_said + SIGN_OF_LIFE_SECONDS - time.monotonic())):
                words = what if isinstance(what, str) else what()
                self.step(f"{words} : encore en cours, depuis {time.monotonic() - began:.0f} s")

        reporter = threading.Thread(target=report, name="signs of life", daemon=True)
        reporter.start()
        try:
            yield
        finally:
            ended.set()
            reporter.join()

    def wait(
        self, what: str | Callable[[], str], done: Callable[[], bool], seconds: float, late: Callable[[], Trouble]
    ) -> None:
        """Polls `done` until it holds; raises what `late` says after `seconds`. `done` may raise Trouble itself."""
        began = time.monotonic()
        with self.busy(what):
            while not done():
                if time.monotonic() - began > seconds:
                    raise late()
                self.meanwhile()
                time.sleep(POLL_SECONDS)

    def run(
        self,
        what: str | Callable[[], str],
        argv: Sequence[str | Path],
        *,
        seconds: float,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        wrapper: Sequence[str] = (),
        log: Path,
    ) -> tuple[int, str]:
        """Runs a command to its end with signs of life; returns its exit code and what it printed (also in `log`)."""
        with log.open("wb") as out:
            child = subprocess.Popen(
                bound_to_us(argv, wrapper),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=env,
                start_new_session=True,
            )
            try:
                self.wait(
                    what,
                    lambda: child.poll() is not None,
                    seconds,
                    lambda: Trouble(
                        f"{what if isinstance(what, str) else what()} : pas de fin après {seconds:.0f} s ; voir {log}."
                    ),
                )
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)  # and what it has started, as dpkg does
                    child.wait()
        return child.returncode, log.read_text(encoding="utf-8", errors="replace")
