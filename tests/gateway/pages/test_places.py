"""The period of a taken place of a quota is shown until the place is given back."""

from typing import Any

import pytest

from gateway.pages.components.words import place_words
from services.chassis.contracts import to_json
from services.requests.capacity import places
from services.requests.schemas.quotas import Place
from tests.support.demo_town import NOW, procedure
from tests.support.drafts import Drafts
from tests.support.filing import begin
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

BULKY = "enlevement-encombrants"
PLACE = to_json(places.of_filing(procedure(BULKY), NOW))
DAY = "collecte le jeudi 3\u00a0décembre\u00a02026"
QUOTA = {"reached": False, "message": "", "reopens_at": "2026-11-29T23:00:00+00:00", "place": PLACE}


@pytest.mark.parametrize(
    ("period", "first", "words"),
    [
        ("week", "2026-11-23", "semaine du lundi 23\u00a0novembre\u00a02026"),
        ("month", "2026-11-01", "novembre\u00a02026"),
        ("quarter", "2026-10-01", "4e trimestre\u00a02026"),
        ("semester", "2026-07-01", "2e semestre\u00a02026"),
        ("year", "2026-01-01", "année\u00a02026"),
    ],
    ids=["week", "month", "quarter", "semester", "year"],
)
def test_a_place_without_a_day_is_described_by_its_period(period: str, first: str, words: str) -> None:
    assert place_words(Place(period=period, first=first, last=first, what=None, on=None)) == words


def test_each_step_says_what_the_place_is_for(visitor: Client, drafts: Drafts, services: Stubs) -> None:
    address = begin(visitor, f"/demarches/{BULKY}")
    services["requests.draft_for"] = {"draft": {**drafts.view(BULKY), "quota": QUOTA}, "quota": QUOTA}

    for page in (address, f"{address}/etape/informations", f"{address}/etape/demande"):
        assert DAY in visitor.page(page).select_one("main").get_text()


@pytest.mark.parametrize("address", ["", "/annuler"], ids=["followed", "cancelled"])
def test_the_request_shows_the_place_until_it_is_given_back(citizen: Client, services: Stubs, address: str) -> None:
    view: dict[str, Any] = tracking(place=PLACE)
    services["requests.tracking"] = view

    words = citizen.page(f"/demande/{view['number']}{address}").select_one("main").get_text()

    assert DAY in words.lower()


def test_a_cancelled_request_says_that_the_place_is_free(citizen: Client, services: Stubs) -> None:
    services["requests.tracking"] = view = tracking(place=PLACE, cancelled={"at": NOW.isoformat(), "by": "citizen"})

    page = citizen.page(f"/demande/{view['number']}?fait=annulee")

    assert f"Votre place ({DAY}) est libérée." in page.select_one("#fait").get_text()
    assert "Votre place" not in page.select_one("aside").get_text()
