"""Work that takes the processor for more than a moment: in a thread of its own, so that the hub goes on."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from eventlet import tpool
from eventlet.patcher import is_monkey_patched

P = ParamSpec("P")
T = TypeVar("T")


def in_a_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the work returns or raises; other green threads run meanwhile. Without a hub it runs in the calling thread."""
    if not is_monkey_patched("thread"):
        return work(*args, **kwargs)
    return cast(T, tpool.execute(work, *args, **kwargs))  # the library's result is untyped
