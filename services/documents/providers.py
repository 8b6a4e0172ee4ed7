"""What nameko gives to documents: the clients of the object store and of the virus scanner, one of each a process."""

from collections.abc import Callable

from nameko.extensions import DependencyProvider

from services.chassis.errors import Unavailable
from services.chassis.logs import get_logger
from services.documents.inspection.scan import Scanner
from services.documents.object_store.objects import Objects

log = get_logger(__name__)


class ObjectStore(DependencyProvider):
    """An Objects."""

    objects: Objects

    def setup(self) -> None:
        self.objects = Objects(self.container.config["settings"])

    def start(self) -> None:
        """Makes the buckets; a store that is down is no reason not to start: the timer tries again."""
        try:
            self.objects.make_buckets()
        except Unavailable as down:
            log.warning("buckets_not_made", outcome=down.code)

    def needs(self) -> dict[str, Callable[[], bool]]:
        """The object store, without which no file is taken or given."""
        return {"object_store": self.objects.answers}

    def get_dependency(self, worker_ctx: object) -> Objects:
        return self.objects


class Scanners(DependencyProvider):
    """A Scanner."""

    def get_dependency(self, worker_ctx: object) -> Scanner:
        return Scanner(self.container.config["settings"].clamav)
