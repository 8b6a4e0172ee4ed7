"""Whole pages that are the same for everyone: one that was made less than a second ago is given to the next reader as it is, compressed already."""

import gzip
from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.http.compression import LEVEL
from gateway.sessions.published_changes import PublishedChanges, ValidAnswers
from services.chassis.structs import Struct
from services.townhall.untyped import entry

MOST_KEPT = 100
SECONDS = 1.0


class Page(Struct):
    """`packed`: the body, compressed; it holds nothing of a reader, so that its length discloses nothing."""

    headers: Mapping[str, str]
    body: bytes
    packed: bytes

    def response(self) -> AnyResponse:
        if request.accept_encodings["gzip"] > 0:
            return Response(self.packed, headers={**self.headers, "Content-Encoding": "gzip"})
        return Response(self.body, headers=self.headers)


class KeptPages:
    """The pages of a gateway by their path, each until something is published, for a second at most. Made for each reader are those whose address has
    a query, those that lack a part because a service did not answer, and all while the gateway does not hear what is published."""

    def __init__(self, changes: PublishedChanges) -> None:
        self._changes = changes
        self._pages = ValidAnswers[Page | AnyResponse](changes, most=MOST_KEPT, seconds=SECONDS)

    def answer(self, make: Callable[[], AnyResponse]) -> AnyResponse:
        """The page of this HTTP request, kept or as `make` makes it now."""
        if request.query_string or not self._changes.followed:
            return make()
        found = self._pages.get(request.path, lambda: _kept(make()), kept=lambda made: isinstance(made, Page))
        return found.response() if isinstance(found, Page) else found


def _kept(made: AnyResponse) -> Page | AnyResponse:
    """As it is kept; the answer itself where it is not to be."""
    if made.status_code != HTTPStatus.OK or vars(g)["missed"]:
        return made
    made.add_etag(weak=True)
    headers = {name: value for name, value in made.headers if name != "Content-Length"}
    body = made.get_data()
    return Page(headers=headers, body=body, packed=gzip.compress(body, LEVEL, mtime=0))


def install(app: Flask, pages: KeptPages) -> None:
    app.extensions["parvis.kept_pages"] = pages


def kept_pages() -> KeptPages:
    return entry(current_app.extensions, "parvis.kept_pages", KeptPages)  # of `install`
