"""The sender that a messaging process keeps: one delivery loop with its mail connections, for as long as it lives."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.chassis.rpc.client import RpcClient
from services.messaging.delivery.delivery_loop import Delivery
from services.messaging.mails.mailer import Mailer


class Post(DependencyProvider):
    client: RpcClient
    delivery: Delivery

    def setup(self) -> None:
        settings, store = self.container.config["settings"], self.container.config["store"]
        self.client = RpcClient(settings)
        mailer = Mailer(settings.smtp_url, settings.mail_from)
        self.delivery = Delivery(store, self.client, mailer, settings.public_url, settings.rate_limits)

    def stop(self) -> None:
        self.delivery.close()
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> Delivery:
        return self.delivery
