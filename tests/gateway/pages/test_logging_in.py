"""Each log-in form says which zone was left empty, and gives a form that was open for too long a fresh one."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from services.accounts.schemas.refusals import ChallengeGone
from services.chassis.errors import Forbidden, Refusal, TooMany
from tests.support.demo_town import NOW
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

LOG_IN_PAGES = ["/connexion", "/agent/connexion"]


@pytest.mark.parametrize("log_in_page", LOG_IN_PAGES)
@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"utilisateur": "Indiquez votre nom d’utilisateur.", "mot-de-passe": "Indiquez votre mot de passe."}),
        ({"utilisateur": "camille.exemple"}, {"mot-de-passe": "Indiquez votre mot de passe."}),
        ({"mot-de-passe": "secret"}, {"utilisateur": "Indiquez votre nom d’utilisateur."}),
    ],
)
def test_an_empty_zone_is_named_and_no_password_is_called_wrong(
    visitor: Client, services: Stubs, log_in_page: str, typed: dict[str, str], errors: dict[str, str]
) -> None:
    page = parsed(visitor.submit(log_in_page, "main form", **typed), 422)

    assert {link["href"]: link.get_text() for link in page.select(".error-summary a")} == {
        f"#{name}": sentence for name, sentence in errors.items()
    }
    for name, sentence in errors.items():
        assert sentence in page.select_one(f"#{page.select_one(f'#{name}')['aria-describedby']}").get_text()
    assert services.bodies("accounts.log_in") == []


@pytest.mark.parametrize("log_in_page", LOG_IN_PAGES)
def test_a_log_in_that_was_open_for_too_long_comes_back_ready_to_be_sent(visitor: Client, log_in_page: str) -> None:
    form = visitor.page(f"{log_in_page}?suite=/actualites").select_one("main form")
    typed = held_values(form) | {"utilisateur": "camille.exemple", "mot-de-passe": "secret", "csrf": "old"}

    page = parsed(visitor.post(log_in_page, data=typed, headers={"Sec-Fetch-Site": "same-origin"}), 403)

    assert "saisissez de nouveau votre mot de passe" in page.select_one(".error-summary").get_text()
    assert page.select_one("#utilisateur")["value"] == "camille.exemple"
    assert held_values(page.select_one("main form"))["suite"] == "/actualites"
    assert "Réessayer" not in page.get_text()


def test_a_late_form_from_another_site_fills_in_no_user_name(visitor: Client) -> None:
    sent = visitor.post("/connexion", data={"utilisateur": "someone", "mot-de-passe": "secret", "csrf": "old"})

    assert not parsed(sent).select_one("#utilisateur").get("value")


def test_the_log_in_page_says_whom_to_call_about_a_forgotten_password(visitor: Client) -> None:
    assert visitor.page("/connexion").select_one("main form + p a[href^='tel:']") is not None


WAIT = TooMany(
    "Trop d’essais. Vous pourrez recommencer dans 15 secondes, à partir de 14 h 05 min 27 s.",
    details={"retry_after_seconds": 15},
)


@pytest.mark.parametrize("log_in_page", LOG_IN_PAGES)
@pytest.mark.parametrize(
    ("refusal", "status"), [(Forbidden("Nom d’utilisateur ou mot de passe incorrect."), 403), (WAIT, 429)]
)
def test_a_refused_password_is_answered_as_accounts_says_and_the_name_is_kept(
    visitor: Client, services: Stubs, log_in_page: str, refusal: Refusal, status: int
) -> None:
    services["accounts.log_in"] = refusal

    sent = visitor.log_in(log_in_page, "camille")

    assert (sent.status_code, sent.headers.get("Retry-After")) == (status, "15" if refusal is WAIT else None)
    assert refusal.message in parsed(sent).select_one(".error-summary").get_text()
    assert parsed(sent).select_one("#utilisateur")["value"] == "camille"
    assert "secret" not in sent.text


@pytest.fixture
def second_step(visitor: Client, services: Stubs) -> BeautifulSoup:
    """An agent who has given the password and is asked for the code."""
    services["accounts.log_in"] = {"challenge": "challenge", "expires_at": NOW.isoformat()}
    return parsed(visitor.log_in("/agent/connexion?suite=/agent/rendez-vous", "a"))


def test_password_and_code_name_the_browsers_present_session_so_that_it_ends(citizen: Client, services: Stubs) -> None:
    services["accounts.log_in"] = {"challenge": "challenge", "expires_at": NOW.isoformat()}
    asked = parsed(citizen.log_in("/agent/connexion", "a"))
    services["accounts.second_factor"] = {"session": "n" * 32, "expires_at": NOW.isoformat(), "kind": "agent"}

    citizen.fill(asked, code="123456")

    assert [body["presented"] for body in services.bodies("accounts.log_in")] == ["s" * 32]
    assert [body["presented"] for body in services.bodies("accounts.second_factor")] == ["s" * 32]


def test_an_empty_code_is_not_sent_as_an_attempt(visitor: Client, services: Stubs, second_step: BeautifulSoup) -> None:
    page = parsed(visitor.fill(second_step, code=" "), 422)

    assert "Indiquez le code" in page.select_one("#code-erreur").get_text()
    assert services.bodies("accounts.second_factor") == []


def test_a_wrong_code_is_marked_at_its_field_and_several_show_the_wait(
    visitor: Client, services: Stubs, second_step: BeautifulSoup
) -> None:
    services["accounts.second_factor"] = Forbidden("Ce code n’est pas valable.")

    field = parsed(visitor.fill(second_step, code="000000")).select_one("#code")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "code-erreur")

    services["accounts.second_factor"] = WAIT

    sent = visitor.fill(second_step, code="123456")

    assert (sent.status_code, sent.headers["Retry-After"]) == (429, "15")
    assert "dans 15 secondes" in parsed(sent).select_one(".error-summary").get_text()


def test_a_code_that_comes_too_late_leads_back_to_the_password(
    visitor: Client, services: Stubs, second_step: BeautifulSoup
) -> None:
    services["accounts.second_factor"] = ChallengeGone()

    page = parsed(visitor.fill(second_step, code="123456"))

    assert "délai" in page.select_one(".error-summary").get_text()
    assert page.select_one("#mot-de-passe") is not None
    assert held_values(page.select_one("main form"))["suite"] == "/agent/rendez-vous"


def test_a_program_gets_the_wait_in_seconds(client: FlaskClient, services: Stubs) -> None:
    services["accounts.log_in"] = WAIT

    answer = client.post("/api/v1/sessions", json={"username": "camille", "password": "secret"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "15")
    assert answer.get_json()["details"] == {"retry_after_seconds": 15}
    assert "15 secondes" in answer.get_json()["detail"]
