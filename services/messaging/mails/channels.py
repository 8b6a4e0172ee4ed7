"""The channels by which notices leave, with the clients of a process for them: today, mail alone.

A second one is made, chosen and closed here: whoever sends a notice names no channel.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import formataddr, parseaddr
from uuid import UUID

from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.messaging.mails.mailer import Calendar, Mailer, message
from services.messaging.mails.texts import MailText
from services.messaging.notices.rules import message_id


class Outgoing(Struct):
    """What is to leave, and to whom. `town`: the name of the town hall, from which it is sent."""

    text: MailText
    town: str
    recipient: str
    calendars: Sequence[Calendar] = ()


class Channels:
    """Threads or greenlets may send at the same time."""

    def __init__(self, settings: Settings) -> None:
        self.mailer = Mailer(settings.smtp_url, settings.mail_from)

    def identity(self, notice: UUID) -> str:
        """The same however often the notice is sent."""
        return message_id(notice, self.mailer.mail_from)

    def send(self, out: Outgoing, identity: str, now: datetime) -> None:
        """From the name that the setting gives, else that of the town hall, once it is known. Raises Undelivered."""
        name, address = parseaddr(self.mailer.mail_from)
        sender, to = formataddr((name or out.town, address)), out.recipient
        mail = message(out.text, sender=sender, recipient=to, message_id=identity, date=now, calendars=out.calendars)
        self.mailer.send(mail, to)

    def close(self) -> None:
        self.mailer.close()
