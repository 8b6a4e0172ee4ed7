"""The sender that a messaging process keeps: one delivery loop with its mail connections, for as long as it lives."""

from functools import cached_property
from typing import Any

from nameko.extensions import DependencyProvider

from services.chassis.providers import SETTINGS, STORE, Neighbours
from services.messaging.delivery import Delivery
from services.messaging.mailer import Mailer


class Post(DependencyProvider):
    neighbours = Neighbours()

    @cached_property
    def mailer(self) -> Mailer:
        settings = self.container.config[SETTINGS]
        return Mailer(settings.smtp_url, settings.mail_from)

    @cached_property
    def delivery(self) -> Delivery:
        config = self.container.config
        return Delivery(config[STORE], self.neighbours.client, self.mailer, config[SETTINGS].public_url)

    def get_dependency(self, worker_ctx: Any) -> Delivery:
        return self.delivery

    def stop(self) -> None:
        self.mailer.close()
