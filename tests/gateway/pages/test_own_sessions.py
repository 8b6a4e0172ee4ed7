"""« Mes sessions et connexions »: what is shown, and each end of a session behind its own form."""

import pytest

from gateway.sessions.identity import digest_of
from services.accounts.sessions.rules import SessionNotFound
from tests.support import agents_desk
from tests.support.demo_town import DRAFT
from tests.support.judge import Client, parsed
from tests.support.own_space import OTHER_SESSION
from tests.support.stubs import Stubs

CITIZENS, AGENTS = "/mon-espace/sessions", "/agent/sessions"
TOKEN = "s" * 32


def test_a_citizen_sees_sessions_log_ins_and_refusals_and_no_token(citizen: Client, services: Stubs) -> None:
    page = citizen.page(CITIZENS)

    words = page.select_one("main").get_text(" ", strip=True).replace("\xa0", " ")
    assert "Safari sur iPhone" in words
    assert "Session en cours" in words
    assert "Vendredi 20 novembre 2026" in words
    assert "2 essais refusés" in words
    assert "Navigateur non reconnu" in words
    assert services.bodies("accounts.list_sessions") == [{"presented": TOKEN}]

    assert page.select_one(f"form[action='{CITIZENS}/{DRAFT}/fin']") is None
    button = page.select_one(f"form[action='{CITIZENS}/{OTHER_SESSION}/fin'] button")
    assert button.get_text().startswith("Mettre fin à cette session\xa0: Safari sur iPhone, ouverte le")

    assert TOKEN not in str(page)
    assert digest_of(TOKEN) not in str(page)


@pytest.mark.parametrize("address", [CITIZENS, AGENTS])
def test_a_session_is_ended_from_the_list(citizen: Client, services: Stubs, address: str) -> None:
    if address == AGENTS:
        agents_desk.furnish(services)

    sent = citizen.submit(address, f"form[action='{address}/{OTHER_SESSION}/fin']")

    assert (sent.status_code, sent.location) == (303, f"{address}?fin=une")
    assert [str(body["id"]) for body in services.bodies("accounts.end_session")] == [OTHER_SESSION]
    assert "La session est terminée" in citizen.page(sent.location).get_text()


def test_all_other_sessions_are_ended_at_once(citizen: Client, services: Stubs) -> None:
    sent = citizen.submit(CITIZENS, f"form[action='{CITIZENS}/fin']")

    assert sent.location == f"{CITIZENS}?fin=autres"
    assert services.bodies("accounts.end_other_sessions") == [{"presented": TOKEN}]


def test_without_other_sessions_the_page_offers_none_to_end(citizen: Client, services: Stubs) -> None:
    alone = services.answers["accounts.list_sessions"]
    services["accounts.list_sessions"] = alone | {"sessions": alone["sessions"][:1], "refused": [], "log_ins": []}  # type: ignore[operator, index]

    page = citizen.page(CITIZENS)

    assert page.select_one(f"form[action='{CITIZENS}/fin']") is None
    assert "Aucune session n’est ouverte ailleurs" in page.get_text()
    assert "Aucun essai n’a été refusé" in page.get_text()


def test_ending_a_foreign_or_ended_session_answers_404_with_the_list(citizen: Client, services: Stubs) -> None:
    services["accounts.end_session"] = SessionNotFound()

    sent = citizen.submit(CITIZENS, f"form[action='{CITIZENS}/{OTHER_SESSION}/fin']")

    assert sent.status_code == 404
    assert "Cette session n’est plus ouverte." in parsed(sent).select_one("main").get_text()
    assert "Safari sur iPhone" in sent.text


def test_a_visitor_logs_in_first_and_an_agent_has_a_page_of_their_own(visitor: Client, services: Stubs) -> None:
    assert visitor.get(CITIZENS).location == f"/connexion?suite={CITIZENS}"
    assert visitor.get(AGENTS).location == f"/agent/connexion?suite={AGENTS}"

    agents_desk.furnish(services)
    visitor.set_cookie("parvis", TOKEN)
    assert visitor.get(CITIZENS).status_code == 403
    assert "un code" not in visitor.page(AGENTS).get_text()
    assert "le mot de passe ou le code est faux" in visitor.page(AGENTS).get_text()


def test_a_log_in_sends_the_names_of_browser_and_system_without_versions(visitor: Client, services: Stubs) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    visitor.environ_base["HTTP_USER_AGENT"] = firefox

    visitor.log_in()

    [body] = services.bodies("accounts.log_in")
    assert body["device"] == "Firefox sur Windows"
    assert "140" not in str(body)


# --- the same by the API


def test_a_program_lists_sessions(citizen: Client) -> None:
    answer = citizen.get("/api/v1/sessions").get_json()

    assert [one["current"] for one in answer["sessions"]] == [True, False]
    assert answer["refused"] == [{"day": "2026-11-20", "times": 2}]


@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_program_without_a_session_is_answered_401(visitor: Client, method: str) -> None:
    address = "/api/v1/sessions" if method == "get" else "/api/v1/sessions/others"
    assert getattr(visitor, method)(address).status_code == 401
