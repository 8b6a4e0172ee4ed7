"""The pages of a long list: few links however long it is, none that leads nowhere."""

from typing import Any

import pytest

from gateway.pages.components.pagination import MOST_PAGES, page_numbers
from tests.support.contents import articles
from tests.support.demo_town import NUMBER, catalogue
from tests.support.judge import Client
from tests.support.own_space import line as request_line
from tests.support.stubs import Stubs

PAGES = 5000


@pytest.mark.parametrize(
    ("page", "pages", "linked"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (2, 5, [1, 2, 3, 4, 5]),
        (1, 9, [1, 2, 3, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (6, 11, [1, None, 4, 5, 6, 7, 8, None, 11]),
        (9, 9, [1, None, 7, 8, 9]),
        (40, 9, [1, None, 9]),
        (500, PAGES, [1, None, 498, 499, 500, 501, 502, None, MOST_PAGES]),
        (MOST_PAGES, PAGES, [1, None, MOST_PAGES - 2, MOST_PAGES - 1, MOST_PAGES]),
    ],
)
def test_the_ends_and_the_pages_around_this_one_are_linked(page: int, pages: int, linked: list[int | None]) -> None:
    assert page_numbers(page, pages) == linked


def nav(page: Any) -> Any:
    return page.select_one("nav.pages")


def names(page: Any) -> list[str]:
    return [link.get_text(" ", strip=True) for link in nav(page).select("a")]


def long_list(services: Stubs) -> None:
    mine = [request_line(NUMBER, "location-salle", "in_review")]
    services["requests.mine"] = {"items": mine, "total": 20 * PAGES, "page": 1, "pages": PAGES}


def test_a_list_of_a_hundred_thousand_requests_has_few_links(citizen: Client, services: Stubs) -> None:
    long_list(services)

    page = citizen.page("/mes-demandes?page=500")

    assert names(page) == [
        "Précédente", "Page 1", "Page 498", "Page 499", "Page 500", "Page 501", "Page 502", "Page 1000", "Suivante",
    ]  # fmt: skip
    assert len(str(nav(page))) < 4000
    assert nav(page).select_one("[aria-current=page]").get_text(" ", strip=True) == "Page 500"
    assert nav(page).select("a")[2]["href"] == "/mes-demandes?page=498"
    assert [(gap.get_text(), gap["aria-hidden"]) for gap in nav(page).select("span:not(.vh)")] == [("…", "true")] * 2


def test_no_link_leads_beyond_the_last_page_that_can_be_opened(citizen: Client, services: Stubs) -> None:
    long_list(services)

    page = citizen.page(f"/mes-demandes?page={MOST_PAGES}")

    assert names(page) == ["Précédente", "Page 1", "Page 998", "Page 999", "Page 1000"]


@pytest.mark.parametrize(
    "address", ["/mes-demandes", "/actualites", "/demarches?toutes=1", "/demarches/domaine/etat-civil"]
)
def test_each_long_list_has_few_links(citizen: Client, services: Stubs, address: str) -> None:
    long_list(services)
    services["content.news"] = articles("news") | {"pages": PAGES}
    services["procedures.catalogue"] = lambda body, actor: catalogue(body, actor) | {"total": 20 * PAGES}

    assert names(citizen.page(address)) == ["Page 1", "Page 2", "Page 3", "Page 1000", "Suivante"]
