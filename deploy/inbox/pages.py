"""The inbox's pages: a list, one mail, its parts, and the same as JSON.

With a token, they ask for it: a browser brings it once in the address (`/?jeton=…`) and keeps it as a cookie, a program sends
it as the password of each request (`Authorization: Basic`).

A mail's own HTML is shown in a sandbox that can neither run a script nor load anything from elsewhere. It is of the inbox's
own origin so that the page around it can measure it; without scripts, it cannot do anything with that.
"""

import hmac
import json
import re
import threading
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

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


HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Inbox:
    """The pages of one mailbox, a WSGI application; `token_file` holds what opens them. `port` is in the name of its cookie."""

    def __init__(self, mailbox: Mailbox, port: int, token_file: Path | None = None) -> None:
        self.mailbox = mailbox
        self.token_file = token_file
        self.token = token_file.read_text(encoding="ascii") if token_file else ""
        self.cookie = f"parvis-inbox-{port}"  # browsers send a cookie to every port of a host
        self.templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
        self.templates.filters |= {"in_words": in_words, "with_links": with_links, "whole_numbers": whole_numbers}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(Request(environ))
        answer.headers.update(HEADERS)
        return answer(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
        match request.path.strip("/").split("/"):
            case ["readyz"]:
                return Response("ok\n")
            case ["inbox.css"]:
                return Response((TEMPLATES / "inbox.css").read_bytes(), mimetype="text/css")
            case [""] if self.token and (brought := request.args.get("jeton")):
                return self._let_in(brought.strip())
            case _ if not self._is_let_in(request):
                return self._closed()
            case [""]:
                return self._page("inbox.html", mails=self.mailbox.latest())
            case ["inbox.js"]:
                return Response((TEMPLATES / "inbox.js").read_bytes(), mimetype="text/javascript")
            case ["api", "mails"]:
                found = [as_json(mail) for mail in self.mailbox.latest(request.args.get("to") or None)]
                return Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")
            case ["mails", number, *part] if mail := self.mailbox.one(number):
                return self._mail(mail, part)
            case _:
                return self._missing()

    def _let_in(self, token: str) -> Response:
        """The token goes from the address into a cookie: out of the history, and of what links in a mail give away."""
        if not self._is_the_token(token):
            return self._closed(wrong=True)
        answer = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        answer.set_cookie(self.cookie, token, httponly=True, samesite="Lax")
        return answer

    def _is_let_in(self, request: Request) -> bool:
        """Whether the token came as a cookie or as a password."""
        password = request.authorization.password if request.authorization else None
        brought = (request.cookies.get(self.cookie), password)
        return not self.token or any(self._is_the_token(token) for token in brought if token)

    def _is_the_token(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())

    def _closed(self, *, wrong: bool = False) -> Response:
        return self._page("closed.html", HTTPStatus.FORBIDDEN, file=self.token_file, wrong=wrong)

    def _missing(self) -> Response:
        return self._page("missing.html", HTTPStatus.NOT_FOUND)

    def _mail(self, mail: Mail, part: list[str]) -> Response:
        match part:
            case []:
                return self._page("mail.html", mail=mail)
            case ["html"]:
                # Its links leave the frame: the portal refuses to be shown inside one.
                html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
                return Response(html, mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})
            case ["source"]:
                return Response(mail.raw, mimetype="text/plain")
            case ["pieces", place] if place.isdigit() and int(place) < len(mail.attachments):
                name, _, content = mail.attachments[int(place)]
                shown = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
                return Response(content, mimetype="application/octet-stream", headers=shown)
            case _:
                return self._missing()

    def _page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
        html = self.templates.get_template(template).render(**values)
        return Response(html, status, mimetype="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


class _Silent(WSGIRequestHandler):
    """Logs no request: what is read here is private, and messaging logs the mails themselves."""

    timeout = 10

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def serve(mailbox: Mailbox, host: str, port: int, token_file: Path | None = None) -> None:
    """Serves the pages in threads of their own for as long as the process lives; `token_file` holds what opens them."""
    server = make_server(host, port, Inbox(mailbox, port, token_file), threaded=True, request_handler=_Silent)
    never_asked_to_stop = {"poll_interval": 3600.0}
    threading.Thread(target=server.serve_forever, kwargs=never_asked_to_stop, daemon=True).start()


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
