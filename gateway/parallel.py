"""Several questions of one page, asked at once: the page waits for the slowest of them, not for all in turn."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from services.chassis.errors import Unavailable


def in_parallel(**questions: Callable[[], Any]) -> dict[str, Any]:
    """The answers by the names of their questions; None where no service answered.

    Each is asked on behalf of the present HTTP request, within its deadline. What else one raises is raised here.
    """
    answers: dict[str, Any] = {}
    failures: list[BaseException] = []

    def ask(name: str, question: Callable[[], Any]) -> None:
        try:
            answers[name] = question()
        except Unavailable:
            answers[name] = None
        except BaseException as failure:  # raised again by who waits
            failures.append(failure)

    # Each thread runs in a copy of this context: the same request, the same `g`.
    threads = [threading.Thread(target=copy_context().run, args=(ask, *one), daemon=True) for one in questions.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return answers
