"""What a documents process keeps for as long as it lives: its client of the object store and who works with it."""

from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from services.chassis.errors import Unavailable
from services.chassis.logs import get_logger
from services.chassis.providers import Configured, Neighbours, Stores
from services.documents.erasure import Erasure
from services.documents.intake import Intake
from services.documents.objects import Objects
from services.documents.scan import Scanner

log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Workshop:
    objects: Objects
    intake: Intake
    erasure: Erasure


class Depot(DependencyProvider):
    stores = Stores()
    configured = Configured()
    neighbours = Neighbours()
    _workshop: Workshop | None = None

    def get_dependency(self, worker_ctx: Any) -> Any:
        # made at the first call: what it stands on is set up by then
        if self._workshop is None:
            store = self.stores.get_dependency(worker_ctx)
            objects = Objects(self.configured.get_dependency(worker_ctx))
            scanner = Scanner(self.configured.get_dependency(worker_ctx).clamav)
            self._workshop = Workshop(
                objects=objects,
                intake=Intake(store, objects, scanner),
                erasure=Erasure(store, objects, self.neighbours.get_dependency(worker_ctx)),
            )
        return self._workshop

    def start(self) -> None:
        """Makes the buckets; a store that is down is no reason not to start, the first upload tries again."""
        try:
            Objects(self.configured.get_dependency(None)).make_buckets()
        except Unavailable as down:
            log.warning("buckets_not_made", outcome=down.code)
