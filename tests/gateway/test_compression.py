"""What leaves compressed; and what does not: it is small, it is no text, or its length would reveal its content."""

import gzip
from collections.abc import Callable

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.http.compression import LEAST_BYTES, MOST_PADDING
from tests.support import agents_desk, town_hall
from tests.support.addresses import PUBLIC
from tests.support.stubs import Stubs

SESSION = {"Cookie": f"parvis={'s' * 32}"}
PROOFS = (
    SESSION,
    {"Cookie": "parvis-tracking=token"},
    {"Cookie": f"parvis-visitor={'v' * 22}"},
    {"Authorization": "Bearer token"},
    {"Parvis-Tracking": "token"},
)
Get = Callable[..., TestResponse]


@pytest.fixture
def browser(app: Flask, services: Stubs) -> FlaskClient:
    town_hall.furnish(services)
    return FlaskClient(app, app.test_client().response_wrapper, use_cookies=False)


@pytest.fixture
def get(browser: FlaskClient) -> Get:
    """An answer as it leaves, to a browser that reads gzip; `headers`: who asks."""

    def get(address: str, headers: dict[str, str] | None = None, accepts: str = "gzip, br") -> TestResponse:
        return browser.get(address, headers={"Accept-Encoding": accepts, **(headers or {})})

    return get


def is_compressed(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("address", ["/", "/demarches", "/demarches?toutes", "/recherche?q=acte", "/api/v1/procedures"])
def test_an_answer_that_is_the_same_for_everyone_is_compressed(get: Get, address: str) -> None:
    plain, answer = get(address, accepts="identity"), get(address)

    assert is_compressed(answer)
    assert not is_compressed(plain)
    assert answer.content_length == len(answer.data) < len(plain.data) / 3
    assert len(gzip.decompress(answer.data)) == pytest.approx(len(plain.data), abs=200)  # ids are drawn anew
    assert "Accept-Encoding" in answer.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("address", ["/mon-accueil", "/mes-demandes", "/demarches"])
def test_a_personal_page_is_compressed_where_its_address_brings_no_words(get: Get, address: str) -> None:
    answer = get(address, SESSION)

    assert answer.status_code == 200
    assert is_compressed(answer)


@pytest.mark.parametrize("address", [address for address in PUBLIC if "?" in address])
@pytest.mark.parametrize("proof", PROOFS)
def test_a_personal_page_that_may_repeat_words_is_not_compressed(get: Get, proof: dict[str, str], address: str) -> None:
    assert not is_compressed(get(address, proof))


@pytest.mark.parametrize("address", ["/agent/demandes?q=2026-AAAA-BBBB", "/agent/demandes?vue=a-affecter"])
def test_the_search_results_of_an_agent_are_not_compressed(get: Get, services: Stubs, address: str) -> None:
    agents_desk.furnish(services)

    assert not is_compressed(get(address, SESSION))
    assert is_compressed(get("/agent/demandes", SESSION))


def test_the_answer_to_a_form_is_not_compressed(browser: FlaskClient) -> None:
    typed = {"utilisateur": "x" * LEAST_BYTES}

    assert not is_compressed(browser.post("/connexion", data=typed, headers={"Accept-Encoding": "gzip", **SESSION}))


def test_an_error_that_may_repeat_its_address_is_not_compressed(get: Get) -> None:
    assert not is_compressed(get("/nulle-part", SESSION))


@pytest.mark.parametrize("address", ["/", "/theme.css"])
def test_a_browser_that_refuses_gzip_gets_none(get: Get, address: str) -> None:
    assert not is_compressed(get(address, accepts="gzip;q=0, identity"))


def test_random_padding_varies_the_length_of_an_answer(get: Get) -> None:
    theme = get("/", accepts="identity").text.partition("theme-")[2].partition(".css")[0]
    lengths = {len(get(f"/theme-{theme}.css").data) for _ in range(40)}

    assert len(lengths) > 10
    assert max(lengths) - min(lengths) < MOST_PADDING


@pytest.mark.parametrize(
    ("made", "compressed"),
    [
        (lambda: Response("x" * LEAST_BYTES), True),
        (lambda: Response("x" * (LEAST_BYTES - 1)), False),
        (lambda: Response("x" * LEAST_BYTES, mimetype="application/pdf"), False),
        (lambda: Response("x" * LEAST_BYTES, mimetype="image/png"), False),
        (lambda: Response(iter(["x" * LEAST_BYTES])), False),
        (lambda: Response("x" * LEAST_BYTES, status=206), False),
        (lambda: Response("x" * LEAST_BYTES, headers={"Content-Encoding": "br"}), False),
    ],
    ids=["text", "short", "file", "picture", "stream", "part", "compressed already"],
)
def test_only_long_texts_are_compressed(app: Flask, made: Callable[[], Response], compressed: bool) -> None:
    with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
        app.preprocess_request()
        answer = app.process_response(made())

    assert (answer.headers.get("Content-Encoding") == "gzip") is compressed
