"""A page that is the same for everyone is made once a second, and holds nothing of the reader for whom it was made."""

import gzip
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway import kept_pages
from gateway.sessions.published_changes import FOLLOWED_SECONDS
from services.chassis.errors import Forbidden, Unavailable
from services.chassis.rpc.client import ServiceFailed
from tests.gateway.pages.test_brief_calls import FULL, WORDS
from tests.gateway.pages.test_town_kept import CHANGED, Book, with_phone
from tests.structure.lasting.everything import gateway
from tests.structure.test_routes import rules
from tests.support.drafts import Drafts
from tests.support.stubs import Stubs

ADDRESSES = {"/": "/", "/demarches": "/demarches", "/demarches/domaine/<slug>": "/demarches/domaine/dechets"}
"""The routes of such pages, each with one of its addresses."""
each_address = pytest.mark.parametrize("address", ADDRESSES.values())


class Browsers:
    """Each of them new; those of a gateway that receives what is published. `made`: the pages that were made to be kept."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.book = app, Book(app)
        self.book.changes.subscribed(True)
        self.made: list[bytes] = []
        monkeypatch.setattr(kept_pages, "gzip", self)

    def compress(self, body: bytes, level: int, **options: Any) -> bytes:
        self.made.append(body)
        return gzip.compress(body, level, **options)

    def get(self, address: str, *, method: str = "GET", **headers: str) -> TestResponse:
        raw = FlaskClient(self.app, self.app.test_client().response_wrapper, use_cookies=False)
        return raw.open(
            address, method=method, headers={name.replace("_", "-"): said for name, said in headers.items()}
        )


@pytest.fixture
def browsers(app: Flask, drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    return Browsers(app, monkeypatch)


def test_each_route_of_such_a_page_is_tried_here() -> None:
    app = gateway()
    declared = {rule.rule: getattr(app.view_functions[rule.endpoint], "rules", None) for rule in rules(app)}
    assert {rule for rule, found in declared.items() if found and found.cacheable} == set(ADDRESSES)


@each_address
def test_a_page_for_everyone_is_made_once_a_second(browsers: Browsers, address: str) -> None:
    first = browsers.get(address)
    for browsers.book.seconds in (0.9, 1.0):
        assert browsers.get(address).data == first.data

    assert len(browsers.made) == 2


@each_address
def test_nothing_is_shown_of_before_what_was_published(browsers: Browsers, services: Stubs, address: str) -> None:
    assert CHANGED not in text(browsers.get(address))
    services["procedures.town"] = with_phone(CHANGED)
    browsers.book.changes.happened()

    assert CHANGED in text(browsers.get(address))


@each_address
def test_a_browser_with_a_cookie_and_an_address_with_a_query_have_their_own_page(
    browsers: Browsers, address: str
) -> None:
    for headers, asked in (({"Cookie": "parvis-visitor=v"}, address), ({}, f"{address}?page=1")):
        assert browsers.get(asked, **headers).status_code == 200

    assert browsers.made == []


@each_address
def test_the_kept_page_is_the_page_as_it_was_made(browsers: Browsers, address: str) -> None:
    made = browsers.get(address)
    plain = browsers.get(address)
    packed = browsers.get(address, Accept_Encoding="gzip")

    assert len(browsers.made) == 1
    assert made.data == plain.data == gzip.decompress(packed.data)
    assert packed.content_length == len(packed.data)
    assert "Content-Encoding" not in browsers.get(address, Accept_Encoding="gzip;q=0").headers
    for answer in (plain, packed):
        assert answer.headers["ETag"] == made.headers["ETag"]
        assert "geolocation=()" in answer.headers["Permissions-Policy"]
        assert {"Accept-Encoding", "Cookie"} <= answer.vary
        assert "Set-Cookie" not in answer.headers


@each_address
def test_a_browser_that_has_the_kept_page_gets_nothing_again(browsers: Browsers, address: str) -> None:
    first = browsers.get(address, Accept_Encoding="gzip")
    known = browsers.get(address, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    head = browsers.get(address, method="HEAD", Accept_Encoding="gzip")

    assert (known.status_code, known.data) == (304, b"")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(first.data))


@pytest.mark.parametrize(
    "answer",
    [Unavailable(), Forbidden(), ServiceFailed("requests.quotas_reached failed: Overflow")],
    ids=["silent", "refused", "failed"],
)
@each_address
def test_a_page_that_lacks_a_part_is_not_kept(
    browsers: Browsers, services: Stubs, address: str, answer: object
) -> None:
    known = services.answers["requests.quotas_reached"]
    services["requests.quotas_reached"] = answer
    lacking = browsers.get(address)
    services["requests.quotas_reached"] = known

    assert (lacking.status_code, browsers.made) == (200, [])
    browsers.get(address)
    assert len(browsers.made) == 1


@each_address
def test_a_quota_is_shown_at_once_and_without_an_event_within_five_seconds(
    browsers: Browsers, services: Stubs, address: str
) -> None:
    none, book = services.answers["requests.quotas_reached"], browsers.book
    browsers.get(address)
    services["requests.quotas_reached"] = FULL
    assert WORDS not in text(browsers.get(address))

    book.changes.happened()
    assert WORDS in text(browsers.get(address))
    services["requests.quotas_reached"] = none
    book.seconds = FOLLOWED_SECONDS - 0.1
    assert WORDS in text(browsers.get(address))
    book.seconds = 5.0
    assert WORDS not in text(browsers.get(address))


@each_address
def test_no_page_is_kept_while_what_is_published_is_not_heard(browsers: Browsers, address: str) -> None:
    browsers.book.changes.subscribed(False)
    browsers.get(address)

    assert browsers.made == []


def text(page: TestResponse) -> str:
    return page.text.replace("\u00a0", " ")
