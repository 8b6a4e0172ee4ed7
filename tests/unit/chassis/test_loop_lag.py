"""A hub that stands still is reported, whatever it does meanwhile: in a process of its own, for pytest's is not patched."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STANDS_STILL = """
from services.chassis.process import patched, loop_lag
import eventlet, time
from eventlet.patcher import original

loop_lag.LOGGED_EVERY_SECONDS = 0.2
reported = []
loop_lag.metrics.hub_pause = lambda longest, own: reported.append((longest, own))
loop_lag.Watch().begin()
{beside}
time.sleep(0.3)
begun = time.thread_time()
{stand_still}
time.sleep(0.3)
print(max(longest for longest, _ in reported), max(own for _, own in reported))
"""


WAITS_FOR_A_SOCKET = "eventlet.spawn(eventlet.listen(('127.0.0.1', 0)).accept)"


@pytest.mark.parametrize("beside", ["", WAITS_FOR_A_SOCKET], ids=["without a socket", "with a socket"])
@pytest.mark.parametrize(
    "stand_still",
    ["original('time').sleep(0.4)", "while time.thread_time() < begun + 0.4: pass"],
    ids=["waits in a call that is not patched", "computes"],
)
def test_a_pause_of_our_own_is_counted_as_own(stand_still: str, beside: str) -> None:
    longest, own = said(STANDS_STILL.format(stand_still=stand_still, beside=beside))
    assert 0.3 <= longest < 10
    assert 0.2 <= own <= longest


RESTS = """
from services.chassis.process import patched, loop_lag
import eventlet, resource, time
from eventlet.patcher import original

loop_lag.LOGGED_EVERY_SECONDS = 0.2
reported = []
loop_lag.metrics.hub_pause = lambda _, own: reported.append(own)
loop_lag.Watch().begin()
eventlet.spawn(eventlet.listen(("127.0.0.1", 0)).accept)
time.sleep(0)
slept = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
time.sleep(1)
print(max(reported), resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - slept)
"""


def test_an_idle_hub_is_not_woken_and_its_rest_is_not_a_pause() -> None:
    own, wakes = said(RESTS)
    assert own < 0.5
    assert wakes <= 2


def said(program: str) -> list[float]:
    """The numbers of its last line: its log came before."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return [float(word) for word in done.stdout.splitlines()[-1].split()]


SLEEPS = """
from services.chassis.process import patched, loop_lag
import eventlet, os, signal, subprocess
from eventlet.event import Event

reported = Event()
signal.signal(signal.SIGTERM, lambda *_: reported.send())
loop_lag.wake_on_signals()
subprocess.Popen(["sh", "-c", f"sleep 0.5; kill -TERM {os.getpid()}"])
eventlet.spawn(eventlet.sleep, 600)
reported.wait()
print("reported", flush=True)
os._exit(0)
"""


def test_a_signal_wakes_a_hub_that_sleeps() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SLEEPS], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "reported\n", done.stderr
