"""« Placer sur la carte »: a place is words without scripts and a point with them; an agent sees what is open around it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import Tag

from services.chassis.errors import Unavailable
from services.townhall.positions import OUTSIDE
from tests.support import agents_desk
from tests.support.drafts import Drafts
from tests.support.filing import HALL, ROAD, answer, begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

WHAT, SUMMARY = f"{ROAD}/etape/demande", f"{ROAD}/etape/recapitulatif"
HERE = {"position.lat": "48.71185", "position.lon": "-0.13668"}
FORM = "form#formulaire"
FILE = f"/agent/demandes/{agents_desk.NUMBER}?onglet=demande"
NEARBY = {
    "point": {"lat": 48.71185, "lon": -0.13668},
    "map": {"south": 48.702, "west": -0.156, "north": 48.723, "east": -0.124, "landmarks": []},
    "items": [
        {
            "number": "2026-8M5N-72RT",
            "procedure_title": "Signaler un problème sur la voie publique",
            "status": {"slug": "submitted", "label": "Enregistrée", "closed": False, "meaning": ""},
            "submitted_at": datetime(2026, 11, 24, 9, tzinfo=UTC).isoformat(),
            "metres": 40,
            "lat": 48.7122,
            "lon": -0.13668,
        }
    ],
    "more": False,
}


def question(page: Tag) -> Tag:
    found = page.select_one("[name='position.words']")
    assert found is not None
    field = found.find_parent(class_="field")
    assert isinstance(field, Tag)
    return field


def about_a_place() -> dict[str, Any]:
    line = {"name": "position", "label": "Repère", "type": "position", "value": "Près du lavoir"}
    return agents_desk.case(answers=[line])


def test_without_scripts_a_place_is_a_question_in_words(visitor: Client, drafts: Drafts) -> None:
    answer(visitor)
    field = question(visitor.page(WHAT))
    assert field.select_one("legend").get_text(strip=True) == "Où est-ce\u00a0?"
    assert field.select_one("[data-map]").has_attr("hidden")
    assert not field.select("input[type=checkbox]")

    visitor.submit(WHAT, FORM, **{"position.words": "Face à l’abribus"})

    assert question(visitor.page(WHAT)).select_one("[type=text]")["value"] == "Face à l’abribus"
    assert "Face à l’abribus" in visitor.page(SUMMARY).get_text()


def test_a_point_is_kept_said_in_words_and_taken_away_without_scripts(visitor: Client) -> None:
    answer(visitor)
    visitor.submit(WHAT, FORM, **HERE)

    field = question(visitor.page(WHAT))
    assert field.select_one("[name='position.lat']")["value"] == "48.71185"
    said = field.select_one("[data-map-said]").get_text(strip=True)
    assert said.startswith("Point sur la carte")
    assert said in visitor.page(SUMMARY).get_text()

    visitor.submit(WHAT, FORM, **{"position.removed": "on"})

    field = question(visitor.page(WHAT))
    assert field.select_one("[name='position.lat']")["value"] == ""
    assert field.select_one("[data-map-said]").get_text(strip=True) == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"position.lat": "48.85", "position.lon": "2.35"}, OUTSIDE),
        ({"position.lat": "là", "position.lon": "ici"}, "n’a pas pu être lu"),
        ({"position.lat": "48.71", "position.lon": ""}, "n’a pas pu être lu"),
    ],
)
def test_a_wrong_point_is_said_and_what_was_typed_is_kept(visitor: Client, typed: dict[str, str], said: str) -> None:
    answer(visitor)
    sent = visitor.submit(
        WHAT, FORM, **typed, **{"position.words": "Près du lavoir"}, description="Un trou, très profond."
    )
    page = parsed(visitor.get(sent.location), 200)

    assert said.replace(" :", "\u00a0:") in page.select_one("#z-position-erreur").get_text().replace(" :", "\u00a0:")
    assert [link["href"] for link in page.select(".error-summary a")] == ["#z-position-words"]
    field = question(page)
    assert field.select_one("[name='position.words']")["value"] == "Près du lavoir"
    assert field.select_one("[name='position.lat']")["value"] == typed["position.lat"]
    assert field.select_one("[name='position.removed']") is not None
    assert "très profond" in page.select_one("textarea[name=description]").get_text()


def test_the_step_with_a_place_alone_may_ask_where_the_device_is(visitor: Client, citizen: Client) -> None:
    answer(visitor)

    def allowed(address: str) -> bool:
        return "geolocation=(self)" in visitor.get(address).headers["Permissions-Policy"]

    assert allowed(WHAT)
    assert not any(map(allowed, ("/", ROAD, SUMMARY, f"{ROAD}/etape/recapitulatif")))
    begin(citizen, HALL)
    assert not allowed(f"{HALL}/etape/demande")


def test_the_map_is_fetched_on_demand_only(visitor: Client) -> None:
    answer(visitor)
    page = visitor.page(WHAT)

    assert [str(one["src"]) for one in page.select("script[src*='map-']")]
    assert not page.select("script[src*=leaflet], link[href*=leaflet], link[href*='map-']")
    assert "leaflet/leaflet-" in question(page).select_one("[data-map]")["data-library"]
    assert not visitor.page(ROAD).select("script[src*='map-']")


def test_an_agent_sees_what_is_open_around_the_place(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = about_a_place()
    services["requests.list_nearby"] = NEARBY

    page = agent.page(FILE)
    section = page.select_one("[aria-labelledby=t-alentour]")
    link = section.select_one("li a")

    assert (link["href"], link.get_text()) == ("/agent/demandes/2026-8M5N-72RT", "2026-8M5N-72RT")
    assert "à 40\u00a0m" in section.get_text()
    assert '"mark": "1"' in section.select_one("[data-map]")["data-marks"]
    assert page.select("script[src*='map-']")


def test_an_agents_file_is_whole_where_neighbours_cannot_be_had(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = about_a_place()
    services["requests.list_nearby"] = Unavailable()

    section = agent.page(FILE).select_one("[aria-labelledby=t-alentour]")

    assert "ne peuvent pas être montrées pour le moment" in section.get_text()
    assert not section.select("[data-map]")


def test_a_file_without_a_place_asks_for_no_neighbours(agent: Client, services: Stubs) -> None:
    agent.page(FILE)

    assert services.bodies("requests.list_nearby") == []


def test_the_api_lists_the_neighbours_for_agents(agent: Client, services: Stubs) -> None:
    services["requests.list_nearby"] = NEARBY

    found = agent.get(f"/api/v1/agent/requests/{agents_desk.NUMBER}/nearby").get_json()

    assert found["items"][0]["metres"] == 40
    assert found["point"] == NEARBY["point"]
