"""A log-in leads to a page that is open to the user; a page refused to an agent keeps the agents' header."""

from typing import Any

import pytest

from services.chassis.errors import Conflict, Unavailable
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.filing import begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs


def come_in(client: Client, address: str) -> Any:
    """An agent's password, then the code."""
    return client.fill(parsed(client.log_in(address, "agent")), code="123456")


@pytest.fixture
def editor(agent: Client, services: Stubs) -> Client:
    """Who publishes, and reads no request; logged in."""
    services["accounts.session"] = desk.session_of(desk.EDITOR)
    return agent


@pytest.mark.parametrize("log_in_page", ["/agent/connexion", "/connexion", "/agent/connexion?suite=/agent/demandes"])
def test_an_editor_lands_on_a_page_of_their_own(visitor: Client, services: Stubs, log_in_page: str) -> None:
    desk.furnish(services)
    services["accounts.session"] = desk.session_of(desk.EDITOR)

    entered = come_in(visitor, log_in_page)

    assert entered.location == "/agent/mon-compte"
    page = visitor.page("/agent/mon-compte")
    assert page.select_one("h1").get_text() == "Contenus de la commune"
    assert [cell.get_text(strip=True) for cell in page.select("[aria-labelledby=t-contents] th[scope=row]")] == [
        "Actualités", "Activités", "Infos pratiques", "Sondages",
    ]  # fmt: skip
    assert "Envoyez votre texte à l’administration du portail" in page.select_one("main").get_text()
    assert page.select_one("td a[href='/actualites']") is not None
    assert page.select("main a[href='/agent/demandes']") == []


def test_only_an_administrator_reads_the_names_of_the_towns_files(editor: Client, services: Stubs) -> None:
    def named() -> list[str]:
        return [name.get_text() for name in editor.page("/agent/mon-compte").select("main code")]

    assert named() == []
    services["accounts.session"] = desk.session_of(desk.ADMINISTRATOR)
    assert named() == ["news.yaml", "activities.yaml", "practical_info.yaml", "polls.yaml"]


def test_an_editors_page_is_shown_while_content_is_unavailable(editor: Client, services: Stubs) -> None:
    services["content.news"] = Unavailable()

    page = editor.page("/agent/mon-compte")

    assert page.select_one("td[data-label='En ligne']").get_text(strip=True) == "Non disponible"


@pytest.mark.parametrize(
    ("log_in_page", "lands"),
    [
        ("/agent/connexion", "/agent/demandes"),
        ("/agent/connexion?suite=/agent/demandes/2026-2HXD-58TN", "/agent/demandes/2026-2HXD-58TN"),
        ("/connexion?suite=/mes-demandes", "/agent/demandes"),
        ("/connexion?suite=/actualites", "/actualites"),
    ],
)
def test_an_agent_lands_where_they_may_go(visitor: Client, services: Stubs, log_in_page: str, lands: str) -> None:
    desk.furnish(services)

    assert come_in(visitor, log_in_page).location == lands


def test_a_citizen_is_not_led_to_the_agents_pages(visitor: Client) -> None:
    sent = visitor.log_in("/connexion?suite=/agent/demandes")

    assert sent.location == "/mon-accueil"


def test_a_draft_begun_without_an_account_is_adopted_at_the_log_in(visitor: Client, services: Stubs) -> None:
    begin(visitor)
    begun_by = services.asked[-1].actor.id

    visitor.log_in("/connexion?suite=/demarches/signalement-voirie")

    (brought,) = [asked for asked in services.asked if asked.method == "requests.adopt_drafts"]
    assert brought.body == {"visitor": begun_by}
    assert brought.actor.kind == "citizen"


def test_a_log_in_succeeds_though_drafts_cannot_be_adopted(visitor: Client, services: Stubs) -> None:
    services["requests.adopt_drafts"] = Unavailable()

    assert visitor.log_in().location == "/mon-accueil"


def test_the_log_in_of_an_agent_adopts_no_draft(visitor: Client, services: Stubs) -> None:
    desk.furnish(services)
    come_in(visitor, "/agent/connexion")

    assert services.bodies("requests.adopt_drafts") == []


def test_a_log_in_by_the_api_adopts_the_drafts_of_the_same_browser_only(visitor: Client, services: Stubs) -> None:
    visitor.post("/api/v1/sessions", json={"username": "camille.exemple", "password": "secret"})

    assert services.bodies("requests.adopt_drafts") == []

    visitor.page("/connexion")
    visitor.post("/api/v1/sessions", json={"username": "camille.exemple", "password": "secret"})

    assert len(services.bodies("requests.adopt_drafts")) == 1


def test_a_log_in_leads_to_the_first_page_while_accounts_is_unavailable(visitor: Client, services: Stubs) -> None:
    services["accounts.session"] = Unavailable()

    assert visitor.log_in().location == "/"


def test_the_first_page_of_agents_is_their_work_and_that_of_editors_their_own(agent: Client, services: Stubs) -> None:
    assert agent.get("/agent").location == "/agent/demandes"
    services["accounts.session"] = desk.session_of(desk.EDITOR)
    assert agent.get("/agent").location == "/agent/mon-compte"


def test_an_agents_own_page_shows_departments_and_rights(agent: Client) -> None:
    page = agent.page("/agent/mon-compte")

    assert "Lire les demandes de vos services" in page.get_text()
    assert page.select_one("main a[href='/agent/rendez-vous']") is not None


@pytest.mark.parametrize("address", ["/nulle-part", "/agent/nulle-part", "/mon-accueil"])
def test_a_page_refused_to_an_agent_keeps_the_agents_header(agent: Client, address: str) -> None:
    page = parsed(agent.get(address))

    assert page.select_one(".agent-nav") is not None
    assert page.select_one("main a[href='/agent']") is not None


@pytest.mark.parametrize(("refusal", "status"), [(Conflict(), 409), (Unavailable(), 503), (RuntimeError(), 500)])
def test_an_incident_on_an_agents_page_keeps_the_agents_header(
    agent: Client, services: Stubs, refusal: Exception, status: int
) -> None:
    services["requests.tracking"] = refusal

    page = parsed(agent.get(f"/agent/demandes/{NUMBER}"), status)

    assert page.select_one(".agent-nav") is not None


def test_a_citizen_keeps_the_portals_header(citizen: Client) -> None:
    assert parsed(citizen.get("/nulle-part")).select_one(".agent-nav") is None
