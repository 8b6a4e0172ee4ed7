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
begun = time.monotonic()
hashing.hash_password("this one tells what one costs here and now")
one = time.monotonic() - begun
ticker = eventlet.spawn(tick)
eventlet.sleep(0.02)
kept = hashing.hash_all(["quatre grenouilles"] * 6)
assert hashing.is_password("quatre grenouilles", kept[0])
assert not hashing.is_password("cinq grenouilles", kept[0])
assert not hashing.is_password("quatre grenouilles", None)
print(longest / one)
"""


def test_hashing_does_not_stop_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert float(done.stdout) < 2, "six hashes never keep the rest waiting for as long as two take"
