"""What nameko gives to messaging: the client of the mail server, one a process."""

from typing import Any

from nameko.extensions import DependencyProvider

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
