"""Makes a process cooperative. Imported before anything else by every process that runs on eventlet.

psycopg has to find its wait function in the environment at its first import, and the standard library has to be patched
before that: otherwise each query stops every other piece of work of the process.
"""

import gc
import os
import warnings

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")  # known: docs/decisions/0007

import eventlet

eventlet.monkey_patch()

import psycopg.waiting
from eventlet.patcher import is_monkey_patched


class WouldBlock(RuntimeError):
    """The database driver would stop the hub: the process must not serve."""


def guard() -> None:
    """Raises WouldBlock unless the hub goes on during a query."""
    wait = getattr(psycopg.waiting.wait, "__name__", "unknown")
    if wait != "wait_selector" or not is_monkey_patched("select"):
        raise WouldBlock(
            f"psycopg would block the hub (wait function {wait}): PSYCOPG_WAIT_FUNC must be wait_selector, "
            "and services.chassis.patched must be the first import of the process"
        )


def started() -> None:
    """Takes what was loaded at the start out of the garbage collector's sight: each full collection stopped the hub for it."""
    gc.collect()
    gc.freeze()
