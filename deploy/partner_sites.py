"""The demonstration's partner sites: log-in forms of a town's `partner_spaces.yaml` that accept or refuse, each on its own port.

`python -m deploy.partner_sites --town FILE --logins FILE --at SLUG=PORT … [--host ADDRESS]`. The file of logins holds, by
slug, the secret of each identifier; it is read at each log-in. An identifier that begins with 999 and ends with one of
TROUBLES makes the site do wrong instead.
"""

import argparse
import html
import json
import secrets
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from deploy.command.partner_spaces import spaces_of

LARGEST_FORM = 16_384
HANGS_SECONDS = 20.0
TROUBLES = {"500": "fails", "504": "hangs", "302": "leads elsewhere", "204": "says neither"}
ELSEWHERE = "https://ailleurs.example/"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}
FRAME = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - site partenaire simulé</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}}label{{display:block;margin-top:1rem}}
input,button{{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin-top:.25rem}}</style></head>
<body><main><p>Site partenaire simulé pour la démonstration</p><h1>{title}</h1>{body}</main></body></html>
"""


class PartnerSite(ThreadedWSGIServer):
    """One site. `received`: the forms that came, the newest last, for tests."""

    def __init__(self, space: Mapping[str, Any], logins: Path, port: int, host: str = "127.0.0.1") -> None:
        super().__init__(host, port, Request.application(self._answer), handler=_Silent)
        self.space = space
        self.login_path, self.landing_path = (
            urlsplit(space["connection"][name]).path or "/" for name in ("login_url", "landing_url")
        )
        self.received: list[dict[str, str]] = []
        self.stopped = threading.Event()
        self._logins = logins
        self._sessions: set[str] = set()

    def _answer(self, request: Request) -> WSGIApplication:
        match request.method, request.path:
            case "GET", "/readyz":
                return self._page("prêt")
            case "GET", self.landing_path if request.cookies.get("session") in self._sessions:
                return self._page(f"<p>{html.escape(self.space['connection'].get('success_marker', ''))}</p>")
            case "GET", self.login_path | self.landing_path:
                return self._page(self._form())
            case "POST", self.login_path if (request.content_length or 0) <= LARGEST_FORM:
                return self._log_in(request.form.to_dict())
            case _:
                return self._page("<p>Cette page n’existe pas.</p>", 404)

    def _log_in(self, form: dict[str, str]) -> WSGIApplication:
        self.received.append(form)
        match self._trouble(form):
            case "fails":
                return self._page("<p>Erreur interne.</p>", 500)
            case "hangs":
                self.stopped.wait(HANGS_SECONDS)
                return self._page("", 504)
            case "leads elsewhere":
                return _elsewhere
            case "says neither":
                return self._page("<p>Le site est en travaux.</p>")
            case _ if self._accepts(form):
                token = secrets.token_urlsafe(16)
                self._sessions.add(token)
                answer = Response(status=303, headers={"Location": self.landing_path})
                answer.set_cookie("session", token, httponly=True)
                return answer
            case _:
                refused = html.escape(self.space["connection"].get("failure_marker", ""))
                return self._page(f"<p role='alert'><b>{refused}</b></p>{self._form()}")

    def _accepts(self, form: Mapping[str, str]) -> bool:
        identifier, secret = (self._named(role, form) for role in ("identifier", "secret"))
        known = json.loads(self._logins.read_text("utf-8")) if self._logins.exists() else {}
        expected = known.get(self.space["slug"], {}).get(identifier)
        return expected is not None and secrets.compare_digest(expected.encode(), secret.encode())

    def _trouble(self, form: Mapping[str, str]) -> str:
        identifier = self._named("identifier", form)
        return TROUBLES.get(identifier[-3:], "") if identifier.startswith("999") else ""

    def _named(self, role: str, form: Mapping[str, str]) -> str:
        return next((form.get(one["name"], "") for one in self.space["form"]["fields"] if one["role"] == role), "")

    def _form(self) -> str:
        fields = "".join(
            f"<label>{html.escape(one['label'])}<input name='{one['name']}' type='{'password' if one['role'] == 'secret' else 'text'}'></label>"
            for one in self.space["form"]["fields"]
        )
        return f"<form method='post' action='{self.login_path}'>{fields}<label><button>Se connecter</button></label></form>"

    def _page(self, body: str, status: int = 200) -> Response:
        page = FRAME.format(title=html.escape(self.space["title"]), body=body)
        return Response(page, status, HEADERS, mimetype="text/html")


def _elsewhere(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """A redirect as it is written here: a Response would refuse a malformed address."""
    start_response("303 See Other", [("Location", ELSEWHERE), ("Content-Length", "0")])
    return []


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Logs nothing: an address may hold what a person typed."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.partner_sites", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--town", type=Path, required=True)
    parser.add_argument("--logins", type=Path, required=True)
    parser.add_argument("--at", action="append", required=True, metavar="SLUG=PORT")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    spaces = spaces_of(options.town)
    for slug, _, port in (one.partition("=") for one in options.at):
        site = PartnerSite(spaces[slug], options.logins, int(port), options.host)
        threading.Thread(target=site.serve_forever, daemon=True).start()
    ended.wait()


if __name__ == "__main__":
    main()
