import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

# What the service's process does, with a ticker beside it that notes the longest time it was kept waiting.
SCRIPT = """
from services.chassis import patched
import time
import eventlet
from services.accounts import hashing

longest = 0.0

def tick():
    global longest
    while True:
        begun = time.monotonic()
        eventlet.sleep(0.005)
        longest = max(longest, time.monotonic() - begun)

hashing.hash_password("the first one starts the threads")
ticker = eventlet.spawn(tick)
eventlet.sleep(0.02)
kept = hashing.hash_all(["quatre grenouilles"] * 6)
assert hashing.is_password("quatre grenouilles", kept[0])
assert not hashing.is_password("cinq grenouilles", kept[0])
assert not hashing.is_password("quatre grenouilles", None)
print(round(longest * 1000))
"""


def test_hashing_does_not_stop_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert int(done.stdout) <= 100, f"the hub stood still for {done.stdout.strip()} ms"
