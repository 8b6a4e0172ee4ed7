"""« Placer sur la carte » in a browser: by a hand, by the keyboard alone and where the device is; said in words; read by agents."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.people import OpenBrowser, go_to_step, log_in_as_agent
from tests.e2e.journeys.tree import names
from tests.servers.portal import Portal
from tests.support import published
from tests.support.filled import valid_applicant
from tests.support.people import Person

pytestmark = pytest.mark.e2e

ROAD = "signalement-voirie"
WHO = valid_applicant(published.definition(ROAD))
ADDRESS = {"line1": "40 rue du Lavoir", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}
LAVOIR = {"latitude": 48.71185, "longitude": -0.13668}
PLACED = re.compile(r"^Point sur la carte\s: ")


@pytest.fixture
def place(page: Page, portal: Portal) -> Locator:
    """The question, on « Ma demande »."""
    go_to_step(page, portal, ROAD, "demande", WHO)
    return page.locator(".field", has=page.locator('[name="position.words"]'))


def opened(place: Locator) -> Locator:
    """The map, once its tiles are there."""
    place.get_by_role("button", name="Placer sur la carte").click()
    town = place.get_by_role("application", name="Plan de la commune")
    expect(town.locator("img.leaflet-tile-loaded").first).to_be_visible()
    return town


def said(place: Locator) -> Locator:
    return place.get_by_role("status")


def test_the_map_comes_when_it_is_asked_for_and_from_nowhere_else(page: Page, place: Locator, portal: Portal) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    expect(place.get_by_role("application")).to_have_count(0)
    assert asked == []

    opened(place)

    assert {url.startswith((portal.url, "data:")) for url in asked} == {True}
    assert any("/leaflet/leaflet-" in url for url in asked)
    assert refused == []


def test_a_touch_places_the_point_and_its_words_are_those_of_the_summary(page: Page, place: Locator) -> None:
    town = opened(place)
    town.click(position={"x": 200, "y": 150})
    expect(said(place)).to_have_text(PLACED)
    words = said(place).inner_text()

    filing = Filing(page, ROAD)
    filing.answer({"type_probleme": "chaussee", "description": "Un trou dans la chaussée.", "lieu": ADDRESS})
    filing.onward()

    expect(page.locator("main")).to_contain_text(re.sub(r"\s", " ", words))


def test_the_keyboard_alone_moves_the_map_and_places_the_point(page: Page, place: Locator) -> None:
    button = place.get_by_role("button", name="Placer sur la carte")
    button.focus()
    page.keyboard.press("Enter")
    town = place.get_by_role("application", name="Plan de la commune")
    expect(town).to_be_focused()
    expect(town).to_have_accessible_description(re.compile("Entrée place le point au centre"))
    expect(button).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("Enter")
    expect(said(place)).to_have_text(PLACED)
    first = said(place).inner_text()
    for key in ("+", "+", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)  # one press moves the map by one step
    page.keyboard.press("Enter")

    expect(said(place)).not_to_have_text(first)
    expect(said(place)).to_have_text(PLACED)
    assert names(page, "application") == ["Plan de la commune"]
    assert {"Placer sur la carte", "Agrandir", "Réduire", "Retirer le point"} <= set(names(page, "button"))

    place.get_by_role("button", name="Retirer le point").press("Enter")
    expect(said(place)).to_have_text("Le point est retiré de la carte.")
    expect(place.locator("[data-lat]")).to_have_value("")
    expect(button).to_be_focused()


def test_the_point_is_placed_where_the_device_is(page: Page, place: Locator) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(LAVOIR)
    opened(place)

    place.get_by_role("button", name="Utiliser ma position").click()

    expect(place.locator("[data-lat]")).to_have_value(str(LAVOIR["latitude"]))
    expect(said(place)).to_have_text(PLACED)


def test_a_device_outside_the_town_places_nothing(page: Page, place: Locator) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 48.85, "longitude": 2.35})
    opened(place)

    place.get_by_role("button", name="Utiliser ma position").click()

    expect(said(place)).to_contain_text("en dehors de la commune")
    expect(place.locator("[data-lat]")).to_have_value("")


def test_where_no_map_can_be_had_words_do(page: Page, place: Locator) -> None:
    page.route("**/carte/plan.json", lambda route: route.fulfill(status=503, body=""))
    place.get_by_role("button", name="Placer sur la carte").click()

    expect(said(place)).to_contain_text("Décrivez le lieu")
    expect(place.get_by_role("application")).to_have_count(0)
    place.get_by_role("textbox", name="Repère").fill("Près du lavoir")


def test_an_agent_sees_two_reports_of_one_place_side_by_side(
    portal: Portal, a_visitor: Person, open_browser: OpenBrowser
) -> None:
    numbers = [_reported(a_visitor, at) for at in (48.71185, 48.7120)]
    page = open_browser().new_page()
    log_in_as_agent(page, portal)
    page.goto(f"/agent/demandes/{numbers[0]}")

    near = page.get_by_role("region", name="À proximité")
    expect(near.get_by_role("link", name=numbers[1])).to_be_visible()
    near.get_by_role("button", name="Voir sur la carte").click()
    town = near.get_by_role("application", name="Plan des demandes à proximité")
    expect(town.locator(".map__mark--other").first).to_be_visible()


def _reported(person: Person, lat: float) -> str:
    answers = {
        "type_probleme": "eclairage",
        "lieu": {**ADDRESS, "country": "FR"},
        "description": "Le lampadaire près du lavoir est éteint.",
        "position": {"lat": lat, "lon": -0.13668},
    }
    filed = person.do("POST", "/requests", {"procedure": ROAD, "applicant": WHO, "answers": answers})
    return str(filed["number"])
