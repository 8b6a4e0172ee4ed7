"""What a program may do with a request once filed."""

from flask.testing import FlaskClient

from services.requests.schemas.refusals import RequestNotFound
from tests.support import agents_desk
from tests.support.stubs import Stubs

FILE = "0d6f1e5a-0000-4000-8000-0000000000f1"


def test_a_token_that_does_not_open_the_request_is_refused_as_a_wrong_key(client: FlaskClient, services: Stubs) -> None:
    services["requests.tracking"] = RequestNotFound()

    answer = client.get("/api/v1/requests/2026-7K4M-93QX", headers={"Parvis-Tracking": "token-of-another-request"})

    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "request_not_found")
    assert "WWW-Authenticate" in answer.headers


def test_who_is_logged_in_is_told_that_there_is_no_such_request(client: FlaskClient, services: Stubs) -> None:
    services["accounts.session"] = agents_desk.session_of(agents_desk.AGENT)
    services["requests.tracking"] = RequestNotFound()

    answer = client.get("/api/v1/requests/2026-7K4M-93QX", headers={"Authorization": f"Bearer {'s' * 32}"})

    assert (answer.status_code, answer.json and answer.json["code"]) == (404, "request_not_found")
