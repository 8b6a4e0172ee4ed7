"""« Mes données » of a request: what is kept, until when, and asking for its erasure; by page and by program."""

from services.requests.refusals import ReasonRequired
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.tracked_request import HELD_DATA

HERE = f"/demande/{NUMBER}/donnees"
ERASURE = f"main form[action='{HERE}']"


def said(client: Client, address: str = HERE) -> str:
    return client.page(address).select_one("main").get_text(" ", strip=True).replace("\u00a0", " ")


def test_the_page_shows_the_retention_of_the_data_and_what_is_erased_earlier(follower: Client) -> None:
    assert follower.page(f"/demande/{NUMBER}").select_one(f"a[href='{HERE}']")

    words = said(follower)

    assert "jusqu’au vendredi 24 novembre 2028" in words
    assert "Pièce d’identité" in words
    assert "archives départementales" in words


def test_an_open_request_shows_its_retention_and_can_be_cancelled_first(follower: Client, services: Stubs) -> None:
    services["requests.read_held_data"] = HELD_DATA | {"open": True, "can_cancel": True, "kept_until": None}
    assert "2 ans après sa clôture" in said(follower)
    assert follower.page(HERE).select_one(f"main a[href='/demande/{NUMBER}/annuler']")


def test_an_erasure_request_is_recorded_and_the_page_says_when_it_is_done(follower: Client, services: Stubs) -> None:
    sent = follower.submit(HERE, ERASURE)
    assert services.bodies("requests.request_erasure") == [{"number": NUMBER}]

    services["requests.read_held_data"] = HELD_DATA | {"erasure_asked_at": "2026-11-24T09:20:00+00:00"}
    words = said(follower, sent.location)
    assert "Votre demande d’effacement est enregistrée" in words
    assert "avant le vendredi 24 novembre 2028" in words
    assert follower.page(HERE).select_one(ERASURE) is None


def test_an_erased_request_offers_no_erasure(follower: Client, services: Stubs) -> None:
    services["requests.read_held_data"] = HELD_DATA | {"erased": True}
    assert "Vos informations sont effacées" in said(follower)
    assert follower.page(HERE).select_one(ERASURE) is None


def test_a_program_with_the_tracking_link_reads_the_same_data(follower: Client) -> None:
    follower.delete_cookie("parvis-tracking")

    answer = follower.get(f"/api/v1/requests/{NUMBER}/held-data", headers={"Parvis-Tracking": "token"})
    assert answer.get_json() == HELD_DATA


def test_a_refusal_is_read_with_its_reason_and_the_erasure_can_be_asked_for_again(
    follower: Client, services: Stubs
) -> None:
    at = "2026-11-24T09:20:00+00:00"
    asked = HELD_DATA | {"erasure_asked_at": at, "erasure_answer_by": "2026-12-24", "erasure_answered_at": at}
    services["requests.read_held_data"] = asked | {"erasure_answer": "refused", "erasure_reason": "Le dossier sert."}
    words = said(follower)
    assert "La mairie a refusé l’effacement" in words
    assert "Le dossier sert." in words
    assert "CNIL" in words
    assert follower.page(HERE).select_one("main form")

    services["requests.read_held_data"] = asked | {"erasure_answer": "accepted"}
    assert "La mairie a accepté l’effacement" in said(follower)
    assert follower.page(HERE).select_one(f"main form[action='{HERE}']") is None


FILE = f"/agent/demandes/{NUMBER}"


def test_an_agent_answers_from_the_file_and_what_was_typed_stays(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = desk.erasure_asked()
    assert agent.page(FILE).select_one(f".notice a[href='{FILE}/effacement']")
    form = agent.page(f"{FILE}/effacement").select_one("main form")
    assert "2\u00a0ans après sa clôture" in form.get_text()

    unchosen = agent.submit(f"{FILE}/effacement", "main form", motif="Il sert encore.")
    assert (unchosen.status_code, "Il sert encore." in unchosen.text) == (422, True)
    assert services.bodies("requests.answer_erasure") == []

    services["requests.answer_erasure"] = ReasonRequired(fields={"reason": ReasonRequired.message})
    refused = agent.submit(f"{FILE}/effacement", "main form", reponse="refuser", motif=" ")
    assert (refused.status_code, ReasonRequired.message in refused.text) == (422, True)

    services["requests.answer_erasure"] = {}
    sent = agent.submit(f"{FILE}/effacement", "main form", reponse="refuser", motif="Il sert encore.")
    assert sent.location == f"{FILE}?fait=effacement#fait"
    given = {"number": NUMBER, "accepted": False, "reason": "Il sert encore."}
    assert services.bodies("requests.answer_erasure")[-1] == given
    assert "La réponse est envoyée" in agent.page(sent.location).select_one("#fait").get_text()


def test_no_form_is_shown_once_answered_or_to_an_agent_without_the_right(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = desk.erasure_asked(answer="accepted", answered_at=NOW.isoformat())
    page = agent.page(f"{FILE}/effacement").select_one("main")
    assert page.select_one("form[action$='/effacement']") is None
    assert "effacement accepté" in page.get_text()
    assert agent.page(FILE).select_one(".notice") is None

    services["requests.tracking"] = desk.case(erasure=desk.ERASURE_ASKED)
    for where in (FILE, f"{FILE}/effacement"):
        page = agent.page(where).select_one("main")
        assert page.select_one("a[href$='/effacement'], form[action$='/effacement']") is None
        assert page.select_one("time[datetime='2026-12-11']"), "from when on this agent can answer"

    services["requests.tracking"] = desk.case()
    assert "pas de demande d’effacement" in agent.page(f"{FILE}/effacement").select_one("main").get_text()


def test_the_work_list_shows_the_mark_and_the_view_of_erasure_requests(agent: Client, services: Stubs) -> None:
    view = "/agent/demandes?vue=effacements"
    assert agent.page("/agent/demandes").select_one(f"a[href='{view}']") is None

    found = desk.work_list(desk.line(NUMBER, erasure_asked=True))
    services["requests.work_list"] = found | {"counts": {**found["counts"], "erasure": 1}}
    page = agent.page("/agent/demandes")
    assert page.select_one(f"a[href='{view}']")
    assert "Effacement demandé" in page.select_one("tbody").get_text()
    agent.page(view)
    assert services.bodies("requests.work_list")[-1]["view"] == "erasure"
