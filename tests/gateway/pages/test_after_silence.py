"""Where the town aims at a day after the one from which its silence is a refusal, pages say how both go together."""

import pytest

from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

LATER = "La réponse prévue vient après ce jour\u00a0: la décision de la mairie remplacera alors ce refus."


def test_the_first_step_says_that_an_answer_may_follow_a_refusal_by_silence(citizen: Client) -> None:
    sentence = "sa décision remplacera ce refus"

    assert sentence in citizen.page("/demarches/subvention-association").get_text()
    assert sentence not in citizen.page("/demarches/acte-naissance").get_text()
    assert sentence not in citizen.page("/demarches/demande-place-creche").get_text()


@pytest.mark.parametrize(
    "address",
    [f"/demande/{NUMBER}", f"/demarches/location-salle/prise-en-compte/{NUMBER}"],
    ids=["tracking", "receipt"],
)
def test_a_request_shows_both_days_of_an_answer_after_silence(citizen: Client, services: Stubs, address: str) -> None:
    services["requests.tracking"] = tracking(due_on="2027-03-15")
    assert LATER in citizen.page(address).get_text()

    services["requests.tracking"] = tracking(due_on="2027-01-18")
    assert LATER not in citizen.page(address).get_text()


def test_an_acceptance_by_silence_needs_no_answer_after_it(citizen: Client, services: Stubs) -> None:
    accepted = {"effect": "acceptance", "on": "2027-01-18", "reached": True, "appeal": None}
    services["requests.tracking"] = tracking(due_on="2027-03-15", implicit_decision=accepted)

    assert LATER not in citizen.page(f"/demande/{NUMBER}").get_text()
