"""The end of a person's data on the pages: closing one's space, and what is shown of a request that was erased."""

import pytest

from services.chassis.errors import Invalid, NotFound
from tests.gateway.judge import JudgingClient, parsed
from tests.gateway.pages import agents_desk as desk
from tests.gateway.pages.town_hall import NUMBER, tracking
from tests.gateway.stubs import StubServices

CLOSING = "/mon-espace/fermeture"
ERASED = {
    "erased": True,
    "archived": True,
    "attached": False,
    "applicant": [],
    "answers": [],
    "unread": {"citizen": 0, "town": 0},
    "can": dict.fromkeys(("cancel", "attach", "exchange", "add_appointment", "add_documents", "revoke_links"), False),
}


class RequestErased(NotFound):
    code = "request_erased"
    message = "Les informations de cette demande ont été effacées."


def test_before_a_space_is_closed_one_reads_what_stays_and_until_when(citizen: JudgingClient) -> None:
    said = citizen.page(CLOSING).select_one("main").get_text(" ", strip=True)

    assert "Conservée au moins jusqu’au jeudi 25 novembre 2027" in said.replace("\u00a0", " ")
    assert "après sa clôture" in said
    assert NUMBER in said


def test_a_space_is_closed_with_the_password_and_the_browser_forgets(
    citizen: JudgingClient, services: StubServices
) -> None:
    sent = citizen.submit(CLOSING, "main form", **{"mot-de-passe": "quatre grenouilles"})

    assert services.bodies("accounts.close_account") == [{"password": "quatre grenouilles"}]
    assert parsed(sent).h1.get_text() == "Votre espace est fermé"
    assert parsed(sent).select_one(".site-head a[href='/connexion']") is not None
    assert citizen.get_cookie("parvis") is None
    assert citizen.get("/espace-ferme").status_code == 404


def test_a_wrong_or_a_missing_password_closes_nothing(citizen: JudgingClient, services: StubServices) -> None:
    empty = citizen.submit(CLOSING, "main form", **{"mot-de-passe": ""})
    assert empty.status_code == 422
    assert services.bodies("accounts.close_account") == []

    services["accounts.close_account"] = Invalid("Ce mot de passe n’est pas le vôtre.")
    sent = citizen.submit(CLOSING, "main form", **{"mot-de-passe": "autre"})

    assert sent.status_code == 422
    assert parsed(sent).select_one(".error-summary a[href='#mot-de-passe']") is not None
    assert "autre" not in sent.text.split("<main")[1].split("</main>")[0].replace("autres", "").replace("un autre", "")
    assert citizen.get_cookie("parvis") is not None


@pytest.mark.parametrize("tab", ["historique", "demandeur", "demande", "echanges", "pieces", "rendez-vous"])
def test_every_tab_of_an_erased_request_says_so(follower: JudgingClient, services: StubServices, tab: str) -> None:
    services["requests.tracking"] = tracking(**ERASED)
    services["messaging.exchanges"] = {"items": [], "unread": 0}
    services["documents.request_documents"] = {"documents": []}

    said = follower.page(f"/demande/{NUMBER}?onglet={tab}").select_one("main .notice").get_text(" ", strip=True)

    assert "sont effacées" in said


@pytest.mark.parametrize("tab", ["historique", "demandeur", "demande", "echanges", "pieces", "notes"])
def test_an_agent_reads_that_a_file_was_erased(agent: JudgingClient, services: StubServices, tab: str) -> None:
    note = {"at": "2026-11-20T08:00:00+00:00", "text": None, "agent": None}
    services["requests.tracking"] = desk.case("done") | ERASED | {"notes": [note], "transitions": [], "replies": []}
    services["messaging.exchanges"] = {"items": [], "unread": 0}
    services["documents.request_documents"] = {"documents": []}

    page = agent.page(f"/agent/demandes/{NUMBER}?onglet={tab}")

    assert "sont effacées" in page.select_one("main .notice").get_text(" ", strip=True)
    assert "None" not in page.select_one("main").get_text()
    assert page.select_one("main [href*='affectation'], main [data-key='n'], main [href*='/liens']") is None


def test_who_comes_with_the_number_of_an_erased_request_is_told_calmly(
    citizen: JudgingClient, services: StubServices
) -> None:
    services["requests.tracking"] = RequestErased()

    page = citizen.get(f"/demande/{NUMBER}")
    told = citizen.get(f"/api/v1/requests/{NUMBER}")

    assert page.status_code == told.status_code == 404
    assert "Cette demande est effacée" in page.text
    assert "bien conservées" not in page.text
    assert told.get_json()["code"] == "request_erased"
