"""What a documents process keeps for as long as it lives: its client of the object store and who works with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from services.chassis.errors import Unavailable
from services.chassis.logs import get_logger
from services.chassis.rpc.client import RpcClient
from services.documents.archives.archiving import Archiving
from services.documents.inspection.scan import Scanner
from services.documents.intake.upload import Intake
from services.documents.lifetime.erasure import Erasure
from services.documents.lifetime.late_scan import LateScan
from services.documents.object_store.objects import Objects

log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Workshop:
    objects: Objects
    intake: Intake
    erasure: Erasure
    late_scan: LateScan
    archiving: Archiving


class Depot(DependencyProvider):
    client: RpcClient
    workshop: Workshop

    def setup(self) -> None:
        settings, store = self.container.config["settings"], self.container.config["store"]
        objects, scanner = Objects(settings), Scanner(settings.clamav)
        self.client = RpcClient(settings)
        self.workshop = Workshop(
            objects=objects,
            intake=Intake(store, objects, scanner),
            erasure=Erasure(store, objects),
            late_scan=LateScan(store, objects, scanner),
            archiving=Archiving(store, objects, self.client, settings),
        )

    def start(self) -> None:
        """Makes the buckets; a store that is down is no reason not to start: the timer tries again."""
        try:
            self.workshop.objects.make_buckets()
        except Unavailable as down:
            log.warning("buckets_not_made", outcome=down.code)

    def stop(self) -> None:
        self.client.close()

    def needs(self) -> dict[str, Callable[[], bool]]:
        """The object store, without which no file is taken or given."""
        return {"object_store": self.workshop.objects.answers}

    def get_dependency(self, worker_ctx: Any) -> Workshop:
        return self.workshop
