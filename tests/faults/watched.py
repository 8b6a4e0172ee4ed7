"""A deployment as its people and the invariants see it, whatever its processes run in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from services.chassis.settings import Settings
from tests.faults.deployment import Filed
from tests.faults.machine import Machine
from tests.servers.mailbox import Mailbox
from tests.support.people import Hall


class Watched(Hall, Protocol):
    """`settings` reach its stores from this process; `fallen`: who ended without having been killed; `filed`: by the loads so far."""

    fallen: list[str]
    filed: list[Filed]

    @property
    def settings(self) -> Settings: ...

    @property
    def mailbox(self) -> Mailbox: ...

    @property
    def machine(self) -> Machine: ...

    def agent(self) -> str:
        """The Authorization header of an agent who is at work."""
        ...

    def metrics(self, name: str) -> str:
        """The /metrics page of a process."""
        ...

    def logs(self) -> Sequence[Path]:
        """All that our processes and their servers have written about themselves."""
        ...

    def files_of_the_broker(self) -> Sequence[Path]: ...
