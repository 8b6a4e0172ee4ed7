"""Passwords at rest: argon2id, 64 MiB, three passes, one lane. Never on the hub, never more than two at once.

Hashed where it stands, one password stops a whole process for 140 ms (measured: eight froze the hub for 1.1 s); in a
thread behind two slots the longest pause is 21 ms, and memory stays bounded.
"""

import base64
import secrets
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from eventlet import GreenPool
from eventlet.semaphore import Semaphore

from services.accounts.credentials.threads import in_a_thread
from services.chassis.errors import Unavailable

SLOTS = 2
# half of what a caller waits in all: a call that would be answered too late is refused at once
LONGEST_WAIT_SECONDS = 2.0

# The hash of an unknown password: what an unknown name is compared with, so that it takes as long as a known one.
OF_NO_ACCOUNT = "$argon2id$v=19$m=65536,t=3,p=1$HPdR44TI5B8fHhVDwyagmA$nKNmUh7Riqu2rkIVhVZG22CGB2cfASxNXJdO8MtDrH0"

PASSES, MEMORY_KIB = 3, 64 * 1024
_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
_slots = Semaphore(SLOTS)


class Pace:
    """How long one password takes on this machine at present: on a busy one five times as long as on an idle one."""

    def __init__(self) -> None:
        self.seconds = 0.14

    def note(self, seconds: float) -> None:
        self.seconds = 0.8 * self.seconds + 0.2 * seconds


pace = Pace()


def hash_password(password: str) -> str:
    """The hash to keep. Raises Unavailable when too many are waiting."""
    _refuse_a_crowd()
    return _hash(password)


def hash_all(passwords: Iterable[str]) -> list[str]:
    """The hashes of a few passwords, in order, as many at a time as there are slots, however long that takes."""
    return list(GreenPool(SLOTS).imap(_hash, passwords))  # pyright: ignore[reportUnknownMemberType] eventlet has no types


def unknown_password() -> str:
    """The hash to keep of a person without a password: random, so no password leads to it, and it costs as much to judge."""
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${salt}${digest}"


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the hash is that password's. None takes as long, and is never right. Raises Unavailable as above."""
    _refuse_a_crowd()
    with _slot():
        right = in_a_thread(_verify, password_hash or OF_NO_ACCOUNT, password)
    return right and password_hash is not None


def _hash(password: str) -> str:
    with _slot():
        return in_a_thread(_hasher.hash, password)


@contextmanager
def _slot() -> Generator[None]:
    with _slots:
        begun = time.monotonic()
        yield
        pace.note(time.monotonic() - begun)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


def _refuse_a_crowd() -> None:
    # By time, not by number: a queue that lasts longer than its callers wait serves only callers who are gone.
    waiting = max(0, -_slots.balance)
    if waiting and (waiting + 1) * pace.seconds / SLOTS > LONGEST_WAIT_SECONDS:
        raise Unavailable
