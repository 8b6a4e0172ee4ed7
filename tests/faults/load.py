"""Many people at the portal at once, for as long as a block lasts."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from tests.faults.client import (
    APPOINTMENT,
    FILING_ALONE,
    REMOVAL,
    REPORT,
    WISHES,
    Browser,
    Client,
    Deed,
    Try,
    one_address,
)
from tests.faults.deployment import Filed, Held
from tests.faults.watched import Watched
from tests.support.people import Person, eventually, photograph

Json = dict[str, Any]

PATIENCE_SECONDS = 90.0  # after the end of the load, for answers that are still unknown


class Load:
    """`with Load(deployment, clients=32, rate=60):` keeps people busy; after the block every answer is definite, or never came.

    `filing`: so many more do nothing but file: who hands in a photograph as well may wait for that, while requests are filed again.
    `behind`: for so many seconds people catch up with what they could not do while they waited for an answer. `browser`: makes the
    browser of each.
    """

    def __init__(
        self,
        deployment: Watched,
        *,
        clients: int,
        rate: float,
        seed: int = 1,
        filing: int = 0,
        words: str = "Bonjour",
        behind: float = 0.0,
        browser: Callable[[], Browser] = one_address,
    ) -> None:
        self.deployment = deployment
        self.words = words
        self.browser = browser
        self.mail_domain = f"{uuid.uuid4().hex[:12]}.example"  # no two loads write to the same addresses
        self.stopping = threading.Event()
        self.patient_until = float("inf")
        self.photograph = photograph()
        person, kinds = Person(deployment), (REPORT, REMOVAL, APPOINTMENT)
        self._bodies: dict[str, Json] = {slug: person.prepared(slug) for slug in kinds}
        self.starts = [slot["start"] for slot in islice(person.free_slots("titres-identite"), 600)]
        self.also_filed: list[Filed] = []
        """What others than the clients have filed meanwhile."""
        wishes = [WISHES] * clients + [FILING_ALONE] * filing
        self._clients = [
            Client(self, seed * 1000 + place, clients / rate, behind, wanted) for place, wanted in enumerate(wishes)
        ]

    def new_address(self) -> str:
        return f"{uuid.uuid4().hex}@{self.mail_domain}"

    def body(self, procedure: str, email: str) -> Json:
        """A request that is filed once."""
        body = self._bodies[procedure]
        return {**body, "applicant": {**body["applicant"], "email": email}}

    def __enter__(self) -> "Load":
        self.agent = self.deployment.agent()
        self.citizen = self.deployment.login("citizen")
        self.began_at = datetime.now(UTC)
        self.began = time.monotonic()
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.patient_until = time.monotonic() + PATIENCE_SECONDS
        self.stopping.set()
        self.ended = time.monotonic()
        for client in self._clients:
            client.join()
        self.deployment.filed += self.filed

    @property
    def deeds(self) -> list[Deed]:
        return [deed for client in self._clients for deed in client.deeds]

    def wait_until_served(self, count: int) -> None:
        """Returns once so many more deeds are done."""
        enough = self._served() + count
        eventually(lambda: self._served() >= enough, f"{count} deeds that are done")

    def _served(self) -> int:
        return sum(1 for deed in self.deeds if deed.tries and deed.done)

    @property
    def filed(self) -> list[Filed]:
        return [*self.also_filed, *(one for client in self._clients for one in client.filed)]

    @property
    def held(self) -> list[Held]:
        return [one for client in self._clients for one in client.held]

    def tries(self) -> list[Try]:
        return [one for deed in self.deeds for one in deed.tries]

    def late(self, seconds: float) -> list[tuple[str, Try]]:
        """The answers for which people waited longer than that, but for what the machine kept from us."""
        return [
            (deed.kind, one)
            for deed in self.deeds
            for one in deed.tries
            if one.seconds > seconds and self.deployment.machine.own(one.began, one.seconds) > seconds
        ]

    @property
    def rate(self) -> float:
        """HTTP requests a second while it lasted."""
        return self.rate_between(self.began, self.ended)

    def rate_between(self, began: float, ended: float) -> float:
        """HTTP requests a second that were begun in that stretch, as far as they have ended."""
        return sum(1 for one in self.tries() if began <= one.began < ended) / (ended - began)

    def summary(self) -> str:
        """The figures, in one line."""
        tries, deeds = self.tries(), self.deeds
        seconds = sorted(one.seconds for one in tries) or [0.0]
        unknown = sum(1 for one in tries if one.status is None or one.status == 503)
        return (
            f"{len(deeds)} deeds in {self.ended - self.began:.0f} s, {len(self.filed)} filed, {len(self.held)} decisions that "
            f"waited, {sum(one.undone for one in self.held)} of them undone, {len(tries)} HTTP requests "
            f"({self.rate:.0f} a second), {unknown} of them without a definite answer, "
            f"p50 {1000 * seconds[len(seconds) // 2]:.0f} ms, "
            f"p95 {1000 * seconds[int(len(seconds) * 0.95)]:.0f} ms, longest {seconds[-1]:.1f} s"
        )
