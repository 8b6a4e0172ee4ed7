"""« Mes données » of a request: what is held, until when, and asking for its erasure; by page and by program."""

from __future__ import annotations

from tests.gateway.judge import JudgingClient
from tests.gateway.pages.town_hall import HELD_DATA, NUMBER
from tests.gateway.stubs import StubServices

HERE = f"/demande/{NUMBER}/donnees"
ERASURE = f"main form[action='{HERE}']"
API = f"/api/v1/requests/{NUMBER}"


def said(client: JudgingClient, address: str = HERE) -> str:
    return client.page(address).select_one("main").get_text(" ", strip=True).replace("\u00a0", " ")


def test_the_page_says_what_is_held_until_when_and_what_goes_earlier(follower: JudgingClient) -> None:
    assert follower.page(f"/demande/{NUMBER}").select_one(f"a[href='{HERE}']")

    told = said(follower)

    assert "jusqu’au vendredi 24 novembre 2028" in told
    assert "Pièce d’identité" in told
    assert "archives départementales" in told


def test_of_an_open_request_the_months_are_told_and_it_can_be_cancelled_first(
    follower: JudgingClient, services: StubServices
) -> None:
    services["requests.read_held_data"] = HELD_DATA | {"open": True, "can_cancel": True, "kept_until": None}
    assert "2 ans après sa clôture" in said(follower)
    assert follower.page(HERE).select_one(f"main a[href='/demande/{NUMBER}/annuler']")


def test_asking_is_recorded_and_the_page_says_when_it_is_done(follower: JudgingClient, services: StubServices) -> None:
    sent = follower.submit(HERE, ERASURE)
    assert services.bodies("requests.request_erasure") == [{"number": NUMBER}]

    services["requests.read_held_data"] = HELD_DATA | {"erasure_asked_at": "2026-11-24T09:20:00+00:00"}
    told = said(follower, sent.location.partition("#")[0])
    assert "Votre demande d’effacement est enregistrée" in told
    assert "avant le vendredi 24 novembre 2028" in told
    assert follower.page(HERE).select_one(ERASURE) is None


def test_of_an_erased_request_nothing_is_asked(follower: JudgingClient, services: StubServices) -> None:
    services["requests.read_held_data"] = HELD_DATA | {"erased": True}
    assert "Vos informations sont effacées" in said(follower)
    assert follower.page(HERE).select_one(ERASURE) is None


def test_a_program_with_the_link_does_the_same(follower: JudgingClient, services: StubServices) -> None:
    follower.delete_cookie("parvis-tracking")
    link = {"Parvis-Tracking": "token"}
    key = link | {"Idempotency-Key": "0d6f1e5a-0000-4000-8000-000000000001"}

    assert follower.get(f"{API}/held-data", headers=link).get_json() == HELD_DATA
    assert follower.post(f"{API}/erasure", headers=key).status_code == 204
    assert services.bodies("requests.request_erasure") == [{"number": NUMBER}]
