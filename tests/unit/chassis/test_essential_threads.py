"""A thread that must last ends its process when it cannot: half a process looks ready and does nothing."""

import subprocess
import sys

PROCESS = """
import threading
from services.chassis import essential_threads

def work():
    {work}

essential_threads.start(work, "receives-requests").join()
threading.Event().wait({then})
"""


def run(work: str, then: str) -> subprocess.CompletedProcess[str]:
    program = PROCESS.format(work=work, then=then)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)


def test_an_unforeseen_error_ends_the_process_and_is_logged_without_values() -> None:
    ended = run("raise TypeError('Madame Martin')", then="")

    assert ended.returncode == 1
    assert "thread_ended" in ended.stdout and "receives-requests" in ended.stdout and "TypeError" in ended.stdout
    assert "work" in ended.stdout
    assert "Martin" not in ended.stdout + ended.stderr


def test_work_that_is_asked_to_stop_does_not_end_its_process() -> None:
    ended = run("return", then="0")

    assert ended.returncode == 0
