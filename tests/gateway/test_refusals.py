"""A refusal becomes one status everywhere: a French page for people, problem details for programs."""

import re
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from flask import Flask

from gateway import clients
from gateway.clients import Clients, RequestContext
from gateway.errors import STATUS
from services.chassis.actors import Actor
from services.chassis.errors import KINDS, Conflict, Forbidden, Invalid, NotFound, Reason, Unavailable
from services.procedures.schemas.catalogue import ListServiceAreas, ReadPublished
from services.requests.schemas.refusals import NotReceivedYet
from tests.support.judge import Client
from tests.support.stubs import Stubs

SOME_ID = "0d6f1e5a-0000-4000-8000-0000000000f1"
SOME_NUMBER = "2026-7K4M-93QX"
AREAS = "procedures.service_areas"
SOMEBODY = RequestContext(actor=Actor(kind="visitor", id="v"), correlation_id="c", deadline=float("inf"))


def test_every_kind_of_refusal_has_a_status() -> None:
    assert set(STATUS) == {*KINDS.values()}


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(Invalid(), 422), (NotFound(), 404), (Forbidden(), 403), (Conflict(), 409), (Unavailable(), 503)],
)
def test_a_refusal_of_a_service_is_a_problem_with_its_code(
    client: Client, services: Stubs, refusal: Exception, status: int
) -> None:
    services[AREAS] = refusal

    response = client.get("/api/v1/service-areas")

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    assert response.json["code"] == refusal.code  # type: ignore[attr-defined]
    assert response.json["detail"] == refusal.message  # type: ignore[attr-defined]


def test_refusals_for_programs_name_addresses_and_bodies_not_browser_pages(client: Client, services: Stubs) -> None:
    services["procedures.procedure"] = NotFound("Cette démarche n’existe pas.")

    unknown = client.get("/api/v1/procedures/inconnue").json
    nowhere = client.get("/api/v1/nulle-part").json
    malformed = client.post("/api/v1/sessions", data="{", content_type="application/json").json

    assert (unknown["title"], nowhere["title"]) == ("Introuvable", "Introuvable")
    assert "page" not in nowhere["detail"]
    assert malformed["code"] == "malformed"
    assert "navigateur" not in malformed["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_every_operation_refuses_a_body_of_another_type(client: Client, services: Stubs, kind: str | None) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    asked = [
        (method, re.sub(r"{\w+}", SOME_ID, path.replace("{number}", SOME_NUMBER).replace("{step}", "request")))
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "requestBody" in operation
    ]

    refused = {one: client.open(one[1], method=one[0].upper(), data="{}", content_type=kind) for one in asked}

    assert len(asked) > 20
    assert {one: answer.status_code for one, answer in refused.items() if answer.status_code != 415} == {}
    assert {answer.json["code"] for answer in refused.values()} == {"unsupported_media_type"}
    assert services.asked == []


@pytest.mark.parametrize("levels", [11, 300, 1000])
def test_a_body_nested_deeper_than_any_of_ours_is_refused(client: Client, levels: int) -> None:
    body = '{"a":' * levels + "1" + "}" * levels

    refused = client.post("/api/v1/requests", data=body, content_type="application/json")

    assert (refused.status_code, refused.json["code"]) == (422, "invalid")


@pytest.mark.parametrize("sign", ["\0", "\n", "\r", "\t", "\x7f", "\x85"])
@pytest.mark.parametrize("before", ["/actualites/", "/demarches/", "/demande/", "/api/v1/procedures/"])
def test_an_address_with_an_invisible_character_is_not_found(
    client: Client, services: Stubs, before: str, sign: str
) -> None:
    services["procedures.town"] = Unavailable()

    assert client.get(f"{before}a{quote(sign)}b").status_code == 404
    assert services.bodies("content.news_item") == services.bodies("procedures.procedure") == []


def test_a_body_that_is_wrong_as_a_whole_blames_no_field(client: Client) -> None:
    problem = client.post("/api/v1/sessions", json=[]).json

    assert problem["detail"] == "Cette valeur n’a pas le type attendu."
    assert "fields" not in problem


def test_an_unavailable_service_gives_retry_after_and_hides_internal_names(client: Client, services: Stubs) -> None:
    services[AREAS] = Unavailable(details={"method": AREAS, "reason": "overload"})

    response = client.get("/api/v1/service-areas")

    assert int(response.headers["Retry-After"]) > 0
    assert AREAS not in response.text


def test_a_server_error_is_answered_without_details(client: Client, services: Stubs) -> None:
    services[AREAS] = RuntimeError("Camille Exemple, 7 rue du Pont-Neuf")

    response = client.get("/api/v1/service-areas")

    assert response.status_code == 500
    assert response.json is not None
    assert response.json["code"] == "incident"
    assert "Camille" not in response.text


def test_an_unknown_page_is_a_french_page(client: Client, services: Stubs) -> None:
    services["procedures.town"] = Unavailable()

    response = client.get("/inconnue")

    assert response.status_code == 404
    assert "Cette page n’existe pas, ou plus" in response.text


def test_a_wrong_method_says_which_are_right(client: Client) -> None:
    response = client.put("/api/v1/service-areas")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_an_unanswered_call_is_sent_once_more_with_the_same_id(app: Flask, services: Stubs) -> None:
    done = {"session": "s" * 32, "expires_at": "2026-11-26T09:00:00+00:00"}
    services["accounts.activate"] = Mock(side_effect=[Unavailable(details={"reason": "timeout"}), done])

    body = {"token": "abcdefgh", "password": "quatre mots"}
    response = app.test_client().post("/api/v1/accounts/activation", json=body)

    assert response.status_code == 201
    first, second = [asked.command_id for asked in services.asked]
    assert first == second


@dataclass
class Silence:
    """Services that answer nothing, and the clock by which they are waited for; both are this object's."""

    now: float = 100.0

    def call(self, *_: Any, timeout: float, **__: Any) -> None:
        self.now += timeout
        raise Unavailable(details={"reason": Reason.TIMEOUT})

    def clients(self) -> Clients:
        """On behalf of a request that began at 100 s."""
        visitor, silent = Actor(kind="visitor", id="v"), set[str]()
        return Clients(
            self,
            lambda actor: RequestContext(actor=actor or visitor, correlation_id="c", deadline=105.0, silent=silent),
            clock=lambda: self.now,
        )


@pytest.mark.parametrize("actor", [None, Actor(kind="visitor", id="somebody")])
def test_no_call_is_sent_beyond_the_deadline_of_the_http_request(actor: Actor | None) -> None:
    silence = Silence()

    with pytest.raises(Unavailable):
        silence.clients().send(ReadPublished(), actor=actor)

    assert silence.now <= 105.0


def test_a_page_of_many_calls_to_a_silent_service_ends_soon_after_its_deadline() -> None:
    silence = Silence()
    services = silence.clients()

    for _ in range(20):
        with pytest.raises(Unavailable):
            services.send(ReadPublished())

    assert silence.now <= 105.0 + clients.SHORTEST_CALL_SECONDS


def test_a_session_is_looked_up_once_while_accounts_is_unavailable(client: Client, services: Stubs) -> None:
    services["accounts.session"] = services["procedures.town"] = Unavailable()
    client.set_cookie("parvis", "a" * 32)

    response = client.get("/mes-demandes")

    assert response.status_code == 503
    assert "Réessayer" in response.text
    assert len(services.bodies("accounts.session")) == 1


@pytest.mark.parametrize("reason", ["", Reason.NO_SUCH_METHOD], ids=["not received", "a process of another release"])
def test_a_call_that_failed_for_a_moment_is_sent_again(
    app: Flask, services: Stubs, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "RETRY_SECONDS", 60.0)  # a machine that stands still for two is no service's silence
    refusal = Unavailable(details={"reason": reason}) if reason else NotReceivedYet()
    services[AREAS] = Mock(side_effect=[refusal, refusal, {"areas": []}])

    assert app.test_client().get("/api/v1/service-areas").status_code == 200


def test_an_unserved_method_is_answered_503_with_retry_after(
    client: Client, services: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "RETRY_SECONDS", 0.0)
    services[AREAS] = Unavailable(details={"reason": Reason.NO_SUCH_METHOD})

    response = client.get("/api/v1/service-areas")

    assert (response.status_code, int(response.headers["Retry-After"]) > 0) == (503, True)


def test_a_service_without_one_method_is_still_asked_for_the_others() -> None:
    class OfTheReleaseBefore:
        def call(self, method: str, *_: Any, **__: Any) -> Any:
            if method == "procedures.service_areas":
                raise Unavailable(details={"reason": Reason.NO_SUCH_METHOD})
            return {"procedures": {}, "agendas": {}}

    services = Clients(OfTheReleaseBefore(), lambda _: SOMEBODY)
    for _ in range(3):
        with pytest.raises(Unavailable):
            services.send(ListServiceAreas(), brief=True)

    assert services.send(ReadPublished(), brief=True).procedures == {}


def test_an_answer_unlike_its_declaration_is_raised_as_unavailable() -> None:
    class OfAnotherRelease:
        def call(self, *_: Any, **__: Any) -> Any:
            return {"procedures": {"acte-naissance": "un"}, "agendas": {}}

    with pytest.raises(Unavailable):
        Clients(OfAnotherRelease(), lambda _: SOMEBODY).send(ReadPublished())


def test_an_unknown_procedure_is_not_found_rather_than_not_received_yet(app: Flask, services: Stubs) -> None:
    services["procedures.published"] = {"procedures": {"acte-naissance": 1}, "agendas": {}}

    response = app.test_client().post("/api/v1/drafts", json={"procedure": "inconnue"})

    assert response.status_code == 404
    assert response.json is not None
    assert response.json["code"] == "no_such_procedure"
