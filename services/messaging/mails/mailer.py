"""SMTP: hands a mail to the town's mail server over connections that are kept and reused.

Every wait is bounded. What is not taken raises Undelivered with its reason, never with the server's words, which may repeat
an address. How the connection is protected follows from the address of the server:

- `smtps://`: TLS, with a certificate that is trusted, or no mail leaves;
- `smtp://` with an account: the same by STARTTLS, for a password is sent to a known server alone;
- `smtp://` without: STARTTLS where the server offers it, whatever its certificate says. Who could put another in its place could
  take the offer away as well, and most relays inside a town hall sign their own.
"""

import smtplib
import ssl
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.charset import Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from services.chassis.structs import Struct
from services.messaging.mails.texts import MailText
from services.messaging.notices.rules import Reason

TIMEOUT_SECONDS = 10
KEPT_SECONDS = 20
"""An idle connection older than this is closed: servers drop them after 30 s or more, and a dropped one costs a try."""
MAILS_A_CONNECTION = 100
BITMIME = "8bitmime"
UTF8 = Charset("utf-8")
UTF8.body_encoding = None  # type: ignore[assignment] # documented: eight bits, as they are
ON_THE_WIRE = compat32.clone(linesep="\r\n")


class Undelivered(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Calendar(Struct):
    """An iCalendar file to attach; its METHOD says what the reader's agenda does with it."""

    text: str
    name: str = "rendez-vous.ics"

    @property
    def method(self) -> str:
        line = next((line for line in self.text.splitlines() if line.upper().startswith("METHOD:")), "METHOD:PUBLISH")
        return line.partition(":")[2].strip().upper()


def message(
    content: MailText,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    calendars: Sequence[Calendar] = (),
) -> MIMEMultipart:
    """The MIME message: text first, its HTML twin, and each calendar as a file; one that is alone is also a part that
    agendas read.

    Of the older classes of `email`: the newer ones parse every header that they are given, which takes as long as all the
    rest of a mail.
    """
    body = MIMEMultipart("alternative")
    body.attach(_part(content.text, "plain"))
    body.attach(_part(content.html, "html"))
    if len(calendars) == 1:
        part = _part(calendars[0].text, "calendar")
        part.set_param("method", calendars[0].method)
        body.attach(part)
    mail = MIMEMultipart("mixed", _subparts=[body, *map(_file, calendars)]) if calendars else body
    mail["From"], mail["To"] = sender, recipient
    mail["Subject"] = Header(content.subject, UTF8, header_name="Subject").encode()
    mail["Date"], mail["Message-ID"] = format_datetime(date), message_id
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _file(calendar: Calendar) -> MIMEText:
    attached = _part(calendar.text, "calendar")
    attached.add_header("Content-Disposition", "attachment", filename=calendar.name)
    return attached


def _part(text: str, subtype: str) -> MIMEText:
    return MIMEText(text, subtype, UTF8)  # pyright: ignore[reportArgumentType] -- documented, but not in the stubs


class Connection:
    def __init__(self, server: smtplib.SMTP) -> None:
        self.server = server
        self.used = time.monotonic()
        self.mails = 0

    @property
    def worth_keeping(self) -> bool:
        return self.mails < MAILS_A_CONNECTION and time.monotonic() - self.used < KEPT_SECONDS


class Mailer:
    """One per process. Threads or greenlets may send at the same time: each borrows a connection of its own."""

    def __init__(self, smtp_url: str, mail_from: str) -> None:
        self._url = urlsplit(smtp_url)
        self._secure = self._url.scheme == "smtps"
        self._host = self._url.hostname or "localhost"
        self._port = self._url.port or (465 if self._secure else 25)
        self.mail_from = mail_from
        self.with_server = 0
        """How many mails are being given to the server now."""
        self._envelope_from = parseaddr(mail_from)[1]
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._trust = ssl.create_default_context()  # reads the machine's certificates, which takes a while
        self._any_server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._any_server.check_hostname = False
        self._any_server.verify_mode = ssl.CERT_NONE

    @property
    def server(self) -> str:
        """host:port"""
        return f"{self._host}:{self._port}"

    def send(self, mail: Message, recipient: str) -> None:
        """The server has taken the mail when this returns; raises Undelivered with the reason otherwise."""
        raw = mail.as_bytes(policy=ON_THE_WIRE)
        with self._counted(), _translated():
            connection, reused = self._borrow()
            try:
                self._transfer(connection, raw, recipient)
            except smtplib.SMTPServerDisconnected:
                if not reused:
                    raise
                # the server had hung up on an idle connection: nothing was sent on it
                connection = self._open()
                self._transfer(connection, raw, recipient)
            self._give_back(connection)

    @contextmanager
    def _counted(self) -> Generator[None]:
        with self._lock:
            self.with_server += 1
        try:
            yield
        finally:
            with self._lock:
                self.with_server -= 1

    def _transfer(self, connection: Connection, raw: bytes, recipient: str) -> None:
        options = ["BODY=8BITMIME"] if connection.server.has_extn(BITMIME) else []
        try:
            connection.server.sendmail(self._envelope_from, [recipient], raw, mail_options=options)
        except BaseException:
            connection.server.close()
            raise
        connection.mails += 1
        connection.used = time.monotonic()

    def _borrow(self) -> tuple[Connection, bool]:
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if connection.worth_keeping:
                    return connection, True
                connection.server.close()
        return self._open(), False

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if connection.worth_keeping:
                self._idle.append(connection)
                return
        connection.server.close()

    def _open(self) -> Connection:
        server = (
            smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=self._trust)
            if self._secure
            else smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        )
        try:
            server.ehlo_or_helo_if_needed()
            if not self._secure and server.has_extn("starttls"):
                server.starttls(context=self._trust if self._url.username else self._any_server)
                server.ehlo()
            if self._url.username:
                if not isinstance(server.sock, ssl.SSLSocket):
                    raise Undelivered(Reason.SERVER_NOT_TRUSTED)
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
        except BaseException:
            server.close()
            raise
        return Connection(server)

    def close(self) -> None:
        with self._lock:
            for connection in self._idle:
                connection.server.close()
            self._idle.clear()


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise Undelivered(Reason.ADDRESS_REFUSED if code >= 500 else Reason.SERVER_DEFERRED) from None
    except smtplib.SMTPAuthenticationError:
        raise Undelivered(Reason.ACCOUNT_REFUSED) from None
    except smtplib.SMTPResponseException:
        # 5xx before or after the address is about us or about the message, not about the person: try again, then report to staff
        raise Undelivered(Reason.SERVER_DEFERRED) from None
    except ssl.SSLCertVerificationError:
        raise Undelivered(Reason.SERVER_NOT_TRUSTED) from None
    except (smtplib.SMTPException, OSError):
        raise Undelivered(Reason.SERVER_UNREACHABLE) from None
