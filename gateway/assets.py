"""Style sheets, scripts and icons: read once, compressed once, served under names that change with their content."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

URL_PREFIX = "/statique"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"
COMPRESSED = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".txt"})
FINGERPRINT_LETTERS = 12
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class Asset:
    name: str
    fingerprinted: str
    content: bytes
    gzipped: bytes | None
    content_type: str


class Assets:
    """Every file of one folder, in memory: they are few and small, and no path given by a browser is ever opened."""

    def __init__(self, folder: Path, *, watch: bool = False) -> None:
        self._folder = folder
        self._watch = watch
        self._read()

    def url(self, name: str) -> str:
        """The address of a file, to be kept for ever by who fetches it. KeyError when there is no such file."""
        if self._watch:
            self._read()
        return f"{URL_PREFIX}/{self._by_name[name].fingerprinted}"

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """The file, and whether it was asked by the name of its present content."""
        if asset := self._by_fingerprint.get(name):
            return asset, True
        if asset := self._by_name.get(name):
            return asset, False
        return None

    def _read(self) -> None:
        assets = [_asset(self._folder, path) for path in sorted(self._folder.rglob("*")) if path.is_file()]
        self._by_name = {asset.name: asset for asset in assets}
        self._by_fingerprint = {asset.fingerprinted: asset for asset in assets}


def _asset(folder: Path, path: Path) -> Asset:
    content = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    digest = hashlib.sha256(content).hexdigest()[:FINGERPRINT_LETTERS]
    stem, dot, suffix = name.rpartition(".")
    content_type = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    return Asset(
        name=name,
        fingerprinted=f"{stem}-{digest}{dot}{suffix}",
        content=content,
        gzipped=gzip.compress(content, 9, mtime=0) if path.suffix in COMPRESSED else None,
        content_type=content_type,
    )


def serve(name: str) -> Response:
    found = current_app.extensions["parvis.assets"].find(name)
    if found is None:
        abort(404)
    asset, exact = found
    gzipped = asset.gzipped is not None and "gzip" in request.accept_encodings
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
    app.jinja_env.globals["asset"] = assets.url
