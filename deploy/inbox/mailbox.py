"""The mails that the demonstration's mail server took, each a file."""

import email
import email.policy
import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT_MAILS = 2000
SHOWN_MAILS = 200
PRIVATE = 0o600


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived; `recipients` are the envelope's, which a blind copy never shows elsewhere."""

    id: str
    received_at: datetime
    recipients: tuple[str, ...]
    file: Path

    @property
    def raw(self) -> bytes:
        return self.file.read_bytes()

    @cached_property
    def message(self) -> EmailMessage:
        """Read and parsed when it is shown: most mails of a busy day never are."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(sans objet)")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[tuple[str, str, bytes]]:
        """Name, media type and bytes of each."""
        return [
            (part.get_filename() or "sans nom", part.get_content_type(), cast(bytes, part.get_payload(decode=True)))
            for part in self.message.iter_attachments()
        ]

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


@dataclass
class Mailbox:
    """The mails of `folder`, newest first; the oldest make room once there are too many."""

    folder: Path
    _mails: list[Mail] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in sorted(self.folder.glob("*.eml")):
            file.chmod(PRIVATE)
            self._mails.append(_read(file))
        if self._mails:
            self._numbers = itertools.count(int(self._mails[-1].id) + 1)

    def add(self, recipients: list[str], content: bytes) -> Mail:
        """Keeps it on disk before it is acknowledged, the envelope's recipients and the time in front of it."""
        with self._lock:
            number = f"{next(self._numbers):06d}"
            now = datetime.now(UTC).replace(microsecond=0)
            raw = f"X-Received-At: {now.isoformat()}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode() + content
            fresh = self.folder / f"{number}.new"
            fresh.touch(mode=PRIVATE)
            fresh.write_bytes(raw)
            mail = Mail(number, now, tuple(recipients), fresh.rename(self.folder / f"{number}.eml"))
            self._mails.append(mail)
            for old in self._mails[:-KEPT_MAILS]:
                old.file.unlink(missing_ok=True)
            del self._mails[:-KEPT_MAILS]
        return mail

    def latest(self, recipient: str | None = None) -> list[Mail]:
        with self._lock:
            found = [mail for mail in reversed(self._mails) if recipient is None or recipient in mail.recipients]
        return [replace(mail) for mail in found[:SHOWN_MAILS]]  # what is read of a copy is forgotten with it

    def one(self, number: str) -> Mail | None:
        with self._lock:
            return next((replace(mail) for mail in self._mails if mail.id == number), None)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        self.add(envelope.rcpt_tos, cast(bytes, envelope.original_content))
        return "250 2.0.0 OK"


def _read(file: Path) -> Mail:
    head = email.message_from_bytes(file.read_bytes().partition(b"\r\n\r\n")[0])
    recipients = tuple(part.strip() for part in str(head["X-Envelope-To"]).split(",") if part.strip())
    return Mail(file.stem, datetime.fromisoformat(str(head["X-Received-At"])), recipients, file)
