"""Processes come up or say why, stop when they are asked, and never outlive the one that started them."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.command import console as consoles
from deploy.command.console import Console, bound_to_us
from deploy.command.layout import DAMAGED, Layout
from deploy.command.trouble import Trouble
from deploy.local import processes
from deploy.local.processes import INSTANCE_VARIABLE, Process, Program, sweep
from deploy.local.supervisor import Supervisor
from tests.integration.runner.sleepers import DEAF, ENVIRONMENT, SLEEP, program, python

ROOT = Path(__file__).parent.parent.parent.parent


def not_started(one: Program, layout: Layout, console: Console) -> str:
    """Why it does not come up."""
    with pytest.raises(Trouble) as refused, Supervisor(layout, console) as running:
        running.start(one)
    return str(refused.value)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("LOG:  starting\\nPANIC:  could not read file\\nLOG:  shut down", "(PANIC:  could not read file)"),
        ("Kernel pid terminated (boot)\\nCrash dump is being written", "(Kernel pid terminated (boot))"),
    ],
    ids=["PostgreSQL", "RabbitMQ"],
)
def test_a_server_with_damaged_data_is_reported_with_cause_and_remedy(
    said: str, sentence: str, layout: Layout, console: Console
) -> None:
    failing = replace(program(layout, python(f"print('{said}'); import sys; sys.exit(1)")), remedy=DAMAGED)
    trouble = not_started(failing, layout, console)
    assert sentence in trouble
    assert trouble.endswith("--fresh (les données sont perdues).")


def test_a_program_too_slow_to_start_is_stopped_and_reported(layout: Layout, console: Console) -> None:
    never = program(layout, python("import time; time.sleep(60)"), ready_seconds=0.3)
    assert "sleeper n’a pas démarré" in not_started(never, layout, console)
    assert sweep(layout.instance, console) == []


def test_a_program_that_ignores_the_signal_is_killed(layout: Layout, console: Console) -> None:
    with Supervisor(layout, console) as running:
        running.start(program(layout, DEAF, stop_seconds=0.3))
        deaf = running.waves[0][0]
    assert deaf.child.returncode == -signal.SIGKILL
    assert "ne s’arrête pas de lui-même" in console.out.getvalue()  # type: ignore[attr-defined]


def test_a_program_without_stop_signal_gets_its_time_and_is_killed_without_a_word(
    layout: Layout, console: Console
) -> None:
    with Supervisor(layout, console) as running:
        running.start(replace(program(layout, SLEEP, stop_seconds=0.3), stop_signal=None))
        unasked, began = running.waves[0][0], time.monotonic()
    assert unasked.child.returncode == -signal.SIGKILL
    assert time.monotonic() - began >= 0.3
    assert "ne s’arrête pas de lui-même" not in console.out.getvalue()  # type: ignore[attr-defined]


def test_a_program_that_loses_an_early_signal_is_signalled_again(layout: Layout, console: Console) -> None:
    losing = python(
        "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)));"
        "print('up', flush=True); [signal.pause() for _ in range(9)]"
    )
    with Supervisor(layout, console) as running:
        running.start(program(layout, losing, loses_early_signals=True))
        asked = running.waves[0][0]
    assert asked.child.returncode == 7


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = f"""
        import sys
        import time
        from pathlib import Path
        from deploy.local.processes import Process, Program
        sleeper = Program(name="s", argv={SLEEP!r}, env={ENVIRONMENT!r}, log=Path({str(tmp_path / "log")!r}), ready=bool)
        child = Process(sleeper, "killed")
        while "up" not in sleeper.log.read_text():  # from here on the kernel has been asked
            time.sleep(0.01)
        print(child.pid, flush=True)
        sys.stdin.read()
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        child.wait(timeout=30)


def test_a_program_of_a_killed_start_does_not_run(tmp_path: Path) -> None:
    script = (
        "import json; from deploy.command.console import bound_to_us; print(json.dumps(bound_to_us(['touch', 'ran'])))"
    )
    begun = json.loads(subprocess.check_output([sys.executable, "-c", script], cwd=ROOT))  # its process has ended
    assert subprocess.run(begun, cwd=tmp_path, check=False).returncode != 0
    assert not (tmp_path / "ran").exists()

    assert subprocess.run(bound_to_us(["touch", "ran"]), cwd=tmp_path, check=False).returncode == 0
    assert (tmp_path / "ran").exists()


def test_no_step_outlives_a_start_that_is_killed(tmp_path: Path) -> None:
    script = f"""
        from pathlib import Path
        from deploy.command.console import Console
        Console().run("step", {SLEEP!r}, seconds=60, log=Path({str(tmp_path / "log")!r}))
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.DEVNULL)
    with parent:
        while not (tmp_path / "log").exists() or "up" not in (tmp_path / "log").read_text():
            assert parent.poll() is None
            time.sleep(0.02)
        [step] = psutil.Process(parent.pid).children()
        parent.kill()
        step.wait(timeout=30)


def test_the_processes_of_a_step_end_with_it(tmp_path: Path, console: Console) -> None:
    helper = tmp_path / "helper"
    step = ["/bin/sh", "-c", f"sleep 60 & echo $! >{helper}; wait"]

    def interrupt_once_it_runs() -> None:
        if helper.exists() and helper.read_text().strip():
            raise KeyboardInterrupt

    console.meanwhile = interrupt_once_it_runs
    with pytest.raises(KeyboardInterrupt):
        console.run("step", step, seconds=60, log=tmp_path / "log")
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(helper.read_text())).wait(timeout=30)
    assert not psutil.pid_exists(int(helper.read_text()))


def test_a_port_taken_meanwhile_is_reported_with_what_to_do(layout: Layout, console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        bind = f"import socket; socket.create_server(('127.0.0.1', {other.getsockname()[1]}))"
        trouble = not_started(program(layout, python(bind)), layout, console)
    assert "un autre programme vient de prendre l’un de ses ports : relancez" in trouble


def test_an_answer_from_another_program_is_not_taken_for_ours(layout: Layout, console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        bind = f"import socket, time; time.sleep(0.3); socket.create_server(('127.0.0.1', {port}))"
        late = replace(program(layout, python(bind), "late"), ready=lambda: True, health=port)
        assert "un autre programme vient de prendre" in not_started(late, layout, console)


def test_a_server_that_refuses_us_is_waited_for_no_longer(layout: Layout, console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        serving = python(
            "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); time.sleep(60)"
        )
        refusal = Trouble("mot de passe refusé")
        port = other.getsockname()[1]
        refusing = replace(program(layout, serving), ready=lambda: False, refusal=lambda: refusal, port=port)
        with Supervisor(layout, console) as running:
            process = Process(refusing, layout.instance)
            running.waves.append([process])
            while not refusing.log.read_text():
                time.sleep(0.02)
            assert not process.is_ready()

            process.program = replace(refusing, port=int(refusing.log.read_text()))
            with pytest.raises(Trouble, match="mot de passe refusé"):
                process.is_ready()


def test_a_program_that_ends_instead_of_starting_is_reported_with_its_output(layout: Layout, console: Console) -> None:
    layout.log("sleeper").write_text("No space left on device\n")  # of an earlier start
    trouble = not_started(program(layout, python("print('no such town'); import sys; sys.exit(1)")), layout, console)
    assert trouble.startswith("sleeper n’a pas démarré") and "no such town" in trouble


def test_the_next_start_ends_the_processes_of_a_killed_one(layout: Layout, console: Console) -> None:
    left = subprocess.Popen(SLEEP, env={**ENVIRONMENT, INSTANCE_VARIABLE: layout.instance}, stdout=subprocess.DEVNULL)
    other = subprocess.Popen(SLEEP, env={**ENVIRONMENT, INSTANCE_VARIABLE: "another"}, stdout=subprocess.DEVNULL)
    try:
        assert len(sweep(layout.instance, console)) == 1
        assert not psutil.pid_exists(left.pid)
        assert other.poll() is None
    finally:
        left.wait()
        other.kill()
        other.wait()


def test_a_slow_end_of_a_former_start_is_reported(
    layout: Layout, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consoles, "SIGN_OF_LIFE_SECONDS", 0.05)
    monkeypatch.setattr(processes, "LEFT_ENDS_SECONDS", 0.3)
    environment = {**ENVIRONMENT, INSTANCE_VARIABLE: layout.instance}
    with subprocess.Popen(DEAF, env=environment, stdout=subprocess.PIPE, text=True) as left:
        assert left.stdout and left.stdout.readline() == "up\n"
        sweep(layout.instance, console)
    assert "démarrage interrompu" in console.out.getvalue()  # type: ignore[attr-defined]


def test_children_are_started_by_the_main_thread_only(layout: Layout) -> None:
    with ThreadPoolExecutor(1) as thread, pytest.raises(RuntimeError, match="only the main thread"):
        thread.submit(Process, program(layout, SLEEP), "thread").result()
