"""« Mes vues »: a list is saved under a name, opens again as it was, and what it names that is gone is a sentence."""

from typing import Any

import pytest

from gateway.pages.agent import work_filters
from services.requests.refusals import TooManyViews, ViewNameTaken
from tests.support import agents_desk as desk
from tests.support.agents_desk import VIEW
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

PAGE = "/agent/demandes/vues"
LISTED = "vue=a-moi&statut=submitted&du=2026-11-01&tri=number&colonnes=numero,silence&suite=place&retard=1"
KEPT = {
    "view": "mine", "status": "submitted", "received_from": "2026-11-01", "sort": "number", "overdue": True,
    "columns": ["numero", "silence"],
}  # fmt: skip


@pytest.fixture
def kept(agent: Client, services: Stubs) -> None:
    """The agent, whose desk is furnished by then, has one view."""
    services["requests.list_saved_views"] = {"items": [desk.saved_view("Voirie en retard", **KEPT)]}
    services["requests.save_view"] = {"view_id": VIEW}
    services["requests.remove_view"] = {}


def address(view: str = VIEW) -> str:
    return (
        "/agent/demandes?vue=a-moi&statut=submitted&retard=1&du=2026-11-01&tri=number&colonnes=numero%2Csilence"
        f"&mavue={view}"
    )


def saves(services: Stubs) -> list[dict[str, Any]]:
    return [{**body, "columns": list(body["columns"])} for body in services.bodies("requests.save_view")]


@pytest.mark.usefixtures("kept")
def test_the_list_has_ones_views_with_their_counts(agent: Client) -> None:
    page = agent.page(address())

    link = page.select_one(".own-views .chips a")
    assert (link["href"], link["aria-current"]) == (address(), "page")
    assert link.get_text(" ", strip=True) == "Voirie en retard 7 demandes"


@pytest.mark.usefixtures("kept")
def test_a_list_is_saved_under_a_name_and_opens_again(agent: Client, services: Stubs) -> None:
    offered = agent.page(f"/agent/demandes?{LISTED}").select_one(".own-views > a")["href"]

    saved = agent.submit(offered, "main form", nom=" À moi ")

    assert saves(services) == [{**KEPT, "name": "À moi"}]
    assert saved.location == address()


@pytest.mark.usefixtures("kept")
def test_an_opened_view_is_updated_or_saved_under_another_name(agent: Client, services: Stubs) -> None:
    page = agent.page(PAGE, query_string={"liste": f"{LISTED}&mavue={VIEW}"})
    first, second = page.select("main .panel form")

    assert first.select_one("[name=nom]")["value"] == "Voirie en retard"
    assert first.select_one("[name=vue]")["value"] == VIEW
    assert second.select_one("[name=vue]") is None
    agent.fill(page, "main .panel form")
    assert services.bodies("requests.save_view")[-1]["view_id"] == VIEW


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("searched", ["q=2026-7K4M-93QX", "recherche=mot"])
def test_a_view_leaves_out_the_searched_words(agent: Client, services: Stubs, searched: str) -> None:
    page = agent.page(PAGE, query_string={"liste": f"vue=a-moi&{searched}"})
    assert "un nom ne se garde pas" in page.select_one("main").get_text()

    agent.fill(page, "main .panel form", nom="Vue")

    assert saves(services) == [{"name": "Vue", "view": "mine", "columns": []}]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("typed", "refusal", "status"), [("", None, 422), ("Vue", ViewNameTaken(), 409), ("Vue", TooManyViews(), 409)]
)
def test_a_refused_name_is_shown_at_its_field(
    agent: Client, services: Stubs, typed: str, refusal: Exception | None, status: int
) -> None:
    if refusal:
        services["requests.save_view"] = refusal
    page = agent.page(PAGE, query_string={"liste": LISTED})

    again = parsed(agent.fill(page, "main .panel form", nom=typed), status)

    assert again.select_one(".error-summary a")["href"] == "#nom"
    assert again.select_one("input[name=liste]")["value"] == LISTED
    assert again.select_one("[name=nom]")["value"] == typed


@pytest.mark.usefixtures("kept")
def test_a_view_is_removed_and_the_page_says_so(agent: Client, services: Stubs) -> None:
    sent = agent.submit(PAGE, "main table form")

    assert services.bodies("requests.remove_view") == [{"view_id": VIEW}]
    assert "La vue est supprimée" in agent.page(sent.location).select_one(".notice").get_text()
    assert agent.post(f"{PAGE}/faux/suppression").status_code in (400, 403, 404)


def test_a_view_of_a_lost_department_says_so(agent: Client, services: Stubs) -> None:
    lost = desk.saved_view("Police", department="police-municipale", count=0)
    services["requests.list_saved_views"] = {"items": [lost]}

    assert "auquel votre compte n’est pas rattaché" in agent.page(PAGE).select_one("main table").get_text()
    services["requests.work_list"] = desk.work_list()
    opened = agent.page(f"/agent/demandes?service=police-municipale&mavue={VIEW}")
    assert "auquel votre compte n’est pas rattaché" in opened.select_one(".worklist .notice").get_text()


@pytest.mark.usefixtures("kept")
def test_of_an_address_that_is_too_long_no_filter_is_cut(agent: Client, services: Stubs) -> None:
    padding = "&".join(f"p{n:03}={'x' * 90}" for n in range(22))  # the limit falls into the status
    listed = f"vue=a-moi&{padding}"[:1980] + "&statut=awaiting_documents"
    page = agent.page(PAGE, query_string={"liste": listed})

    agent.fill(page, "main .panel form", nom="Vue")

    assert saves(services) == [{"name": "Vue", "view": "mine", "columns": []}]
    assert work_filters.whole("vue=a-moi&statut=submitted") == "vue=a-moi&statut=submitted"


def test_a_list_without_its_saved_views_is_shown_all_the_same(agent: Client, services: Stubs) -> None:
    services["requests.list_saved_views"] = TooManyViews()  # any refusal

    assert agent.page("/agent/demandes").select(".own-views .chips") == []
