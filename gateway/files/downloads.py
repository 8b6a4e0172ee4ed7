"""A file on its way out: streamed through us, never run by the browser, kept by no cache."""

import base64
from urllib.parse import quote

from flask import Response

from gateway.conversation import seconds_left
from gateway.files import object_store
from services.content.schemas.pictures import Picture
from services.content.schemas.town_map import TileContent
from services.documents.schemas.pieces import PagePicture
from services.documents.schemas.storage import StoredBytes

# What a browser shows without running anything; the rest is downloaded.
SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
PRIVATE = "private, no-store"
PICTURE_SECONDS = 3600
FOR_EVER = "public, max-age=31536000, immutable"


def file(found: StoredBytes, *, inline: bool = False) -> Response:
    """Bytes that documents keeps as a response; `inline` shows images and PDF in the browser."""
    shown = inline and found.type in SHOWN_INLINE
    content = object_store.get(found.get_url, seconds_left())
    response = Response(content, content_type=found.type if shown else "application/octet-stream")
    way = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = PRIVATE
    return response


def picture(found: Picture) -> Response:
    """That of an article, shown; who may read the article keeps it for a while, others only what is public."""
    response = Response(base64.b64decode(found.content), content_type=found.type)
    response.headers["Cache-Control"] = f"{'public' if found.public else 'private'}, max-age={PICTURE_SECONDS}"
    return response


def page(found: PagePicture) -> Response:
    """A page of a file, drawn for this one look."""
    response = Response(base64.b64decode(found.content), content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = PRIVATE
    return response


def receipt(number: str, page: str) -> Response:
    """The receipt of a request as a file to keep: a page, but never one of ours."""
    response = Response(page, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'recepisse-{number}.html')}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = PRIVATE
    return response


def tile(found: TileContent) -> Response:
    """One of the town's map, under the name of its map: browsers may keep it for ever."""
    response = Response(base64.b64decode(found.content), content_type=found.type)
    response.headers["Cache-Control"] = FOR_EVER
    return response


def calendar(ics: str) -> Response:
    """An appointment for the person's own calendar."""
    response = Response(ics, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=rendez-vous.ics"
    return response


def sheet(text: str, name: str) -> Response:
    """A file for spreadsheets: downloaded, kept by no cache."""
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = PRIVATE
    return response
