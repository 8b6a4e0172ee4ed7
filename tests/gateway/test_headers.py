"""What every answer carries."""

import os
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from gateway.files import downloads
from gateway.http import assets
from services.chassis.settings import Settings
from services.documents.schemas.storage import StoredBytes
from tests.support.judge import Client
from tests.support.stubs import Stubs

AREAS = "/api/v1/service-areas"


@pytest.fixture(autouse=True)
def answers(services: Stubs) -> None:
    services["procedures.service_areas"] = {"areas": []}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Content-Security-Policy", "default-src 'self'"),
        ("Content-Security-Policy", "font-src 'self'"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
        ("Permissions-Policy", "geolocation=()"),
    ],
)
def test_every_answer_carries_the_header(client: Client, name: str, part: str) -> None:
    assert part in client.get(AREAS).headers[name]


def test_no_policy_lets_an_inline_script_run(client: Client) -> None:
    assert "unsafe" not in client.get(AREAS).headers["Content-Security-Policy"]


def test_only_an_https_portal_sends_strict_transport_security(client: Client, services: Stubs) -> None:
    settings = Settings(signing_key=bytes(32), public_url="https://portail.example")
    secure = create_app(settings, Clients(services, request_context)).test_client()

    assert "Strict-Transport-Security" not in client.get(AREAS).headers
    assert "max-age=31536000" in secure.get(AREAS).headers["Strict-Transport-Security"]


def test_an_answer_carries_its_correlation_id(client: Client) -> None:
    given = client.get(AREAS, headers={"X-Request-Id": "0123-abcd"})
    forged = client.get(AREAS, headers={"X-Request-Id": 'x" level="error'})

    assert given.headers["X-Correlation-Id"] == "0123-abcd"
    assert re.fullmatch(r"[0-9a-f-]{36}", forged.headers["X-Correlation-Id"])


def test_a_static_file_is_kept_for_ever_under_the_name_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "portal.css").write_text("a { color: blue }", encoding="utf-8")
    app = Flask(__name__, static_folder=None)
    assets.install(app, assets.Assets(tmp_path))
    browser = app.test_client()
    gzip = {"Accept-Encoding": "gzip"}

    address = app.extensions["parvis.assets"].url("portal.css")
    first = browser.get(address, headers=gzip)
    again = browser.get(address, headers={**gzip, "If-None-Match": first.headers["ETag"]})
    unnamed = browser.get("/statique/portal.css")

    assert "immutable" in first.headers["Cache-Control"]
    assert first.headers["Content-Encoding"] == "gzip"
    assert again.status_code == 304
    assert "immutable" not in unnamed.headers["Cache-Control"]
    assert browser.get("/statique/../app.py").status_code == 404


def test_files_of_a_style_sheet_are_named_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "letters.woff2").write_bytes(b"letters")
    (tmp_path / "portal.css").write_text('@font-face { src: url("fonts/letters.woff2") }', encoding="utf-8")
    there = assets.Assets(tmp_path)
    app = Flask(__name__, static_folder=None)
    assets.install(app, there)
    browser = app.test_client()

    address = there.url("fonts/letters.woff2")
    sheet = browser.get(there.url("portal.css"))
    font = browser.get(address)
    first = there.url("portal.css")
    (tmp_path / "fonts" / "letters.woff2").write_bytes(b"others")

    assert f'url("{address.removeprefix("/statique/")}")' in sheet.text
    assert font.content_type == "font/woff2"
    assert "immutable" in font.headers["Cache-Control"]
    assert assets.Assets(tmp_path).url("portal.css") != first  # another font, another style sheet


def test_in_development_only_a_changed_file_is_read_again(tmp_path: Path) -> None:
    sheet, moment = tmp_path / "portal.css", [0.0]
    sheet.write_text("a { color: blue }", encoding="utf-8")
    watched = assets.Assets(tmp_path, watch=True, clock=lambda: moment[0])
    known = watched.find("portal.css")
    moment[0] += 5
    first = watched.url("portal.css")
    assert watched.find("portal.css") == known and watched.find("portal.css")[0] is known[0]  # type: ignore[index]

    sheet.write_text("a { color: green }", encoding="utf-8")
    os.utime(sheet, ns=(1, 1))  # whatever the resolution of the file system's clock
    assert watched.url("portal.css") == first
    moment[0] += 1
    assert watched.url("portal.css") != first


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """The address of a store with one object, `x`."""
    (tmp_path / "x").write_bytes(b"x")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path)) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    "name", ["cni\r\nSet-Cookie: a=b.pdf", "\u202efdp.exe", 'a"; filename="b.exe', "é" * 120 + ".pdf"]
)
def test_a_files_name_never_breaks_a_header(app: Flask, store: str, name: str) -> None:
    found = StoredBytes(name=name, type="application/pdf", size=1, get_url=f"{store}/x")

    with app.test_request_context("/"):
        app.preprocess_request()
        response = downloads.file(found, inline=True)

    header = response.headers["Content-Disposition"]
    assert re.fullmatch(r"inline; filename\*=UTF-8''[A-Za-z0-9%._~/-]+", header)
    assert "Set-Cookie" not in response.headers
    assert response.get_data() == b"x"
