"""Child processes: started so that they cannot outlive us, watched, stopped in order.

Each child asks the kernel for a signal when its parent ends (`setpriv --pdeathsig`), so that even a killed command
leaves nothing behind. The kernel counts the *thread* that started the child as its parent: children are started from
the main thread only.
"""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

import psutil

from deploy.command.console import Console, bound_to_us
from deploy.command.trouble import Trouble, disk_full
from deploy.local import other_clock
from services.chassis.structs import Struct

INSTANCE_VARIABLE = "PARVIS_INSTANCE"
LOG_TAIL_LINES = 40
ASK_AGAIN_SECONDS = 1.0
ASK_SERVER_SECONDS = 10.0
LEFT_ENDS_SECONDS = 5.0
CAUSE = re.compile(r"\b(PANIC|FATAL): .*|^Kernel pid terminated.*")  # of PostgreSQL, of Erlang
TAKEN = re.compile(r"address already in use|eaddrinuse|dist_port_already_used", re.IGNORECASE)


class PortTaken(Trouble):
    """Another program was faster on a port that was free when it was chosen."""


class Program(Struct):
    """How one process is started, known to be ready, and stopped."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    ready: Callable[[], bool]
    cwd: Path | None = None
    ready_seconds: float = 60
    stop_signal: signal.Signals | None = signal.SIGTERM  # None: it goes on for `stop_seconds`, then it is killed
    stop_seconds: float = 10
    loses_early_signals: bool = False  # a signal that comes too early is lost, and must be sent again
    orphan_signal: str = "KILL"  # what the kernel sends when we end without having stopped it
    wrapper: Sequence[str] = ()  # what changes the user, before the kernel is asked (a change of user makes it forget)
    unresponsive_seconds: float | None = (
        None  # for so long it may not be ready once it was; None: it comes back by itself
    )
    refusal: Callable[[], Trouble | None] = lambda: None  # why it will never accept us, although it serves
    remedy: str = ""  # what to do where it does not come up, and its data may be at fault
    port: int | None = None  # on which it serves: a refusal counts only if it is its own
    leaves: Sequence[Path] = ()  # what it forgets outside its folder when it ends
    health: int | None = None  # the port on which it says whether it can serve; None: `ready` alone knows


class Pulse:
    """Whether a program that runs also serves, asked by other threads: the main one must not wait for it.

    Counted is the time between answers, never the time since the last good one: a machine that slept has asked nothing.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._question: Future[bool] | None = None
        self._ask_at = time.monotonic()
        self._came_up = False
        self._lost_at: float | None = None

    def lost_for(self, threads: Executor) -> float:
        if self._program.unresponsive_seconds is None:
            return 0
        now = time.monotonic()
        if self._question is not None and self._question.done():
            if self._question.exception() is None and self._question.result():
                self._came_up, self._lost_at = True, None
            elif self._lost_at is None:
                self._lost_at = now
            self._question = None
        if self._question is None and now >= self._ask_at:
            self._ask_at = now + ASK_SERVER_SECONDS
            self._question = threads.submit(self._program.ready)
        lost = 0 if self._lost_at is None else now - self._lost_at
        allowed = self._program.unresponsive_seconds if self._came_up else self._program.ready_seconds
        return lost if lost > allowed else 0


class Process:
    def __init__(self, program: Program, instance: str) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children belong to the thread that starts them: only the main thread may")
        self.program = program
        self.started_at = time.monotonic()
        self._pulse = Pulse(program)
        out = program.log.open("ab")
        self._log_begins = out.tell()
        try:
            self.child = subprocess.Popen(
                bound_to_us(program.argv, program.wrapper, program.orphan_signal),
                env={**program.env, **other_clock.kept(), INSTANCE_VARIABLE: instance},
                cwd=program.cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            out.close()

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int:
        return self.child.pid

    def ended(self) -> bool:
        return self.child.poll() is not None

    def is_ready(self) -> bool:
        """True once it answers, itself and no other program; raises Trouble with the cause when it ended instead."""
        if self.ended():
            raise self.did_not_come_up()
        if self.program.ready():
            return self._holds(self.program.health)
        if (why := self.program.refusal()) and self._holds(self.program.port):
            raise why
        return False

    def _holds(self, port: int | None) -> bool:
        """Whether it listens there: another instance's answer on a port that both chose would look like ours."""
        if port is None:
            return True
        try:
            sockets = psutil.Process(self.pid).net_connections("tcp")
        except psutil.Error:
            return False
        return any(socket.status == psutil.CONN_LISTEN and socket.laddr[1] == port for socket in sockets)

    def did_not_come_up(self) -> Trouble:
        log = tail(self.program.log, self._log_begins)
        if disk_full(self.program.log.parent, log):
            return Trouble(
                f"{self.name} n’a pas démarré, le disque est plein : libérez environ 1 Go, puis relancez la commande."
            )
        if TAKEN.search(log):
            return PortTaken(
                f"{self.name} n’a pas démarré, un autre programme vient de prendre l’un de ses ports : relancez la commande, "
                "qui en choisira d’autres."
            )
        said = log.partition("Exception ignored in")[0]  # what follows comes from the end itself, and is not its cause
        remedy = f" ; {self.program.remedy}" if self.program.remedy else ""
        return Trouble(f"{self.name} n’a pas démarré ({last_words(said)}) ; voir {self.program.log}{remedy}.")

    def unresponsive_for(self, threads: Executor) -> float:
        """For how long it has been running without serving, once that is longer than it may be; else 0."""
        return 0 if self.ended() else self._pulse.lost_for(threads)

    def ask_to_stop(self, sign: signal.Signals | None = None) -> None:
        asked = sign or self.program.stop_signal
        if asked is not None and not self.ended():
            self.child.send_signal(asked)

    def kill(self) -> None:
        """Ends it and whatever it started in its session, and reaps it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


def last_words(said: str) -> str:
    """The line that says why it ended, where one does; else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [found[0] for line in lines if (found := CAUSE.search(line))]
    return (causes or lines or ["rien dans son journal"])[-1][:200]


def tail(log: Path, begins: int, lines: int = LOG_TAIL_LINES) -> str:
    """The last lines of a log since a process began to write there, decoded as far as possible."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(begins, log.stat().st_size - 8192))
            text = stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def stop_together(processes: Sequence[Process], console: Console) -> None:
    """Asks all to stop at once and waits for them; kills those that overrun their own time."""
    for process in processes:
        process.ask_to_stop()
    began = asked_at = time.monotonic()

    def all_ended() -> bool:
        nonlocal asked_at
        now = time.monotonic()
        for process in processes:
            if not process.ended() and now - began > process.program.stop_seconds:
                if process.program.stop_signal is not None:
                    console.step(f"{process.name} ne s’arrête pas de lui-même : il est interrompu")
                process.kill()
            elif process.program.loses_early_signals and now - asked_at > ASK_AGAIN_SECONDS:
                asked_at = now
                process.ask_to_stop()
        return all(process.ended() for process in processes)

    longest = max((process.program.stop_seconds for process in processes), default=0)
    names = ", ".join(process.name for process in processes)
    console.wait(f"Arrêt de {names}", all_ended, longest + 10, lambda: Trouble(f"Arrêt impossible : {names}."))
    for process in processes:
        process.kill()  # nothing of its session stays, such as a helper that ignored the signal
        for forgotten in process.program.leaves:
            forgotten.unlink(missing_ok=True)


def sweep(instance: str, console: Console) -> list[str]:
    """Ends what an earlier, killed start of this instance may have left, with signs of life; returns their names.

    Call it only with the instance's lock in hand: every child carries the instance in its environment.
    """
    with console.busy("Fin de ce qu’un démarrage interrompu a laissé"):
        return _sweep(instance)


def _sweep(instance: str) -> list[str]:
    left = [
        process
        for process in psutil.process_iter(["name", "environ"])
        if process.pid != os.getpid() and (process.info["environ"] or {}).get(INSTANCE_VARIABLE) == instance
    ]
    stubborn = _end(left, psutil.Process.terminate)
    _end(stubborn, psutil.Process.kill)
    return [process.info["name"] for process in left]


def _end(processes: Sequence[psutil.Process], how: Callable[[psutil.Process], None]) -> list[psutil.Process]:
    """Those that still run `LEFT_ENDS_SECONDS` later; one that has ended by itself is left out."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            how(process)
    return psutil.wait_procs(processes, timeout=LEFT_ENDS_SECONDS)[1]
