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
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

LARGEST_FORM = 16_384
HANGS_SECONDS = 20.0
TROUBLES = {"500": "fails", "504": "hangs", "302": "leads elsewhere", "204": "says neither"}
ELSEWHERE = "https://ailleurs.example/"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
FRAME = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - site partenaire simulé</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}}label{{display:block;margin-top:1rem}}
input,button{{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin-top:.25rem}}</style></head>
<body><main><p>Site partenaire simulé pour la démonstration</p><h1>{title}</h1>{body}</main></body></html>
"""


class PartnerSite(ThreadingHTTPServer):
    """One site. `received`: the forms that came, the newest last, for tests."""

    daemon_threads = True

    def __init__(self, space: Mapping[str, Any], logins: Path, port: int, host: str = "127.0.0.1") -> None:
        super().__init__((host, port), Answer)
        self.space = space
        self.login_path, self.landing_path = (
            urlsplit(space["connection"][name]).path or "/" for name in ("login_url", "landing_url")
        )
        self.received: list[dict[str, str]] = []
        self.stopped = threading.Event()
        self._logins = logins
        self._sessions: set[str] = set()

    def accepts(self, form: Mapping[str, str]) -> bool:
        identifier, secret = (self._named(role, form) for role in ("identifier", "secret"))
        known = json.loads(self._logins.read_text("utf-8")) if self._logins.exists() else {}
        expected = known.get(self.space["slug"], {}).get(identifier)
        return expected is not None and secrets.compare_digest(expected.encode(), secret.encode())

    def trouble(self, form: Mapping[str, str]) -> str:
        identifier = self._named("identifier", form)
        return TROUBLES.get(identifier[-3:], "") if identifier.startswith("999") else ""

    def session(self) -> str:
        token = secrets.token_urlsafe(16)
        self._sessions.add(token)
        return token

    def knows(self, token: str) -> bool:
        return token in self._sessions

    def _named(self, role: str, form: Mapping[str, str]) -> str:
        return next((form.get(one["name"], "") for one in self.space["form"]["fields"] if one["role"] == role), "")


class Answer(BaseHTTPRequestHandler):
    server: PartnerSite  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        path, space = urlsplit(self.path).path, self.server.space
        if path == "/readyz":
            self._page(200, "prêt")
        elif path == self.server.landing_path and self._logged_in():
            self._page(200, f"<p>{html.escape(space['connection'].get('success_marker', ''))}</p>")
        elif path in (self.server.login_path, self.server.landing_path):
            self._page(200, self._form())
        else:
            self._page(404, "<p>Cette page n’existe pas.</p>")

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > LARGEST_FORM or urlsplit(self.path).path != self.server.login_path:
            self._page(404, "<p>Cette page n’existe pas.</p>")
            return
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode(), True).items()}
        self.server.received.append(form)
        match self.server.trouble(form):
            case "fails":
                self._page(500, "<p>Erreur interne.</p>")
            case "hangs":
                self.server.stopped.wait(HANGS_SECONDS)
            case "leads elsewhere":
                self._redirect(ELSEWHERE)
            case "says neither":
                self._page(200, "<p>Le site est en travaux.</p>")
            case _ if self.server.accepts(form):
                self._redirect(self.server.landing_path, cookie=f"session={self.server.session()}; HttpOnly; Path=/")
            case _:
                refused = html.escape(self.server.space["connection"].get("failure_marker", ""))
                self._page(200, f"<p role='alert'><b>{refused}</b></p>{self._form()}")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: an address may hold what somebody typed."""

    def _logged_in(self) -> bool:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return cookie is not None and self.server.knows(cookie.value)

    def _form(self) -> str:
        fields = "".join(
            f"<label>{html.escape(one['label'])}<input name='{one['name']}' type='{'password' if one['role'] == 'secret' else 'text'}'></label>"
            for one in self.server.space["form"]["fields"]
        )
        return f"<form method='post' action='{self.server.login_path}'>{fields}<label><button>Se connecter</button></label></form>"

    def _page(self, status: int, body: str) -> None:
        page = FRAME.format(title=html.escape(self.server.space["title"]), body=body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page)

    def _redirect(self, target: str, *, cookie: str = "") -> None:
        self.send_response(303)
        self.send_header("Location", target)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", "0")
        self.end_headers()


def spaces_of(town: Path) -> dict[str, Mapping[str, Any]]:
    """The partner spaces of that file, by slug."""
    return {space["slug"]: space for space in yaml.safe_load(town.read_text("utf-8"))["partner_spaces"]}


def stand_ins(town: Path, at: Callable[[str], str]) -> str:
    """The setting PARTNER_SITES: `at` gives the address of the site of a slug."""
    hosts = {slug: urlsplit(space["connection"]["login_url"]).hostname for slug, space in spaces_of(town).items()}
    return ",".join(f"{host}={at(slug)}" for slug, host in hosts.items())


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
