"""What a user reads when it goes wrong, on their own side of the portal; what they typed can be sent again."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from gateway.http.rate_limits import TooOften
from gateway.routes import FORM_BYTES
from services.chassis.errors import NotFound, Refusal, Unavailable
from services.requests.schemas.refusals import RequestNotFound, TrackingLinkInvalid
from tests.support.demo_town import NUMBER, town
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

WORDS = "Nous passons mardi à 14 h : « merci » & <à bientôt>."
WRITING = {  # where somebody writes, the form there, and its field
    "visitor": ("/votre-avis/horaires-mediatheque", "main form[method=post]", "commentaire"),
    "follower": (f"/demande/{NUMBER}?onglet=echanges", "form#nouveau", "message"),
    "citizen": (f"/demande/{NUMBER}?onglet=echanges", "form#nouveau", "message"),
    "agent": (f"/agent/demandes/{NUMBER}?onglet=notes", "#nouvelle", "note"),
}
EACH_USER = pytest.mark.parametrize("who", WRITING)
Send = Callable[..., TestResponse]
Stop = Callable[[Exception], None]


@pytest.fixture
def sent(request: pytest.FixtureRequest) -> Send:
    """Opens the page of somebody, lets something go wrong, sends what was typed there."""

    def send(who: str, go_wrong: Callable[[], object], words: str = WORDS) -> TestResponse:
        client: Client = request.getfixturevalue(who)
        address, form, field = WRITING[who]
        page = client.page(address)
        go_wrong()
        return client.fill(page, form, **{field: words})

    return send


@pytest.fixture
def stopped_before_reading(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Stop:
    """Something goes wrong before anything of the form is read."""

    def stop(failure: Exception) -> None:
        def spend(*_: object, **__: object) -> None:
            raise failure

        monkeypatch.setattr(app.extensions["parvis.security"], "spend", spend)

    return stop


@pytest.fixture
def exhausted(stopped_before_reading: Stop) -> Callable[[int], None]:
    """Every rate limit is used up, for so many seconds."""
    return lambda seconds: stopped_before_reading(TooOften(details={"retry_after_seconds": seconds}))


def can_be_sent_again(answer: TestResponse, who: str) -> bool:
    form = parsed(answer).select_one("main form[method=post]")
    return form is not None and held_values(form)[WRITING[who][2]] == WORDS


def has_the_agents_header(answer: TestResponse) -> bool:
    return parsed(answer).select_one("body.agent") is not None


@EACH_USER
def test_a_form_above_the_rate_limit_says_how_long_to_wait(
    sent: Send, exhausted: Callable[[int], None], who: str
) -> None:
    answer = sent(who, lambda: exhausted(61))

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "61")
    assert "réessayer dans 2\u00a0minutes." in answer.text
    assert can_be_sent_again(answer, who)
    assert has_the_agents_header(answer) == (who == "agent")


@EACH_USER
def test_a_form_is_given_back_after_a_server_error(sent: Send, services: Stubs, who: str) -> None:
    def defect() -> None:
        services.answers.update(_all(services, RuntimeError("boom"), but="accounts.session"))
        services["messaging.letters_waiting"] = {
            "waiting": 0
        }  # the menu's, as the next: what the page is about is struck
        services["requests.count_mentions"] = {"unread": 0}

    answer = sent(who, defect)

    assert answer.status_code == 500
    assert "boom" not in answer.text
    assert can_be_sent_again(answer, who)
    assert has_the_agents_header(answer) == (who == "agent")


@EACH_USER
def test_a_form_is_given_back_while_services_are_unavailable(sent: Send, services: Stubs, who: str) -> None:
    answer = sent(who, lambda: services.answers.update(_all(services, Unavailable(details={"reason": "broker"}))))

    assert answer.status_code == 503
    assert can_be_sent_again(answer, who)
    assert has_the_agents_header(answer) == (who == "agent")


@pytest.mark.parametrize("refusal", [TrackingLinkInvalid, RequestNotFound])
def test_a_message_typed_while_the_link_is_revoked_is_kept_with_the_way_to_another(
    sent: Send, services: Stubs, refusal: type[NotFound]
) -> None:
    answer = sent("follower", lambda: services.answers.update({"requests.tracking": refusal()}))

    assert answer.status_code == 404
    assert can_be_sent_again(answer, "follower")
    assert parsed(answer).select_one("main a.btn[href='/suivi'][target=_blank]") is not None
    assert "puis appuyez sur Réessayer" in answer.text


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [(Unavailable(), 503, "unavailable"), (TooOften(details={"retry_after_seconds": 61}), 429, "too_often")],
)
def test_a_script_that_saves_gets_a_sentence_to_show(
    visitor: Client, stopped_before_reading: Stop, failure: Refusal, status: int, code: str
) -> None:
    stopped_before_reading(failure)

    answer = visitor.post("/suivi", headers={"Accept": "application/problem+json"})

    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (status, "application/problem+json", code)
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json["detail"] == failure.message


@EACH_USER
@pytest.mark.parametrize("failure", [None, TooOften(), Unavailable(), RuntimeError()])
def test_a_form_that_is_too_large_says_so_also_after_another_failure(
    sent: Send, stopped_before_reading: Stop, who: str, failure: Exception | None
) -> None:
    answer = sent(who, lambda: failure and stopped_before_reading(failure), words="x" * FORM_BYTES)

    assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
    assert "un texte plus court" in answer.text
    assert has_the_agents_header(answer) == (who == "agent")


@pytest.mark.parametrize(("form", "status"), [({"x": "x" * 300_000}, 413), ({"x": "x"}, 408)])
def test_a_form_lost_with_an_ended_session_says_why(visitor: Client, form: dict[str, str], status: int) -> None:
    cut_short = {"CONTENT_LENGTH": "200"} if status == 408 else {}

    page = parsed(visitor.post("/mon-espace/fermeture", data=form, environ_overrides=cut_short), status)

    assert page.select_one("main form[method=post]") is None
    assert ("L’envoi a été interrompu" in page.get_text()) is (status == 408)


@pytest.mark.parametrize(("failure", "status"), [(RuntimeError(), 500), (Unavailable(), 503)])
def test_a_page_that_failed_can_be_asked_for_again(
    citizen: Client, services: Stubs, failure: Exception, status: int
) -> None:
    services["requests.tracking"] = failure

    page = parsed(citizen.get(f"/demande/{NUMBER}?onglet=echanges"), status)

    assert page.select_one(f"main a.btn[href='/demande/{NUMBER}?onglet=echanges']") is not None


def test_a_form_whose_token_is_wrong_is_refused_and_given_back(visitor: Client) -> None:
    typed = {"csrf": "AAAA", "numero": "2026-AAAA-BBBB", "courriel": "a@courriel.example"}

    answer = visitor.post("/suivi", data=typed, headers={"Sec-Fetch-Site": "same-origin"})

    assert (answer.status_code, "Ce formulaire a expiré" in answer.text) == (403, True)
    assert held_values(parsed(answer).select_one("main form[method=post]"))["numero"] == typed["numero"]


@pytest.mark.parametrize("address", ["/mon-accueil", "/mes-demandes"])
def test_an_outage_of_accounts_says_that_the_user_is_not_logged_out(
    citizen: Client, services: Stubs, address: str
) -> None:
    services["accounts.session"] = Unavailable()

    answer = citizen.get(address)

    page = parsed(answer)
    assert (answer.status_code, page.select_one("a[href='/connexion']")) == (503, None)
    words = page.select_one("main").get_text().replace("\u00a0", " ")
    assert "Vous n’avez pas été déconnecté" in words
    assert town()["town"]["contacts"]["phone"].replace("\u00a0", " ") in words
    assert page.select_one("footer a[href='/#horaires']") is not None


def test_an_outage_page_mentions_no_session_to_a_visitor(visitor: Client, services: Stubs) -> None:
    services["requests.draft_for"] = services["procedures.procedure"] = Unavailable()

    answer = visitor.get("/demarches/signalement-voirie")

    assert answer.status_code == 503
    assert "déconnecté" not in answer.text


def test_a_refused_log_in_says_that_the_password_is_not_kept(visitor: Client, exhausted: Callable[[int], None]) -> None:
    form = visitor.page("/connexion").select_one("main form[method=post]")
    exhausted(5)

    answer = visitor.post("/connexion", data=held_values(form) | {"utilisateur": "camille", "mot-de-passe": "secret"})

    assert "dans 5\u00a0secondes." in answer.text
    assert "secret" not in answer.text
    assert "Le mot de passe et les codes, eux, seront à donner de nouveau." in answer.text


def _all(services: Stubs, failure: Exception, but: str = "") -> dict[str, Exception]:
    return {method: failure for method in services.answers if method != but}


def test_a_visitor_without_the_tracking_link_reads_how_to_get_it_again(visitor: Client) -> None:
    notice = visitor.page(visitor.get(f"/demande/{NUMBER}").location).select_one(".notice")

    assert "lien de suivi" in notice.get_text()
    assert notice.select_one("a[href='/suivi']") is not None


def test_a_request_refused_to_a_citizen_names_the_tracking_link_that_opens_it(citizen: Client, services: Stubs) -> None:
    services["requests.tracking"] = RequestNotFound()

    page = parsed(citizen.get(f"/demande/{NUMBER}")).select_one("main")

    assert "Le lien de suivi" in page.get_text()
    assert page.select_one("a.btn[href='/suivi']") is not None
