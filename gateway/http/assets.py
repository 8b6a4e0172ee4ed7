"""Style sheets, scripts, icons and fonts: read once, compressed once, served under names that change with their content."""

import gzip
import hashlib
import mimetypes
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

from services.townhall.untyped import entry

URL_PREFIX = "/statique"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"
COMPRESSED = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".txt"})
FINGERPRINT_LETTERS = 12
LOOK_SECONDS = 1.0
TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
NAMED = re.compile(rb'url\("([\w./-]+)"\)')
"""Another file of the folder, as a style sheet names it."""


@dataclass(frozen=True)
class Asset:
    name: str
    fingerprinted: str
    content: bytes
    gzipped: bytes | None
    content_type: str


class Assets:
    """Every file of one folder, in memory: they are few and small, and no path given by a browser is ever opened.

    `watch`: what was changed meanwhile is read again, once a second at most; a page asks for an address dozens of times.
    """

    def __init__(self, folder: Path, *, watch: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._watch = watch
        self._clock = clock
        self._read()

    def url(self, name: str) -> str:
        """The address of a file, which browsers may keep for ever. KeyError when there is no such file."""
        if self._watch and self._clock() - self._looked >= LOOK_SECONDS:
            self._look()
        return f"{URL_PREFIX}/{self._by_name[name].fingerprinted}"

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """The file, and whether it was asked by the name of its present content."""
        asset = self._by_fingerprint.get(name) or self._by_name.get(name)
        return (asset, name == asset.fingerprinted) if asset else None

    def _look(self) -> None:
        self._looked = self._clock()
        if self._times() != self._read_at:
            self._read()

    def _times(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in sorted(self._folder.rglob("*")) if path.is_file()}

    def _read(self) -> None:
        self._looked, self._read_at = self._clock(), self._times()
        by_name: dict[str, Asset] = {}
        for path in sorted(self._read_at, key=lambda path: path.suffix == ".css"):  # they name the others
            name = path.relative_to(self._folder).as_posix()
            content = path.read_bytes()
            by_name[name] = _asset(name, _exact(content, by_name) if path.suffix == ".css" else content)
        self._by_name = by_name
        self._by_fingerprint = {asset.fingerprinted: asset for asset in by_name.values()}


def _exact(sheet: bytes, known: Mapping[str, Asset]) -> bytes:
    """The style sheet with each file that it names under the name of its content, so that this too is kept for ever."""

    def named(found: re.Match[bytes]) -> bytes:
        return f'url("{known[found[1].decode()].fingerprinted}")'.encode()

    return NAMED.sub(named, sheet)


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:FINGERPRINT_LETTERS]
    stem, dot, suffix = name.rpartition(".")
    content_type = TYPES.get(dot + suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    return Asset(
        name=name,
        fingerprinted=f"{stem}-{digest}{dot}{suffix}",
        content=content,
        gzipped=gzip.compress(content, 9, mtime=0) if dot + suffix in COMPRESSED else None,
        content_type=content_type,
    )


def serve(name: str) -> Response:
    found = entry(current_app.extensions, "parvis.assets", Assets).find(name)  # of `install`
    if found is None:
        abort(404)
    asset, exact = found
    gzipped = asset.gzipped is not None and request.accept_encodings["gzip"] > 0
    response = Response(asset.gzipped if gzipped else asset.content, content_type=asset.content_type)
    response.headers["Cache-Control"] = FOR_EVER if exact else FOR_A_MINUTE
    response.headers["ETag"] = f'"{asset.fingerprinted}{"-gz" if gzipped else ""}"'
    if asset.gzipped is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response


def install(app: Flask, assets: Assets) -> None:
    app.extensions["parvis.assets"] = assets
    app.add_url_rule(f"{URL_PREFIX}/<path:name>", "assets", serve)
    app.add_template_global(assets.url, "asset")
