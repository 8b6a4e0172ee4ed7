"""The sender that a messaging process keeps: one delivery loop with its mail connections, for as long as it lives."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.chassis.providers import Configured, Neighbours, Stores
from services.messaging.delivery import Delivery
from services.messaging.mailer import Mailer


class Post(DependencyProvider):
    stores = Stores()
    configured = Configured()
    neighbours = Neighbours()
    _delivery: Delivery | None = None

    def get_dependency(self, worker_ctx: Any) -> Any:
        # made at the first turn: what it stands on is set up by then
        if self._delivery is None:
            settings = self.configured.get_dependency(worker_ctx)
            self._delivery = Delivery(
                self.stores.get_dependency(worker_ctx),
                self.neighbours.get_dependency(worker_ctx),
                Mailer(settings.smtp_url, settings.mail_from),
                settings.public_url,
            )
        return self._delivery

    def stop(self) -> None:
        if self._delivery:
            self._delivery.close()
