"""What nameko gives to messaging: the client of the mail server and the definitions in memory, one of each a process."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.messaging.copies.cache import Copies
from services.messaging.mails.mailer import Mailer


class Mailers(DependencyProvider):
    """A Mailer, whose connections end with the process."""

    mailer: Mailer

    def setup(self) -> None:
        settings = self.container.config["settings"]
        self.mailer = Mailer(settings.smtp_url, settings.mail_from)

    def stop(self) -> None:
        self.mailer.close()

    def get_dependency(self, worker_ctx: Any) -> Mailer:
        return self.mailer


class Definitions(DependencyProvider):
    """A Copies."""

    copies: Copies

    def setup(self) -> None:
        self.copies = Copies(self.container.config["store"])

    def get_dependency(self, worker_ctx: Any) -> Copies:
        return self.copies
