"""Many people who want the same thing at the same instant."""

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, TypeVar

import requests

from tests.faults.house import House

Json = dict[str, Any]
W = TypeVar("W")
T = TypeVar("T")

TIMEOUT_SECONDS = 60
PATIENCE_SECONDS = 90


@dataclass
class Somebody:
    """A browser of its own at the API; asks again, with the same key, while nobody can say what became of its wish."""

    house: House
    visitor: str = field(default_factory=lambda: uuid.uuid4().hex)

    def ask(self, method: str, path: str, body: Json | None = None, *, token: str = "") -> requests.Response:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Cookie": f"parvis-visitor={self.visitor}"}
        if token:
            headers["Parvis-Tracking"] = token
        url = f"{self.house.url}/api/v1{path}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = requests.request(method, url, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
            if answer.status_code != 503 or time.monotonic() > deadline:
                return answer
            time.sleep(0.5)

    def do(self, method: str, path: str, body: Json | None = None, *, token: str = "") -> Json:
        answer = self.ask(method, path, body, token=token)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()

    def cancel(self, receipt: Json) -> None:
        path, token = f"/requests/{receipt['number']}", receipt["tracking_token"]
        self.do("POST", f"{path}/cancellation", {"version": self.do("GET", path, token=token)["version"]}, token=token)


def at_once(wishes: Sequence[W], do: Callable[[W], T]) -> list[T]:
    """Each wish in a thread of its own, all begun at the same instant; their results in order."""
    together = Barrier(len(wishes))

    def one(wish: W) -> T:
        together.wait()
        return do(wish)

    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(one, wishes))
