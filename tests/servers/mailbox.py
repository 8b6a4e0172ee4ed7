"""A mail server that keeps what it is given: real SMTP, in a thread."""

import email
import email.policy
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local import ports

READY_SECONDS = 60  # on a machine that is busy with other tests


@dataclass(frozen=True)
class Mail:
    """One message as it was received: the envelope's recipients and the parsed message."""

    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def attachments(self) -> dict[str, bytes]:
        return {
            part.get_filename() or "": cast(bytes, part.get_payload(decode=True))
            for part in self.message.iter_attachments()
        }

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


@dataclass
class Mailbox:
    """What arrived since it was last cleared; `refuse_with` makes it answer every message with that SMTP line."""

    mails: list[Mail] = field(default_factory=list)
    refuse_with: str | None = None
    _arrival: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        if self.refuse_with:
            return self.refuse_with
        message = email.message_from_bytes(cast(bytes, envelope.content), policy=email.policy.default)
        with self._arrival:
            self.mails.append(Mail(tuple(envelope.rcpt_tos), cast(EmailMessage, cast(Any, message))))
            self._arrival.notify_all()
        return "250 OK"

    def clear(self) -> None:
        with self._arrival:
            self.mails.clear()
            self.refuse_with = None

    def to(self, address: str) -> list[Mail]:
        with self._arrival:
            return [mail for mail in self.mails if address in mail.recipients]

    def wait_for(self, address: str, count: int = 1, seconds: float = 60) -> list[Mail]:
        """The mails to that address once there are `count` of them; fails after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._arrival:
            while len(found := [mail for mail in self.mails if address in mail.recipients]) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    subjects = [(mail.recipients, mail.subject) for mail in self.mails]
                    raise AssertionError(f"{count} mails to {address} expected, {len(found)} came; all: {subjects}")
                self._arrival.wait(left)
        return found


class MailServer:
    """The SMTP server in front of a mailbox, on a free port of its own."""

    def __init__(self, name: str) -> None:
        self.mailbox = Mailbox()
        self._port = ports.choose(["smtp"], home=Path(name))["smtp"]
        self._controller = Controller(
            self.mailbox, hostname="127.0.0.1", port=self._port, ready_timeout=READY_SECONDS, enable_SMTPUTF8=True
        )

    def start(self) -> str:
        """Begins to listen; returns its SMTP_URL."""
        self._controller.start()
        return f"smtp://127.0.0.1:{self._port}"

    def stop(self) -> None:
        self._controller.stop()
