"""Addresses proposed as they are typed: by the keyboard, by the mouse, without scripts, and where the answer does not come."""

import re

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.looks import Watched
from tests.e2e.journeys.people import OpenBrowser

pytestmark = pytest.mark.e2e

SIGN_UP = "/creer-mon-espace"
ANSWERS = "**/api/v1/address-proposals"


def line(page: Page, part: str, of: str = "address") -> Locator:
    return page.locator(f'[name="{of}.{part}"]')


def proposals(page: Page, selected: bool | None = None) -> Locator:
    """Those of the addresses: lists to choose from, such as that of countries, have options too."""
    return page.get_by_role("listbox", name="Adresses proposées").get_by_role("option", selected=selected)


def active(page: Page) -> Locator:
    return proposals(page, selected=True)


@pytest.fixture
def sign_up(page: Page) -> Page:
    page.goto(SIGN_UP)
    return page


def type_slowly(page: Page, words: str, of: str = "address") -> Locator:
    """As a hand does, until something is proposed for all of it: where keys are slow, a list comes before the last one."""

    def of_all(answer: Response) -> bool:
        return answer.url.endswith("/address-proposals") and answer.request.post_data_json["q"] == words

    field = line(page, "line1", of)
    with page.expect_response(of_all):
        field.press_sequentially(words)
    expect(proposals(page).first).to_be_visible()
    return field


def test_the_keyboard_alone_chooses_an_address(sign_up: Page) -> None:
    field = line(sign_up, "line1")
    Keyboard(sign_up).reach(field)
    expect(field).to_have_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")

    type_slowly(sign_up, "7 rue du po")

    expect(sign_up.get_by_role("listbox", name="Adresses proposées")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(sign_up.get_by_role("status").filter(has_text=re.compile(r"^\d adresses proposées"))).to_have_count(1)
    expect(active(sign_up)).to_have_count(0)
    sign_up.keyboard.press("ArrowDown")
    expect(active(sign_up)).to_have_accessible_name("7 rue du Pont-Neuf 61990 Saint-Aubin-sur-Orne")
    expect(field).to_have_attribute("aria-activedescendant", active(sign_up).get_attribute("id") or "")
    sign_up.keyboard.press("ArrowUp")
    sign_up.keyboard.press("ArrowDown")
    sign_up.keyboard.press("Enter")

    expect(field).to_have_value("7 rue du Pont-Neuf")
    expect(line(sign_up, "postcode")).to_have_value("61990")
    expect(line(sign_up, "city")).to_have_value("Saint-Aubin-sur-Orne")
    expect(field).to_be_focused()
    expect(proposals(sign_up)).to_have_count(0)
    expect(sign_up).to_have_url(re.compile(f"{SIGN_UP}$"))  # Enter has sent no form


def test_escape_and_tab_leave_what_was_typed(sign_up: Page) -> None:
    field = type_slowly(sign_up, "7 rue du po")

    sign_up.keyboard.press("Escape")
    expect(proposals(sign_up)).to_have_count(0)
    expect(field).to_have_value("7 rue du po")
    sign_up.keyboard.press("ArrowDown")
    expect(proposals(sign_up).first).to_be_visible()
    sign_up.keyboard.press("Tab")
    expect(proposals(sign_up)).to_have_count(0)
    expect(field).to_have_value("7 rue du po")
    expect(line(sign_up, "line2")).to_be_focused()


def test_a_street_is_taken_over_and_its_number_typed_before_it(sign_up: Page) -> None:
    field = type_slowly(sign_up, "rue du lav")

    proposals(sign_up).filter(has_text="Rue du Lavoir").click()
    sign_up.keyboard.type("31")

    expect(field).to_have_value("31 Rue du Lavoir")
    expect(proposals(sign_up).first).to_have_accessible_name("31 rue du Lavoir 61990 Saint-Aubin-sur-Orne")


def test_an_address_abroad_proposes_nothing(sign_up: Page) -> None:
    line(sign_up, "country").select_option("BE")
    asked: list[str] = []
    sign_up.on("request", lambda request: asked.append(request.url))

    line(sign_up, "line1").press_sequentially("7 rue du pont")
    sign_up.wait_for_timeout(600)

    expect(proposals(sign_up)).to_have_count(0)
    assert not [url for url in asked if "address-proposals" in url]


def test_what_is_typed_is_in_no_address(sign_up: Page) -> None:
    asked: list[str] = []
    sign_up.on("request", lambda request: asked.append(request.url))

    type_slowly(sign_up, "7 rue du po")

    assert [url for url in asked if url.endswith("/api/v1/address-proposals")]
    assert [url for url in asked if "rue" in url] == []


@pytest.mark.parametrize("status", [429, 503])
def test_without_an_answer_the_field_is_plain(sign_up: Page, status: int) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=status)

    sign_up.route(ANSWERS, refuse)
    with sign_up.expect_response(ANSWERS):
        line(sign_up, "line1").press_sequentially("7 rue du po")

    expect(proposals(sign_up)).to_have_count(0)
    expect(line(sign_up, "line1")).to_have_value("7 rue du po")


def test_a_question_about_a_place_in_town_has_proposals(page: Page) -> None:
    filing = Filing(page, "signalement-voirie")
    filing.begin()
    if not line(page, "line1", "lieu").count():
        filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"})

    field = type_slowly(page, "place de fon", "lieu")
    proposals(page).first.click()

    expect(field).to_have_value(re.compile("Place de Fontenoy"))
    expect(line(page, "postcode", "lieu")).to_have_value("61990")


def test_without_scripts_the_field_is_plain(open_browser: OpenBrowser) -> None:
    page = open_browser(scripts=False).new_page()
    page.goto(SIGN_UP)

    expect(line(page, "line1")).to_have_role("textbox")
    line(page, "line1").fill("7 rue du Pont-Neuf")


def test_an_open_list_is_silent_to_axe(page: Page) -> None:
    watched = Watched(page)
    page.goto(SIGN_UP)
    type_slowly(page, "7 rue du po")
    page.keyboard.press("ArrowDown")

    watched.is_right_at_both_widths("adresses-proposees")


def test_proposals_fit_a_phone_and_are_large_enough_to_touch(sign_up: Page) -> None:
    sign_up.set_viewport_size({"width": 320, "height": 640})
    type_slowly(sign_up, "7 rue du po")

    for box in proposals(sign_up).evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())"):
        assert box["height"] >= 44
        assert box["left"] >= 0
        assert box["right"] <= 320
