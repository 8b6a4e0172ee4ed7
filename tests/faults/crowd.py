"""Many people who want the same thing at the same instant."""

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, TypeVar

import requests

from tests.support.people import Person

Json = dict[str, Any]
W = TypeVar("W")
T = TypeVar("T")

PATIENCE_SECONDS = 90
SIDE_BY_SIDE = 8


@dataclass
class Somebody(Person):
    """A visitor who asks again, with the same key, while the outcome of the wish is unknown."""

    visitor: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        self.session.headers["Cookie"] = f"parvis-visitor={self.visitor}"

    def ask(self, method: str, path: str, *, key: str | None = None, **options: Any) -> requests.Response:
        key, deadline = key or str(uuid.uuid4()), time.monotonic() + PATIENCE_SECONDS
        while (answer := super().ask(method, path, key=key, **options)).status_code == 503:
            if time.monotonic() > deadline:
                break
            time.sleep(0.5)
        return answer

    def cancel(self, receipt: Json) -> None:
        path, mine = f"/requests/{receipt['number']}", followed(receipt)
        self.do("POST", f"{path}/cancellation", {"version": self.get(path, headers=mine)["version"]}, headers=mine)


def followed(receipt: Json) -> dict[str, str]:
    """The header by which a request is followed."""
    return {"Parvis-Tracking": receipt["tracking_token"]}


def at_once(wishes: Sequence[W], do: Callable[[W], T]) -> list[T]:
    """Each wish in a thread of its own, all begun at the same instant; their results in order."""
    together = Barrier(len(wishes))

    def one(wish: W) -> T:
        together.wait()
        return do(wish)

    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(one, wishes))


def side_by_side(wishes: Iterable[W], do: Callable[[W], T]) -> list[T]:
    """Each wish, a few at a time; their results in order."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(do, wishes))
