"""What pages show beside what they are about: which quotas are reached, and what waits to be read."""

import pytest

from services.chassis.errors import Forbidden
from services.chassis.rpc.client import ServiceFailed
from tests.support import agents_desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

FULL = {"items": [{"procedure": "enlevement-encombrants", "reopens_at": "2026-11-29T23:00:00+00:00"}]}
WORDS = "Quota atteint"


@pytest.mark.parametrize(
    "address", ["/", "/demarches", "/demarches?toutes", "/recherche?q=encombrants", "/demarches/domaine/dechets"]
)
def test_a_list_says_which_procedure_is_full(visitor: Client, services: Stubs, address: str) -> None:
    services["requests.quotas_reached"] = FULL

    rows = visitor.page(address).select("main .row")

    assert [row.a["href"] for row in rows if WORDS in row.get_text()] == ["/demarches/enlevement-encombrants"]
    assert len(services.bodies("requests.quotas_reached")) == 1


def test_a_tile_says_which_procedure_is_full(citizen: Client, services: Stubs) -> None:
    services["requests.quotas_reached"] = FULL

    tiles = citizen.page("/mon-accueil").select("main .tile")

    assert [tile.a["href"] for tile in tiles if WORDS in tile.get_text()] == ["/demarches/enlevement-encombrants"]


@pytest.mark.parametrize(("waiting", "said"), [(1, "1 échange à lire"), (12, "12 échanges à lire")])
def test_the_citizens_menu_counts_unread_exchanges(citizen: Client, services: Stubs, waiting: int, said: str) -> None:
    services["requests.unread"] = {"unread": waiting}

    page = citizen.page("/actualites")

    assert page.select_one(".site-head summary .badge").get_text() == said
    assert page.select_one(".drop__list a[href='/mon-accueil#a-lire']") is not None


@pytest.mark.parametrize("answer", [{"unread": 0}, Forbidden()], ids=["nothing waits", "the session ended meanwhile"])
def test_the_citizens_menu_has_no_badge_with_nothing_unread(citizen: Client, services: Stubs, answer: object) -> None:
    services["requests.unread"] = answer

    assert citizen.page("/actualites").select_one(".site-head .badge") is None


@pytest.mark.parametrize("question", ["requests.unread", "requests.my_drafts", "requests.quotas_reached"])
def test_pages_are_shown_while_a_brief_call_fails(citizen: Client, services: Stubs, question: str) -> None:
    services[question] = ServiceFailed(f"{question} failed: Overflow")

    for address in ("/demarches", "/mon-accueil", "/mes-demandes"):
        assert citizen.page(address).select_one("h1") is not None

    assert services.bodies(question) != []


def test_an_exchange_just_opened_is_not_counted_in_the_menu(citizen: Client, services: Stubs) -> None:
    services["requests.unread"] = {"unread": 3}
    services["requests.tracking"] = tracking(unread={"citizen": 1, "town": 0})
    services["messaging.exchanges"] = {"items": [], "unread": 0}

    page = citizen.page(f"/demande/{NUMBER}?onglet=echanges")

    assert page.select_one(".site-head summary .badge").get_text() == "2 échanges à lire"


def test_unread_exchanges_are_not_requested_for_visitors_and_agents(visitor: Client, services: Stubs) -> None:
    visitor.page("/actualites")
    agents_desk.furnish(services)
    visitor.set_cookie("parvis", "s" * 32)
    visitor.page("/actualites")

    assert services.bodies("requests.unread") == []
