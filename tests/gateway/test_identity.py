"""Who is asking: cookies, headers, and what a browser is given to keep."""

import pytest
from flask import Flask

from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from gateway.sessions.cookies import with_tracking
from gateway.sessions.identity import Sessions, digest_of
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from tests.support.drafts import new_draft
from tests.support.judge import Client
from tests.support.stubs import Stubs

CITIZEN = {
    "actor": {"kind": "citizen", "id": "account-1"},
    "display_name": "Camille Exemple",
    "kind": "citizen",
    "idle_expires_at": "2026-11-24T10:00:00Z",
}
MINE = "/api/v1/requests"
BEARER = {"Authorization": "Bearer session-of-camille"}


@pytest.fixture(autouse=True)
def answers(services: Stubs) -> None:
    services["requests.mine"] = {"items": [], "total": 0, "page": 1, "pages": 1}
    services["accounts.session"] = CITIZEN


def test_a_session_makes_its_holder_the_actor(client: Client, services: Stubs) -> None:
    assert client.get(MINE, headers=BEARER).status_code == 200
    assert services.asked[-1].actor.id == "account-1"


def test_without_a_session_a_citizens_page_asks_to_log_in(client: Client) -> None:
    response = client.get(MINE)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_ended_session_is_answered_401(client: Client, services: Stubs) -> None:
    services["accounts.session"] = Forbidden()

    assert client.get(MINE, headers=BEARER).status_code == 401


def test_an_agent_may_not_read_a_citizens_list(client: Client, services: Stubs) -> None:
    services["accounts.session"] = {**CITIZEN, "actor": {"kind": "agent", "id": "a", "roles": ["agent"]}}

    assert client.get(MINE, headers=BEARER).status_code == 403


@pytest.mark.parametrize(("subscribed", "times"), [(True, 1), (False, 2)])
def test_a_session_is_cached_only_while_the_subscription_to_its_end_is_up(
    services: Stubs, subscribed: bool, times: int
) -> None:
    app, sessions = _app(services)
    if subscribed:
        sessions.subscribed(True)

    for _ in range(2):
        app.test_client().get(MINE, headers=BEARER)

    assert len(services.bodies("accounts.session")) == times


def test_a_session_that_ended_elsewhere_is_asked_again_at_once(services: Stubs) -> None:
    app, sessions = _app(services)
    sessions.subscribed(True)
    browser = app.test_client()
    browser.get(MINE, headers=BEARER)

    sessions.forget(digest_of("session-of-camille"))
    browser.get(MINE, headers=BEARER)

    assert len(services.bodies("accounts.session")) == 2


def test_ending_sessions_here_clears_the_cache_of_that_account_only(services: Stubs) -> None:
    app, sessions = _app(services)
    sessions.subscribed(True)
    services["accounts.end_other_sessions"] = {"ended": 1}
    browser = app.test_client()
    browser.get(MINE, headers=BEARER)
    services["accounts.session"] = CITIZEN | {"actor": {"kind": "citizen", "id": "account-2"}}
    browser.get(MINE, headers={"Authorization": "Bearer session-of-alix"})

    browser.delete("/api/v1/sessions/others", headers=BEARER)
    browser.get(MINE, headers=BEARER)
    browser.get(MINE, headers={"Authorization": "Bearer session-of-alix"})

    asked = [body["session"] for body in services.bodies("accounts.session")]
    assert asked == ["session-of-camille", "session-of-alix", "session-of-camille"]


def test_a_tracking_token_travels_with_the_actor(client: Client, services: Stubs) -> None:
    services["requests.calendar_file"] = {"ics": "BEGIN:VCALENDAR"}

    client.get("/api/v1/requests/2026-ABCD/calendar.ics", headers={"Parvis-Tracking": "token-of-a-link"})

    assert services.asked[-1].actor.tokens == ("token-of-a-link",)


def test_only_the_last_five_tracking_links_are_kept() -> None:
    kept = ("e", "d", "c", "b", "a")

    assert with_tracking(kept, "f") == "f~e~d~c~b"
    assert with_tracking(kept, "c") == "c~e~d~b~a"


def test_over_https_cookies_cannot_be_planted_by_another_host(services: Stubs) -> None:
    app, _ = _app(services, public_url="https://portail.example")
    services["requests.open_draft"] = new_draft()
    services["procedures.published"] = {"procedures": {"x": 1}, "agendas": {}}

    cookie = app.test_client().post("/api/v1/drafts", json={"procedure": "x"}).headers["Set-Cookie"]

    assert cookie.startswith("__Host-parvis-visitor=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_reader_is_given_no_cookie(client: Client, services: Stubs) -> None:
    services["procedures.service_areas"] = {"areas": []}

    assert "Set-Cookie" not in client.get("/api/v1/service-areas").headers


def test_a_browser_sent_by_another_site_changes_nothing(client: Client, services: Stubs) -> None:
    client.set_cookie("parvis-visitor", "a" * 22)

    response = client.post("/api/v1/drafts", json={"procedure": "x"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert services.bodies("requests.open_draft") == []


def _app(services: Stubs, public_url: str = "http://portail.example") -> tuple[Flask, Sessions]:
    sessions = Sessions()
    settings = Settings(signing_key=bytes(32), public_url=public_url)
    return create_app(settings, Clients(services, request_context), sessions), sessions
