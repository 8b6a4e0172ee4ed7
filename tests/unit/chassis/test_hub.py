"""A hub that stands still is told of, whatever it does meanwhile: a process of its own shows it, for pytest's is not patched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STANDS_STILL = """
from services.chassis import patched, hub
import threading, time
from eventlet.patcher import original

hub.TOLD_EVERY_SECONDS = 0.2
told = []
hub.metrics.hub_pause = lambda longest, own: told.append((longest, own))
stopping = threading.Event()
watch = threading.Thread(target=hub.Watch().run, args=(stopping,))
watch.start()
time.sleep(0.3)
begun = time.thread_time()
{stand_still}
time.sleep(0.3)
stopping.set()
watch.join()
print(max(longest for longest, _ in told), max(own for _, own in told))
"""


@pytest.mark.parametrize(
    "stand_still",
    ["original('time').sleep(0.4)", "while time.thread_time() < begun + 0.4: pass"],
    ids=["waits in a call that is not patched", "computes"],
)
def test_a_pause_of_our_own_is_told_as_such(stand_still: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STANDS_STILL.format(stand_still=stand_still)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    longest, own = map(float, done.stdout.splitlines()[-1].split())  # its log came before
    assert longest >= 0.3
    assert 0.2 <= own <= longest
