"""`POST /address-proposals`: what is typed of an address is in no address and no log, and is answered to everybody."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.http.rate_limits import ADDRESS_SHARE, ADDRESSES, RateLimits
from tests.support.stubs import Stubs
from tests.support.town_hall import furnish

PATH = "/api/v1/address-proposals"
PONT = {"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "complete": True}


@pytest.fixture(autouse=True)
def _answers(services: Stubs) -> None:
    furnish(services)
    services["procedures.propose_addresses"] = {"items": [PONT]}


def test_proposals_have_the_lines_of_a_form(client: FlaskClient, services: Stubs) -> None:
    answer = client.post(PATH, json={"q": "7 rue du po", "in_town": True})

    assert answer.json == {"items": [PONT]}
    assert services.bodies("procedures.propose_addresses") == [{"q": "7 rue du po", "in_town": True}]
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_asks_is_not_passed_on(client: FlaskClient, services: Stubs) -> None:
    client.set_cookie("parvis", "s" * 32)

    client.post(PATH, json={"q": "7 rue du po"})

    [asked] = [one for one in services.asked if one.method == "procedures.propose_addresses"]
    assert asked.actor.kind == "visitor"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"q": ""},
        {"q": "   "},
        {"q": "a" * 101},
        {"q": 7},
        {"q": "a\u0000"},
        {"q": "rue", "in_town": "oui"},
        {"q": "rue", "x": 1},
    ],
)
def test_what_cannot_be_looked_for_is_a_problem_and_asks_nobody(
    client: FlaskClient, services: Stubs, typed: dict[str, object]
) -> None:
    answer = client.post(PATH, json=typed)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert services.bodies("procedures.propose_addresses") == []


def test_it_is_not_answered_from_an_address(client: FlaskClient) -> None:
    assert client.get(f"{PATH}?q=7+rue+du+po").status_code == 405


def test_nothing_typed_is_in_a_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(PATH, json={"q": "7 rue du Pont-Levis"})

    assert "Pont-Levis" not in caplog.text


def test_too_many_in_a_minute_wait(app: Flask, client: FlaskClient) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)  # no bucket refills while we ask
    allowed = ADDRESSES.times * ADDRESS_SHARE
    answers = [client.post(PATH, json={"q": "rue"}).status_code for _ in range(allowed + 1)]

    assert answers == [200] * allowed + [429]
