"""The end of a person's data on the pages: closing one's space, coming back, and what is shown of a request that was erased."""

import pytest

from services.accounts.closures.rules import ClosurePending, days_from
from services.chassis.errors import Invalid
from services.requests.schemas.refusals import RequestErased
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import LOGGED_IN, Client, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

CLOSING, RETURN = "/mon-espace/fermeture", "/espace/rouvrir/jeton"
ERASED = {
    "erased": True,
    "archived": True,
    "attached": False,
    "applicant": [],
    "answers": [],
    "unread": {"citizen": 0, "town": 0},
    "can": dict.fromkeys(
        (
            *("cancel", "attach", "exchange", "add_appointment", "add_documents", "revoke_links"),
            *("request_attestation", "answer_erasure"),
        ),
        False,
    ),
}


def test_before_a_space_is_closed_one_reads_what_stays_and_until_when(citizen: Client) -> None:
    said = citizen.page(CLOSING).select_one("main").get_text(" ", strip=True)

    assert "jusqu’au mercredi 9 décembre 2026 inclus" in said.replace("\u00a0", " ")
    assert "effacé le jeudi 10 décembre 2026" in said.replace("\u00a0", " ")
    assert "Conservée au moins jusqu’au jeudi 25 novembre 2027" in said.replace("\u00a0", " ")
    assert "après sa clôture" in said
    assert NUMBER in said


def test_a_space_is_closed_with_the_password_and_the_browser_forgets(citizen: Client, services: Stubs) -> None:
    sent = citizen.submit(CLOSING, "main form", **{"mot-de-passe": "quatre grenouilles"})

    assert services.bodies("accounts.request_closure") == [{"password": "quatre grenouilles"}]
    assert "jeudi 10 décembre 2026" in parsed(sent).select_one("main").get_text(" ", strip=True).replace("\u00a0", " ")
    assert parsed(sent).h1.get_text() == "Votre espace est fermé"
    assert parsed(sent).select_one(".site-head a[href='/connexion']") is not None
    assert citizen.get_cookie("parvis") is None
    assert citizen.get("/espace-ferme").status_code == 404


def test_a_wrong_or_a_missing_password_closes_nothing(citizen: Client, services: Stubs) -> None:
    empty = citizen.submit(CLOSING, "main form", **{"mot-de-passe": ""})
    assert empty.status_code == 422
    assert services.bodies("accounts.request_closure") == []

    services["accounts.request_closure"] = Invalid("Ce mot de passe n’est pas le vôtre.")
    sent = citizen.submit(CLOSING, "main form", **{"mot-de-passe": "autre"})

    assert sent.status_code == 422
    assert parsed(sent).select_one(".error-summary a[href='#mot-de-passe']") is not None
    assert "autre" not in sent.text.split("<main")[1].split("</main>")[0].replace("autres", "").replace("un autre", "")
    assert citizen.get_cookie("parvis") is not None


def test_the_link_asks_the_password_and_opens_the_space_again(visitor: Client, services: Stubs) -> None:
    shown = visitor.page(RETURN).select_one("main").get_text(" ", strip=True).replace("\u00a0", " ")
    assert "Camille.Exemple" in shown
    assert "jusqu’au mercredi 9 décembre 2026 inclus" in shown
    assert services.bodies("accounts.withdraw_closure") == []

    services["accounts.withdraw_closure"] = Invalid("Ce mot de passe n’est pas celui de cet espace.")
    wrong = visitor.submit(RETURN, "main form", **{"mot-de-passe": "autre"})
    assert (wrong.status_code, "n’est pas celui" in wrong.text) == (422, True)
    services["accounts.withdraw_closure"] = {}
    sent = visitor.submit(RETURN, "main form", **{"mot-de-passe": "quatre grenouilles"})

    assert parsed(sent).h1.get_text() == "Votre espace est de nouveau ouvert"
    assert services.bodies("accounts.withdraw_closure")[-1] == {"token": "jeton", "password": "quatre grenouilles"}
    assert visitor.get(RETURN).headers["Referrer-Policy"] == "no-referrer"


def test_a_log_in_to_a_space_to_be_erased_says_how_to_come_back(visitor: Client, services: Stubs) -> None:
    services["accounts.log_in"] = ClosurePending(days_from(NOW), can_return=True)
    sent = visitor.submit("/connexion", "main form", utilisateur="camille", **{"mot-de-passe": "quatre grenouilles"})
    assert sent.status_code == 403
    assert "suivez le lien" in parsed(sent).select_one(".error-summary, .notice").get_text()


def test_a_program_requests_the_closure_of_a_space(citizen: Client) -> None:
    days = {"last_day": "2026-12-09", "erased_on": "2026-12-10"}
    key = LOGGED_IN | {"Idempotency-Key": "0d6f1e5a-0000-4000-8000-000000000001"}

    assert citizen.get("/api/v1/profile/closure", headers=LOGGED_IN).get_json() == days
    asked = citizen.post("/api/v1/profile/closure", json={"password": "quatre grenouilles"}, headers=key)
    assert asked.get_json() == days


@pytest.mark.parametrize("tab", ["historique", "demandeur", "demande", "echanges", "pieces", "rendez-vous"])
def test_every_tab_of_an_erased_request_says_so(follower: Client, services: Stubs, tab: str) -> None:
    services["requests.tracking"] = tracking(**ERASED)
    services["messaging.exchanges"] = {"items": [], "unread": 0}
    services["documents.request_documents"] = {"documents": []}

    said = follower.page(f"/demande/{NUMBER}?onglet={tab}").select_one("main .notice").get_text(" ", strip=True)

    assert "sont effacées" in said


@pytest.mark.parametrize("tab", ["historique", "demandeur", "demande", "echanges", "pieces", "notes"])
def test_an_agent_reads_that_a_file_was_erased(agent: Client, services: Stubs, tab: str) -> None:
    note = {"at": "2026-11-20T08:00:00+00:00", "text": None, "agent": None}
    services["requests.tracking"] = desk.case("done") | ERASED | {"notes": [note], "transitions": [], "replies": []}
    services["messaging.exchanges"] = {"items": [], "unread": 0}
    services["documents.request_documents"] = {"documents": []}

    page = agent.page(f"/agent/demandes/{NUMBER}?onglet={tab}")

    assert "sont effacées" in page.select_one("main .notice").get_text(" ", strip=True)
    assert "None" not in page.select_one("main").get_text()
    assert page.select_one("main [href*='affectation'], main [data-key='n'], main [href*='/liens']") is None


def test_the_number_of_an_erased_request_leads_to_a_page_that_says_so(citizen: Client, services: Stubs) -> None:
    services["requests.tracking"] = RequestErased()

    page = citizen.get(f"/demande/{NUMBER}")
    answer = citizen.get(f"/api/v1/requests/{NUMBER}")

    assert page.status_code == answer.status_code == 404
    assert "Cette demande est effacée" in page.text
    assert "bien conservées" not in page.text
    assert answer.get_json()["code"] == "request_erased"
