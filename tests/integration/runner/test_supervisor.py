"""Waves of processes: what ends is started again, the last one started stops first, and a full disk ends no supervision."""

import errno
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.command import layout as layouts
from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.local import ports, processes, supervisor
from deploy.local.status import running_note
from deploy.local.supervisor import Supervisor
from deploy.local.up import on_free_ports
from tests.integration.runner.sleepers import SLEEP, program, python


def test_the_last_started_stops_first(layout: Layout, console: Console) -> None:
    with Supervisor(layout, console) as running:
        running.start(program(layout, SLEEP, "first"))
        running.start(program(layout, SLEEP, "second"))
        first, second = running.waves[0][0], running.waves[1][0]
        alive_when_second_ended: list[bool] = []
        wait = second.child.wait
        second.child.wait = lambda *a: (alive_when_second_ended.append(not first.ended()), wait(*a))[1]  # type: ignore[method-assign]
    assert alive_when_second_ended[0]
    assert first.ended()
    assert not layout.running.exists()


def test_the_parallel_work_ends_before_the_wait_for_the_wave(layout: Layout, console: Console) -> None:
    never_without = program(layout, python("import time; time.sleep(60)"))
    with Supervisor(layout, console) as running:
        running.start(never_without, meanwhile=lambda: never_without.log.write_text("up"))
        assert not running.waves[0][0].ended()


@pytest.fixture
def running(layout: Layout, console: Console) -> Iterator[Supervisor]:
    """A supervisor over one sleeper."""
    with Supervisor(layout, console) as running:
        running.start(program(layout, SLEEP))
        yield running


def pid_of(running: Supervisor) -> int:
    return running.waves[0][0].pid


def killed(running: Supervisor) -> int:
    """The sleeper dies; what its number was."""
    first = pid_of(running)
    os.kill(first, signal.SIGKILL)
    return first


def test_a_process_that_dies_is_started_again(running: Supervisor) -> None:
    first = killed(running)

    watched_until(running, lambda: pid_of(running) != first)


class Enough(Exception):
    pass


def test_the_supervisor_rests_until_a_process_dies(running: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "REST_SECONDS", 3600)
    revived = list[float]()

    def revive() -> None:
        revived.append(time.monotonic())
        raise Enough

    monkeypatch.setattr(running, "revive", revive)
    dies = threading.Timer(0.5, lambda: killed(running))
    begun = time.monotonic()
    dies.start()
    with pytest.raises(Enough):
        running.watch()

    assert len(revived) == 1, "it looked before anything had ended"
    assert revived[0] - begun >= 0.5


def watched_until(running: Supervisor, holds: Callable[[], bool]) -> None:
    """Watches until that is so; what never is ends with the test's own time-out."""

    def look() -> None:
        if holds():
            raise Enough

    with pytest.raises(Enough):
        running.watch(look)


def watched_for(running: Supervisor, turns: int) -> None:
    left = iter(range(turns))
    watched_until(running, lambda: next(left, None) is None)


@pytest.fixture
def asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ASK_SERVER_SECONDS", 0.05)


def noted_pid(layout: Layout) -> int:
    note = running_note(layout)
    assert note is not None
    pid: int = note["processes"]["sleeper"]["pid"]
    return pid


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.usefixtures("asked_often")
def test_a_stopped_server_is_started_again_once_the_disk_has_room(
    layout: Layout, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, serves = [True], [True]
    monkeypatch.setattr(supervisor, "disk_full", lambda _where: full[0])
    server = replace(program(layout, SLEEP), ready=lambda: serves[0], unresponsive_seconds=0.3)
    with Supervisor(layout, console) as running:
        running.start(server)
        first = running.waves[0][0]
        watched_for(running, turns=8)
        assert not first.ended()

        serves[0] = False
        watched_until(running, lambda: "le disque est plein" in console.out.getvalue())  # type: ignore[attr-defined]
        assert not first.ended()

        full[0] = False
        watched_until(running, lambda: running.waves[0][0] is not first)

        serves[0] = True
        assert "sleeper ne répond plus depuis" in console.out.getvalue()  # type: ignore[attr-defined]
        assert first.child.returncode == -signal.SIGKILL


def test_a_failed_restart_has_the_time_of_a_start(layout: Layout) -> None:
    never = replace(program(layout, SLEEP), ready=lambda: False, unresponsive_seconds=0, ready_seconds=60)
    pulse = processes.Pulse(never)
    with ThreadPoolExecutor() as threads:
        for _ in range(5):
            assert pulse.lost_for(threads) == 0
            time.sleep(0.02)


def test_a_full_disk_ends_no_supervisor_and_pids_are_noted_in_the_room_there_is(
    monkeypatch: pytest.MonkeyPatch, layout: Layout, running: Supervisor
) -> None:
    monkeypatch.setattr(layouts, "write_private", no_room)

    first = killed(running)
    watched_until(running, lambda: pid_of(running) != first)

    assert noted_pid(layout) == pid_of(running)


def test_pids_are_noted_as_soon_as_the_disk_has_room(
    monkeypatch: pytest.MonkeyPatch, layout: Layout, running: Supervisor
) -> None:
    with monkeypatch.context() as full:
        full.setattr(supervisor, "rewrite_private", no_room)
        first = killed(running)
        watched_until(running, lambda: pid_of(running) != first)
        assert noted_pid(layout) == first

    watched_until(running, lambda: noted_pid(layout) != first)


def test_a_program_without_room_to_start_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, console: Console, running: Supervisor
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_SECONDS", 0.5)
    with monkeypatch.context() as full:
        full.setattr(supervisor, "Process", no_room)
        first = killed(running)
        watched_until(running, lambda: "n’a pas pu être relancé" in console.out.getvalue())  # type: ignore[attr-defined]

    watched_until(running, lambda: pid_of(running) != first)


def test_a_log_too_large_to_be_kept_is_emptied_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LARGEST_LOG_BYTES", 3)
    monkeypatch.setattr(shutil, "copyfile", no_room)
    (tmp_path / "x.log").write_text("many lines")

    supervisor.rotate(tmp_path / "x.log")

    assert (tmp_path / "x.log").read_text() == ""


def test_a_start_that_loses_a_race_for_a_port_is_made_again_on_others(layout: Layout, console: Console) -> None:
    started: list[dict[str, int]] = []
    with ExitStack() as others:

        def start() -> None:
            chosen = ports.choose(["one"], home=layout.home)
            if not started:  # faster than ours, on the port that was free a moment ago
                others.enter_context(socket.create_server(("127.0.0.1", chosen["one"])))
            started.append(chosen)
            listen = f"import socket, time; socket.create_server(('127.0.0.1', {chosen['one']})); print('up'); time.sleep(60)"
            with Supervisor(layout, console) as running:
                running.start(program(layout, [sys.executable, "-u", "-S", "-c", listen]))
                assert signal.getsignal(signal.SIGTERM) != signal.SIG_IGN  # it can still be stopped

        on_free_ports(start, console)
    assert len(started) == 2
    assert started[0] != started[1]
