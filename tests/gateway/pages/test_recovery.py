"""A forgotten password or user name, by page and by API: one answer for all, a link that says why it opens nothing."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.http.rate_limits import ADDRESS_SHARE, RECOVERY, RateLimits
from services.accounts.recovery.rules import ResetLinkExpired, ResetLinkUnknown, ResetLinkUsed
from services.accounts.spaces.rules import FormRefused
from services.chassis.errors import Refusal, TooMany
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

PASSWORD_PAGE, USERNAME_PAGE, LINK = "/mot-de-passe-oublie", "/nom-d-utilisateur-oublie", "/nouveau-mot-de-passe/jeton"
API = "/api/v1/accounts"
PHRASE = "quatre mots sans suite"
TYPED = {"password": PHRASE, "password_again": PHRASE}
OFFER = {"username": "Camille.Exemple", "second_factor": False, "expires_at": "2026-12-01T12:00:00+00:00"}
OF_AN_AGENT = {**OFFER, "username": "agent.voirie", "second_factor": True}


@pytest.fixture
def linked(visitor: Client, services: Stubs) -> Client:
    services["accounts.password_reset_link"] = OFFER
    services["accounts.reset_password"] = {}
    return visitor


# --- asking


@pytest.mark.parametrize("log_in_page", ["/connexion", "/agent/connexion"])
def test_each_log_in_leads_to_both_pages_in_the_words_of_the_guide(visitor: Client, log_in_page: str) -> None:
    links = {link["href"]: link.get_text() for link in visitor.page(log_in_page).select("main form a")}

    assert links[PASSWORD_PAGE] == "J’ai oublié mon mot de passe"
    assert links[USERNAME_PAGE] == "J’ai oublié mon nom d’utilisateur"


@pytest.mark.parametrize(
    ("page", "method", "typed", "asked"),
    [
        (PASSWORD_PAGE, "accounts.request_password_reset", {"identifiant": " camille "}, {"identifier": "camille"}),
        (USERNAME_PAGE, "accounts.request_username", {"courriel": "c@exemple.fr"}, {"email": "c@exemple.fr"}),
    ],
)
def test_a_recovery_is_requested_once_and_its_answer_reveals_no_account(
    visitor: Client, services: Stubs, page: str, method: str, typed: dict[str, str], asked: dict[str, str]
) -> None:
    services[method] = {}

    sent = visitor.submit(page, "main form", **typed)

    assert (sent.status_code, sent.location) == (303, f"{page}?envoye=1")
    [body] = services.bodies(method)
    assert {name: body[name] for name in asked} == asked
    assert body["address_seen"]
    notice = visitor.page(f"{page}?envoye=1").select_one(".notice--success").get_text()
    assert "Si " in notice
    assert not any(word in sent.location for word in typed.values())


@pytest.mark.parametrize(
    ("page", "field", "typed", "said"),
    [
        (PASSWORD_PAGE, "identifiant", "", "Indiquez votre nom d’utilisateur ou votre adresse de courriel."),
        (USERNAME_PAGE, "courriel", "", "Indiquez l’adresse de courriel"),
        (USERNAME_PAGE, "courriel", "camille", "Indiquez l’adresse de courriel"),
    ],
)
def test_an_empty_or_odd_field_is_marked_and_keeps_its_value(
    visitor: Client, services: Stubs, page: str, field: str, typed: str, said: str
) -> None:
    answered = parsed(visitor.submit(page, "main form", **{field: typed}), 422)

    [link] = answered.select(".error-summary a")
    zone = answered.select_one(link["href"])
    assert zone["value"] == typed
    assert zone["aria-invalid"] == "true"
    assert said in link.get_text()
    assert not [asked for asked in services.asked if asked.method.startswith("accounts.request")]


def test_a_recovery_above_the_rate_limit_says_how_long_to_wait(visitor: Client, services: Stubs) -> None:
    services["accounts.request_password_reset"] = TooMany(
        "Trop d’essais. Vous pourrez recommencer dans 60 secondes, à partir de 14 h 06 min 12 s.",
        details={"retry_after_seconds": 60},
    )

    sent = visitor.submit(PASSWORD_PAGE, "main form", identifiant="camille")

    assert (sent.status_code, sent.headers["Retry-After"]) == (429, "60")
    assert "dans 60 secondes" in parsed(sent).select_one("main").get_text()


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("password-resets", "accounts.request_password_reset", {"identifier": "camille"}),
        ("username-reminders", "accounts.request_username", {"email": "c@exemple.fr"}),
    ],
)
def test_a_program_has_the_rate_limit_of_the_page_and_gets_an_empty_answer(
    app: Flask, client: FlaskClient, services: Stubs, path: str, method: str, body: dict[str, str]
) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)
    services[method] = {}
    for _ in range(RECOVERY.times * ADDRESS_SHARE):
        answer = client.post(f"{API}/{path}", json=body)
        assert (answer.status_code, answer.data) == (204, b"")

    assert client.post(f"{API}/{path}", json=body).status_code == 429


# --- the link


def test_the_form_shows_the_user_name_and_resets_nothing(linked: Client, services: Stubs) -> None:
    page = linked.page(LINK)

    assert "Camille.Exemple" in page.select_one("main").get_text()
    assert page.select_one("#z-code") is None
    assert services.bodies("accounts.reset_password") == []


def test_a_new_password_is_sent_once_and_no_session_is_sent_or_begun(
    linked: Client, citizen: Client, services: Stubs
) -> None:
    sent = citizen.submit(LINK, "main form", **TYPED)

    assert sent.status_code == 200
    assert parsed(sent).select_one("main .btn")["href"] == "/connexion"
    assert not [cookie for cookie in sent.headers.getlist("Set-Cookie") if cookie.startswith("parvis=")]
    [body] = services.bodies("accounts.reset_password")
    assert body == {"token": "jeton", "password": PHRASE, "code": "", "address_seen": "127.0.0.1"}
    assert not services.bodies("accounts.log_in")


def test_an_agent_is_asked_for_the_six_digits_and_then_for_the_next_ones(linked: Client, services: Stubs) -> None:
    services["accounts.password_reset_link"] = OF_AN_AGENT

    sent = linked.submit(LINK, "main form", **TYPED, code="123456")

    assert services.bodies("accounts.reset_password")[0]["code"] == "123456"
    page = parsed(sent)
    assert page.select_one("main .btn")["href"] == "/agent/connexion"
    assert "connectez-vous avec le prochain" in page.select_one("main").get_text()


def test_two_different_passwords_are_refused_at_their_field_and_not_sent(linked: Client, services: Stubs) -> None:
    page = parsed(linked.submit(LINK, "main form", **TYPED | {"password_again": "autre"}), 422)

    assert page.select_one("#z-password-again")["aria-invalid"] == "true"
    assert services.bodies("accounts.reset_password") == []


@pytest.mark.parametrize(
    ("refusal", "status", "field"),
    [
        (FormRefused(fields={"password": "Ce mot de passe est trop facile à deviner."}), 422, "#z-password"),
        (FormRefused(fields={"code": "Ce code n’est pas valable."}), 422, "#z-code"),
        (TooMany("Trop d’essais. Vous pourrez recommencer…", details={"retry_after_seconds": 30}), 429, "#z-code"),
    ],
)
def test_an_error_is_shown_at_its_field_and_no_secret_is_given_back(
    linked: Client, services: Stubs, refusal: Refusal, status: int, field: str
) -> None:
    services["accounts.password_reset_link"] = OF_AN_AGENT
    services["accounts.reset_password"] = refusal

    sent = linked.submit(LINK, "main form", **TYPED, code="123456")

    page = parsed(sent, status)
    assert sent.headers.get("Retry-After") == ("30" if status == 429 else None)
    assert [link["href"] for link in page.select(".error-summary a")] == [field]
    assert PHRASE not in sent.text
    assert not {"password", "password_again", "code"} & {
        name for name, value in held_values(page.select_one("main form")).items() if value
    }


LINK_REFUSALS: list[tuple[Refusal, int, str, str]] = [
    (ResetLinkUnknown(), 404, "Ce lien ne marche pas", "peut-être incomplet"),
    (ResetLinkExpired(), 403, "Ce lien n’est plus valable", "que pendant un temps"),
    (ResetLinkUsed(), 409, "Ce lien ne sert plus", "Si ce n’est pas par vous"),
]


@pytest.mark.parametrize(("refusal", "status", "heading", "words"), LINK_REFUSALS)
@pytest.mark.parametrize("when", ["opened", "sent"])
def test_a_dead_link_says_why_and_where_another_comes_from(
    linked: Client, services: Stubs, refusal: Refusal, status: int, heading: str, words: str, when: str
) -> None:
    if when == "opened":
        services["accounts.password_reset_link"] = refusal
        answer = linked.get(LINK)
    else:
        services["accounts.reset_password"] = refusal
        answer = linked.submit(LINK, "main form", **TYPED)

    page = parsed(answer)
    assert answer.status_code == status
    assert page.h1.get_text() == heading
    assert words in page.select_one("main").get_text()
    assert page.select_one("main .btn")["href"] == PASSWORD_PAGE
    assert PHRASE not in answer.text


def test_a_program_reads_the_offer_and_chooses_the_password(client: FlaskClient, services: Stubs) -> None:
    services["accounts.password_reset_link"] = OFFER
    services["accounts.reset_password"] = {}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    given: dict[str, Any] = {"token": "jeton-du-lien", "password": PHRASE}

    offer = client.post(f"{API}/password-resets/link", json={"token": "jeton-du-lien"})
    chosen = client.post(f"{API}/password-resets/completion", json=given, headers=key)

    assert (offer.status_code, offer.get_json()) == (200, OFFER)
    assert chosen.status_code == 204
    assert services.bodies("accounts.reset_password")[0]["code"] == ""
