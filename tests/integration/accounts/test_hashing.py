import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.programs import OF_ITS_OWN
from services.accounts.credentials import hashing

ROOT = Path(__file__).parents[3]

# What the service's process does, with a ticker beside it that counts its turns. Where a hash held the process, it would have
# one between two of them at most; how long each takes on a busy machine says nothing.
SCRIPT = """
from services.chassis.process import patched
import eventlet
from services.accounts.credentials import hashing

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

# Forty people at once where a password takes half a second: as many are let in as can be answered within two, and these are.
CROWD = """
from services.chassis.process import patched
import eventlet
from eventlet import GreenPool
from services.accounts.credentials import hashing
from services.chassis.errors import Unavailable

def slowly(*_):
    eventlet.sleep(0.01)
    return True

hashing.in_a_thread = slowly
hashing.pace.note = lambda seconds: None
hashing.pace.seconds = 0.5

def come(_):
    try:
        return hashing.is_password("quatre grenouilles", None)
    except Unavailable:
        return "refused"

print(list(GreenPool(40).imap(come, range(40))).count("refused"))
hashing.pace.seconds = 5.0
assert come(0) is False, "a caller is let in when no other waits, however slow the machine"
"""


# How many pages of memory the kernel hands out for one password; 64 MiB are 16,384 small ones, or 32 large ones.
PAGES = """
import resource
from services.accounts.credentials import hashing

hashing._hasher.hash("the first one")
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
hashing._hasher.hash("quatre grenouilles")
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.skipif(
    not LARGE_PAGES.exists() or "[never]" in LARGE_PAGES.read_text("ascii"), reason="this kernel gives no large pages"
)
def test_the_memory_of_a_password_comes_in_large_pages() -> None:
    environment = {"PATH": os.environ["PATH"], **OF_ITS_OWN["accounts"]}
    counted = printed(PAGES, environment)
    assert counted < 16_384 / 4, "at least three quarters of it, however scattered the machine's memory is"


def printed(script: str, environment: dict[str, str] | None = None) -> int:
    """The number that a process of this script prints."""
    line = [sys.executable, "-W", "ignore", "-c", script]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)


def test_a_password_check_without_enough_time_is_refused_at_once() -> None:
    let_in = 2 + 8  # two at work; eight more, and the last of them waits for (8 / 2) times half a second
    assert printed(CROWD) == 40 - let_in


def test_hashing_does_not_stop_the_process() -> None:
    assert printed(SCRIPT) > 6 + 1, "the rest of the process goes on while six passwords are hashed"


def test_the_hash_of_no_account_is_another_each_time_and_no_password_is_right() -> None:
    first, second = hashing.unknown_password(), hashing.unknown_password()

    assert first != second
    assert not any(hashing.is_password(guess, first) for guess in ("", "a password that nobody knows", first))
