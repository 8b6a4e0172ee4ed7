"""Makes a process cooperative. Imported before anything else by every process that runs on eventlet.

psycopg has to find its wait function in the environment at its first import, and the standard library has to be patched
before that: otherwise each query stops every other piece of work of the process.
"""

import gc
import os
import socket
from typing import Any, cast

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # a resolver in Python, of 10 MiB in each process
# The system's own is asked in its place; each name server that does not answer is given up after 4 s.
os.environ.setdefault("RES_OPTIONS", "timeout:2 attempts:2")

import eventlet
from eventlet import tpool
from eventlet.green import socket as green_socket
from eventlet.patcher import is_monkey_patched

_resolve = socket.getaddrinfo


def getaddrinfo(
    host: bytes | str | None,
    port: bytes | str | int | None,
    family: int = 0,
    type: int = 0,
    proto: int = 0,
    flags: int = 0,
) -> list[Any]:
    """As the standard library's, in a native thread: it blocks until a name server answers.

    No answer is kept: a server that came back under another address is found at once.
    """
    try:
        return _resolve(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
    except socket.gaierror:  # a name, not an address
        return cast(list[Any], tpool.execute(_resolve, host, port, family, type, proto, flags))


green_socket.getaddrinfo = getaddrinfo
eventlet.monkey_patch()

import select

import psycopg
import psycopg.waiting
from eventlet.hubs import trampoline
from psycopg.waiting import READY_NONE, READY_R, READY_W, WAIT_R, WAIT_W, wait_selector


class _Later(Exception):
    """Nothing came on the socket for the interval after which psycopg is given control again."""


def wait_on_hub(gen: Any, fileno: int, interval: float = 0.0, timeout: float | None = None) -> Any:
    """psycopg's wait on the hub itself: the same as its `wait_selector`, without a selector made for each query."""
    if timeout is not None:
        return wait_selector(gen, fileno, interval, timeout)
    try:
        wanted = next(gen)
        while True:
            wanted = gen.send(_ready(wanted, fileno, interval))
    except StopIteration as done:
        return done.value


def _ready(wanted: int, fileno: int, interval: float) -> int:
    if wanted not in (WAIT_R, WAIT_W):  # a query too large for the socket's buffer: both ways at once
        readable, writable, _ = select.select([fileno], [fileno], [], interval)
        return (READY_R if readable else READY_NONE) | (READY_W if writable else READY_NONE)
    try:
        # any exception serves as the one of a time-out
        trampoline(fileno, wanted == WAIT_R, wanted == WAIT_W, interval, timeout_exc=_Later)  # pyright: ignore[reportArgumentType]
    except _Later:
        try:
            os.fstat(fileno)
        except OSError:
            raise psycopg.OperationalError("connection socket closed") from None
        return READY_NONE
    return READY_R if wanted == WAIT_R else READY_W


psycopg.waiting.wait = wait_on_hub


class WouldBlock(RuntimeError):
    """The database driver would stop the hub: the process must not serve."""


def guard() -> None:
    """Raises WouldBlock unless the hub goes on during a query."""
    connecting = os.environ.get("PSYCOPG_WAIT_FUNC")
    if psycopg.waiting.wait is not wait_on_hub or connecting != "wait_selector" or not is_monkey_patched("select"):
        raise WouldBlock(
            f"psycopg would block the hub (PSYCOPG_WAIT_FUNC is {connecting}): it must be wait_selector, "
            "and services.chassis.process.patched must be the first import of the process"
        )


def started() -> None:
    """Takes what was loaded at the start out of the garbage collector's sight: each full collection stopped the hub for it."""
    gc.collect()
    gc.freeze()
