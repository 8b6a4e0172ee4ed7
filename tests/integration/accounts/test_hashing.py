import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

# What the service's process does, with a ticker beside it that counts its turns. Where a hash held the process, it would have
# one between two of them at most; how long each takes on a busy machine says nothing.
SCRIPT = """
from services.chassis import patched
import eventlet
from services.accounts import hashing

turns = 0

def tick():
    global turns
    while True:
        eventlet.sleep(0.001)
        turns += 1

hashing.hash_password("the first one starts the threads")
ticker = eventlet.spawn(tick)
eventlet.sleep(0.02)
turns = 0
kept = hashing.hash_all(["quatre grenouilles"] * 6)
print(turns)
assert hashing.is_password("quatre grenouilles", kept[0])
assert not hashing.is_password("cinq grenouilles", kept[0])
assert not hashing.is_password("quatre grenouilles", None)
"""


def test_hashing_does_not_stop_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert int(done.stdout) > 6 + 1, "the rest of the process goes on while six passwords are hashed"
