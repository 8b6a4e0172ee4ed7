"""Labels: the addresses of chosen requests on sheets of twenty-four, from the first free place; those without one are named."""

from typing import Any

import pytest

from tests.support.demo_town import NUMBER
from tests.support.judge import Client
from tests.support.stubs import Stubs

PAGE = "/agent/demandes/etiquettes"
LINES = ["7 rue du Pont-Neuf", "61990 Saint-Aubin-sur-Orne"]


def recipients(body: dict[str, Any], _: Any) -> dict[str, Any]:
    return {"items": [{"number": one, "name": f"À {one}", "lines": LINES, "phone": None} for one in body["numbers"]]}


@pytest.fixture(autouse=True)
def known(services: Stubs) -> None:
    services["requests.recipients"] = recipients


def many(count: int) -> str:
    return "&".join(f"d=2026-0000-{n:04}" for n in range(count))


def test_each_chosen_request_has_its_label(agent: Client) -> None:
    page = agent.page(f"{PAGE}?d={NUMBER}&d={NUMBER}&liste=vue%3Da-moi")

    [label] = page.select(".label")
    assert label.get_text("|", strip=True) == f"À {NUMBER}|{LINES[0]}|{LINES[1]}"
    assert page.select_one(".actions a")["href"] == "/agent/demandes?vue=a-moi"


def test_a_sheet_has_twenty_four_and_addresses_are_asked_for_in_parts(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{PAGE}?{many(60)}")

    assert [len(sheet.select(".label")) for sheet in page.select(".labels")] == [24, 24, 2]
    assert [len(body["numbers"]) for body in services.bodies("requests.recipients")] == [20, 20, 10]


@pytest.mark.parametrize(
    ("typed", "taken"), [("3", 2), ("24", 23), ("0", 0), ("25", 0), ("-1", 0), ("deux", 0), ("", 0)]
)
def test_labels_of_a_begun_sheet_start_at_its_first_free_place(agent: Client, typed: str, taken: int) -> None:
    page = agent.page(f"{PAGE}?{many(2)}&debut={typed}")

    labels = page.select(".label")
    assert [bool(one.select_one(".label__to")) for one in labels] == [False] * taken + [True, True]


def test_a_request_without_address_is_named_and_has_no_label(agent: Client, services: Stubs) -> None:
    without = {"number": NUMBER, "name": "Ariel Nouveau", "lines": [], "phone": None}
    services["requests.recipients"] = {"items": [without]}

    page = agent.page(f"{PAGE}?d={NUMBER}&d=2026-0000-0001")

    assert page.select(".label") == []
    first, second = (one.get_text(" ", strip=True) for one in page.select(".notice"))
    assert "1\u00a0demande choisie sans étiquette" in first
    assert NUMBER in second


def test_without_chosen_requests_the_page_says_to_tick_some(agent: Client, services: Stubs) -> None:
    assert "Cochez des demandes dans la liste" in agent.page(PAGE).select_one("main").get_text()
    assert services.bodies("requests.recipients") == []
