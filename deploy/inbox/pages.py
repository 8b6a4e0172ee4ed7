"""The inbox's pages: a list, one mail, its parts, and the same as JSON.

With a token, only whoever has it reads them: a browser brings it once in the address (`/?jeton=…`) and keeps it as a cookie, a
program sends it as the password of each request (`Authorization: Basic`).

A mail's own HTML is shown in a sandbox that can neither run a script nor load anything from elsewhere. It is of the inbox's
own origin so that the page around it can measure it; without scripts, it cannot do anything with that.
"""

import base64
import hmac
import json
import re
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from deploy.inbox.mailbox import Mail, Mailbox
from services.townhall.french_dates import hour, short_day
from services.townhall.town_time import TOWN_TIME
from services.townhall.typography import NBSP

TEMPLATES = Path(__file__).parent / "templates"
PAGE_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
MAIL_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
NUMBER = re.compile(r"\b\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def in_words(moment: datetime) -> str:
    """« 24 novembre 2026 à 10 h 20 », in the town's time; only before « à » may a line end."""
    return f"{short_day(moment.astimezone(TOWN_TIME))} à{NBSP}{hour(moment)}"


def with_links(text: str) -> Markup:
    """The plain text of a mail, its addresses as links."""
    lines = []
    for line in text.splitlines():
        words = [
            Markup('<a href="{0}" rel="noreferrer" target="_blank">{0}</a>').format(word)
            if word.startswith(("http://", "https://"))
            else escape(word)
            for word in line.split(" ")
        ]
        lines.append(Markup(" ").join(words))
    return Markup("\n").join(lines)


def whole_numbers(subject: str) -> Markup:
    """The subject, whose number of a request is never cut by the end of a line."""
    return Markup(NUMBER.sub(r'<span class="whole">\g<0></span>', str(escape(subject))))  # noqa: S704 (escaped) # nosec B704


class Inbox(ThreadingHTTPServer):
    """Serves one mailbox."""

    daemon_threads = True

    def __init__(self, mailbox: Mailbox, host: str, port: int, token_file: Path | None = None) -> None:
        super().__init__((host, port), Pages)
        self.mailbox = mailbox
        self.token_file = token_file
        self.token = token_file.read_text(encoding="ascii") if token_file else ""
        self.cookie = f"parvis-inbox-{port}"  # browsers tell ports of one host from another in names only
        self.templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
        self.templates.filters["in_words"] = in_words
        self.templates.filters["with_links"] = with_links
        self.templates.filters["whole_numbers"] = whole_numbers

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line for a reader that left before the page was whole; a defect of ours keeps its traceback."""
        if isinstance(sys.exc_info()[1], OSError):
            print("Courriels : lecteur parti avant la fin de la page", flush=True)
        else:
            super().handle_error(request, client_address)


def serve(mailbox: Mailbox, host: str, port: int, token_file: Path | None = None) -> Inbox:
    """Serves the pages in threads of their own for as long as the process lives; `token_file` holds what opens them."""
    server = Inbox(mailbox, host, port, token_file)
    never_asked_to_stop = {"poll_interval": 3600.0}
    threading.Thread(target=server.serve_forever, kwargs=never_asked_to_stop, daemon=True).start()
    return server


class Pages(BaseHTTPRequestHandler):
    """One request to the inbox."""

    protocol_version = "HTTP/1.1"
    timeout = 10
    server: Inbox  # type: ignore[assignment]  # the base class knows only that it is some server

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        match [unquote(part) for part in path.path.strip("/").split("/")]:
            case ["readyz"]:
                self._send(b"ok\n", "text/plain; charset=utf-8")
            case ["inbox.css"]:
                self._send((TEMPLATES / "inbox.css").read_bytes(), "text/css; charset=utf-8")
            case [""] if self.server.token and (brought := parse_qs(path.query).get("jeton")):
                self._let_in(brought[0].strip())
            case _ if not self._is_let_in():
                self._closed()
            case [""]:
                self._page("inbox.html", mails=self.server.mailbox.latest())
            case ["inbox.js"]:
                self._send((TEMPLATES / "inbox.js").read_bytes(), "text/javascript; charset=utf-8")
            case ["api", "mails"]:
                recipient = parse_qs(path.query).get("to", [None])[0]
                self._json([as_json(mail) for mail in self.server.mailbox.latest(recipient)])
            case ["mails", number, *part] if mail := self.server.mailbox.one(number):
                self._mail(mail, part)
            case _:
                self._missing()

    def _let_in(self, token: str) -> None:
        """The token goes from the address into a cookie: out of the history, out of what a mail's links tell."""
        if not self._is_the_token(token):
            self._closed(wrong=True)
            return
        kept = f"{self.server.cookie}={token}; Path=/; HttpOnly; SameSite=Lax"
        self._send(b"", "text/plain; charset=utf-8", {"Location": "/", "Set-Cookie": kept}, HTTPStatus.SEE_OTHER)

    def _is_let_in(self) -> bool:
        return not self.server.token or any(self._is_the_token(token) for token in self._tokens())

    def _is_the_token(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.server.token.encode())

    def _tokens(self) -> list[str]:
        """What came as a cookie and as a password."""
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            cookies = SimpleCookie()
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        try:
            named = base64.b64decode(credentials, validate=True).decode() if scheme.lower() == "basic" else ""
        except ValueError:
            named = ""
        kept = cookies.get(self.server.cookie)
        return [*([kept.value] if kept else []), named.partition(":")[2]]

    def _closed(self, *, wrong: bool = False) -> None:
        self._page("closed.html", HTTPStatus.FORBIDDEN, file=self.server.token_file, wrong=wrong)

    def _mail(self, mail: Mail, part: list[str]) -> None:
        match part:
            case []:
                self._page("mail.html", mail=mail)
            case ["html"]:
                policy = {"Content-Security-Policy": MAIL_POLICY}
                self._send(opens_apart(mail.html), "text/html; charset=utf-8", policy)
            case ["source"]:
                self._send(mail.raw, "text/plain; charset=utf-8")
            case ["pieces", place] if place.isdigit() and int(place) < len(mail.attachments):
                name, _, content = mail.attachments[int(place)]
                self._send(content, "application/octet-stream", attachment(name))
            case _:
                self._missing()

    def _page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> None:
        html = self.server.templates.get_template(template).render(**values)
        self._send(html.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": PAGE_POLICY}, status)

    def _missing(self) -> None:
        self._page("missing.html", HTTPStatus.NOT_FOUND)

    def _json(self, value: object) -> None:
        self._send(json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def _send(
        self,
        body: bytes,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": media_type,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what is read here is nobody's business, and the mails themselves are logged by messaging."""


def opens_apart(html: str) -> bytes:
    """The mail's own HTML, whose links leave the frame: the portal refuses to be shown inside one."""
    return html.replace("<head>", '<head><base target="_blank">', 1).encode()


def attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def as_json(mail: Mail) -> dict[str, object]:
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {"name": name, "type": kind, "size": len(content), "href": f"/mails/{mail.id}/pieces/{place}"}
            for place, (name, kind, content) in enumerate(mail.attachments)
        ],
    }
