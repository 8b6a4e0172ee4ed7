"""The attestation of an acceptance by silence: its button, what follows it, and what agents read."""

import pytest

from services.requests.refusals import NoAttestation
from tests.support import agents_desk
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

HERE = f"/demande/{NUMBER}"
ASKED = {"requested_at": NOW.isoformat(), "given_at": None}


@pytest.fixture
def accepted(services: Stubs, follower: Client) -> Client:
    services["requests.tracking"] = tracking(can={"request_attestation": True})
    return follower


def test_the_button_requests_the_attestation_and_the_page_confirms_it(accepted: Client, services: Stubs) -> None:
    sent = accepted.submit(HERE, f"form[action='{HERE}/attestation']")
    assert sent.location == f"{HERE}?fait=attestation#fait"
    assert services.bodies("requests.request_attestation") == [{"number": NUMBER}]

    services["requests.tracking"] = tracking() | {"attestation": ASKED}
    assert "Votre attestation est demandée" in accepted.page(f"{HERE}?fait=attestation").select_one("#fait").get_text()
    later = accepted.page(HERE)
    assert "Vous avez demandé l’attestation" in later.get_text()
    assert later.select_one(f"form[action='{HERE}/attestation']") is None


def test_a_person_without_email_reads_of_letters_and_of_no_mail(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking() | {"attestation": ASKED, "by_post": True}
    for page in (HERE, *(f"{HERE}?fait={done}" for done in ("attestation", "ajoute", "annulee", "echange"))):
        said = " ".join(one.get_text() for one in follower.page(page).select("main .notice--success, main .notice"))
        assert "courriel" not in said
        assert "courrier" in said
    for question in ("annuler", "liens"):
        assert "courriel" not in follower.page(f"{HERE}/{question}").select_one("main form, main").get_text()


def test_the_page_links_to_a_given_attestation(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking() | {"attestation": {**ASKED, "given_at": NOW.isoformat()}}

    notice = follower.page(HERE).select_one(".notice--success")

    assert "Votre attestation est prête" in notice.get_text()
    assert notice.select_one(f"a[href='{HERE}?onglet=pieces']") is not None


def test_an_attestation_requested_after_a_decision_is_refused_on_the_page(accepted: Client, services: Stubs) -> None:
    services["requests.request_attestation"] = NoAttestation()

    page = parsed(accepted.submit(HERE, f"form[action='{HERE}/attestation']"), 409)

    assert NoAttestation.message in page.select_one("main").get_text()


def test_the_agents_file_says_how_to_give_the_attestation(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = agents_desk.case(attestation=ASKED, alert="Attestation demandée")

    page = agent.page(f"/agent/demandes/{NUMBER}").select_one("main").get_text()

    assert "Le prochain document que vous ajoutez" in page
