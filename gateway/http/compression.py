"""Answers leave compressed, but where the length would disclose a secret (BREACH).

An attacker who makes a browser open an address here and sees how long the answer is learns, guess by guess, what stands beside
a text of their own. So an answer is compressed only when it cannot hold both: what its address or form brought, and what
is shown to one person alone. A length that is random, besides, hides the small differences that are left.
"""

import gzip
import io
import secrets
import string
from typing import cast

from flask import Flask, Response, request
from werkzeug.datastructures import HeaderSet

from gateway.sessions.identity import TRACKING_HEADER

LEAST_BYTES = 1024
LEVEL = 4
MOST_PADDING = 100
TEXTS = frozenset({"application/json", "application/problem+json", "text/calendar", "text/css", "text/html"})


def compress(response: Response) -> Response:
    """Last of all, when nothing more is added to the answer."""
    if response.mimetype not in TEXTS:
        return response
    cast("HeaderSet", response.vary).add("Accept-Encoding")  # as werkzeug makes it
    if "Content-Encoding" not in response.headers and _worth_it(response) and not _may_tell():
        response.set_data(_gzipped(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _worth_it(response: Response) -> bool:
    return (
        request.accept_encodings["gzip"] > 0
        and response.status_code == 200
        and not response.is_streamed
        and len(response.get_data()) >= LEAST_BYTES
    )


def _may_tell() -> bool:
    """Whether another person may have chosen a part of this answer, of which another part is for one person alone.

    The address and the form count by what they bring, whatever the page makes of it: a page that repeats a word of its
    address one day is covered already.
    """
    brings_words = bool(request.query_string) or request.method not in ("GET", "HEAD")
    return brings_words and is_someone()


def is_someone() -> bool:
    """Whether the answer may be for one person alone."""
    return any(name in request.headers for name in ("Cookie", "Authorization", TRACKING_HEADER))


def _gzipped(content: bytes) -> bytes:
    """With a file name of random length, which every reader of gzip skips."""
    padding = "".join(secrets.choice(string.ascii_letters) for _ in range(1 + secrets.randbelow(MOST_PADDING)))
    packed = io.BytesIO()
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=LEVEL, fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()


def install(app: Flask) -> None:
    """Before all others that look at an answer: the first that is installed is the last to see it."""
    app.after_request(compress)
