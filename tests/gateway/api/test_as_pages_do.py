"""What a page asks of the services, a program asks too, under the same rules."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.http.rate_limits import ADDRESS_SHARE, LINK_AGAIN, RateLimits
from gateway.sessions.identity import digest_of
from services.chassis.actors import Actor
from services.chassis.errors import Unavailable
from tests.support import agents_desk as desk
from tests.support.contents import found_contents
from tests.support.demo_town import CAMILLE, DRAFT, catalogue, definition
from tests.support.drafts import new_draft
from tests.support.judge import LOGGED_IN
from tests.support.stubs import Stubs

COLLEAGUES = "/api/v1/agent/colleagues"
EMAILS = "/api/v1/agent/requests/2026-7K4M-93QX/emails"
LINKS = "/api/v1/accounts/activation/links"
WORK_LIST = "/api/v1/agent/requests"
TOKEN = "jeton-d-un-lien"


@pytest.fixture
def at_the_desk(services: Stubs) -> None:
    desk.furnish(services)


@pytest.fixture
def searched(services: Stubs) -> None:
    services["procedures.catalogue"] = catalogue
    services["content.find"] = found_contents


# --- the search of the whole portal


@pytest.mark.usefixtures("searched")
def test_a_search_finds_procedures_and_contents_in_one_list_each_with_its_kind(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": " mariage "}).get_json()

    assert [(item["kind"], item["slug"], item["partial"]) for item in answer["items"]] == [
        ("procedure", "acte-mariage", False),
        ("practical_info", "se-marier-se-pacser", False),
    ]
    assert (answer["total"], answer["suggestion"], answer["away"]) == (2, None, False)


@pytest.mark.usefixtures("searched")
def test_a_search_marks_partial_results_and_an_unavailable_source(client: FlaskClient, services: Stubs) -> None:
    services["procedures.catalogue"] = lambda _, actor: catalogue({"q": "passeport"}, actor) | {"partial": True}
    services["content.find"] = Unavailable()

    found = client.get("/api/v1/search", query_string={"q": "passeport perdu"}).get_json()

    assert {(item["kind"], item["partial"]) for item in found["items"]} == {("procedure", True)}
    assert found["away"] is True


@pytest.mark.parametrize("words", ["", "   ", "\u00a0", None])
def test_a_search_without_words_is_refused(client: FlaskClient, services: Stubs, words: str | None) -> None:
    answer = client.get("/api/v1/search", query_string={} if words is None else {"q": words})

    assert answer.status_code == 422
    assert services.asked == []


# --- where no place is left


def test_a_procedure_without_a_place_left_says_when_it_takes_requests_again(
    client: FlaskClient, services: Stubs
) -> None:
    full, reopens = "enlevement-encombrants", "2026-11-30T00:00:00+01:00"
    services["procedures.catalogue"] = catalogue
    services["procedures.procedure"] = lambda body, _: {
        "slug": body["slug"],
        "version": 1,
        "current_version": 1,
        "withdrawn": False,
        "definition": definition(body["slug"]),
    }
    services["requests.quotas_reached"] = {"items": [{"procedure": full, "reopens_at": reopens}]}

    listed = client.get("/api/v1/procedures").get_json()["items"]

    assert {item["slug"]: item["reopens_at"] for item in listed if item["reopens_at"]} == {full: reopens}
    assert client.get(f"/api/v1/procedures/{full}").get_json()["reopens_at"] == reopens
    assert client.get("/api/v1/procedures/acte-naissance").get_json()["reopens_at"] is None


# --- the agents' file


@pytest.mark.usefixtures("at_the_desk")
def test_an_agent_lists_the_colleagues_who_may_be_given_a_request(client: FlaskClient) -> None:
    answer = client.get(COLLEAGUES, headers=LOGGED_IN).get_json()

    assert {agent["id"] for agent in answer["agents"]} >= {desk.ME, desk.COLLEAGUE}
    assert {"name", "username", "departments"} <= set(answer["agents"][0])


@pytest.mark.usefixtures("at_the_desk")
def test_an_agent_lists_the_mails_of_a_request_by_its_grant(client: FlaskClient, services: Stubs) -> None:
    answer = client.get(EMAILS, headers=LOGGED_IN).get_json()

    assert [(mail["label"], mail["state"]) for mail in answer["items"]] == [("Accusé de réception", "failed")]
    assert services.bodies("messaging.emails") == [{"grant": "grant"}]


@pytest.mark.parametrize("address", [COLLEAGUES, EMAILS])
@pytest.mark.parametrize("actor", [CAMILLE, desk.EDITOR])
def test_agents_and_mails_need_the_read_right(client: FlaskClient, services: Stubs, address: str, actor: Actor) -> None:
    services["accounts.session"] = desk.session_of(actor)

    assert client.get(address).status_code == 401
    assert client.get(address, headers={"Parvis-Tracking": "token-of-the-link"}).status_code in (401, 403)
    assert client.get(address, headers=LOGGED_IN).status_code == 403
    assert {asked.method for asked in services.asked} <= {"accounts.session"}


@pytest.mark.usefixtures("at_the_desk")
def test_a_name_is_searched_in_the_body_and_a_number_in_the_address(client: FlaskClient, services: Stubs) -> None:
    named, numbered = {"q": "Nouveau", "view": "closed", "page": 2}, {"q": "2026-7K4M-93QX"}

    by_name = client.post(f"{WORK_LIST}/search", json=named, headers=LOGGED_IN)
    by_number = client.get(WORK_LIST, query_string=numbered, headers=LOGGED_IN)
    in_the_address = client.get(WORK_LIST, query_string={"q": "Nouveau"}, headers=LOGGED_IN)

    assert (by_name.status_code, by_number.status_code, in_the_address.status_code) == (200, 200, 422)
    assert "Nouveau" not in in_the_address.text  # a name is personal: the refusal does not repeat it
    assert services.bodies("requests.work_list") == [named, numbered]


# --- the activation link


def test_activation_links_have_the_rate_limit_of_the_page(app: Flask, client: FlaskClient, services: Stubs) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)
    services["accounts.send_activation"] = {}
    for _ in range(LINK_AGAIN.times * ADDRESS_SHARE):
        assert client.post(LINKS, json={"email": "camille@courriel.example"}).status_code == 204

    assert client.post(LINKS, json={"email": "camille@courriel.example"}).status_code == 429


# --- a log-in takes the place of the session it comes with


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/api/v1/sessions", "accounts.log_in", {"username": "camille", "password": "x"}),
        (
            "/api/v1/sessions/second-factor",
            "accounts.second_factor",
            {"challenge": "c" * 32, "code": "123456"},
        ),
    ],
)
@pytest.mark.parametrize(("headers", "presented"), [(LOGGED_IN, "s" * 32), ({}, "")])
def test_a_log_in_names_the_session_that_is_presented_so_that_it_ends(
    client: FlaskClient,
    services: Stubs,
    path: str,
    method: str,
    body: dict[str, str],
    headers: dict[str, str],
    presented: str,
) -> None:
    services["accounts.session"] = desk.session_of(CAMILLE)
    services[method] = {"session": "n" * 32, "expires_at": "2026-12-01T12:00:00+00:00", "kind": "citizen"}

    answer = client.post(path, json=body, headers={**headers, "Idempotency-Key": str(uuid.uuid4())})

    assert answer.status_code == 201
    assert services.bodies(method)[0]["presented"] == presented


def test_a_partner_reads_the_identity_of_its_stream_without_an_account(client: FlaskClient, services: Stubs) -> None:
    identity = {"stream": "6c004641-c2b6-4d18-b6aa-42fc45c1a1e2", "since": "2026-11-28T10:52:07.081224+00:00"}
    services["requests.partners_stream"] = identity

    answer = client.get("/api/v1/partners/stream")

    assert (answer.status_code, answer.get_json()) == (200, identity)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_draft_is_mailed_as_a_link_and_opened_by_its_token(client: FlaskClient, services: Stubs) -> None:
    services["requests.mail_draft_link"] = {}
    services["requests.open_draft_link"] = {"draft_id": DRAFT, "procedure": "acte-naissance"}
    services["requests.draft"] = new_draft()

    mailed = client.post(f"/api/v1/drafts/{DRAFT}/links", json={"email": "ariel@courriel.example"})
    opened = client.post("/api/v1/draft-links", json={"token": TOKEN})

    assert (mailed.status_code, opened.status_code) == (204, 200)
    assert services.bodies("requests.mail_draft_link") == [{"draft_id": DRAFT, "email": "ariel@courriel.example"}]
    assert services.bodies("requests.open_draft_link") == [{"digest": digest_of(TOKEN), "replaces": False}]
    assert opened.get_json()["id"] == DRAFT
    assert "grant" not in opened.get_json()
