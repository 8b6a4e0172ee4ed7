"""The calendar of slots: one day open at a time, names that say day and hour, no place and no focus lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.people import OpenBrowser
from tests.e2e.journeys.tree import names

pytestmark = pytest.mark.e2e

PASSPORT = "rdv-cni-passeport"
PHONE: ViewportSize = {"width": 390, "height": 844}
DAY = r"(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\s\d+(er)?\s[a-zéû]+"
HOUR = r"\d+\sh(\s\d\d)?"


@pytest.fixture
def calendar(page: Page) -> Page:
    """On a phone, a week with several open days."""
    page.set_viewport_size(PHONE)
    Filing(page, PASSPORT).begin()
    later_week(page)
    return page


def later_week(page: Page) -> None:
    first = page.locator("#semaine").inner_text()
    page.get_by_role("link", name="Semaine suivante", exact=True).click()
    expect(page.locator("#semaine")).not_to_have_text(first)
    page.wait_for_load_state()


def open_day(link: Locator) -> None:
    address = link.get_attribute("href") or ""
    link.click()
    link.page.wait_for_url(lambda reached: reached.endswith(address))


def test_the_accessible_names_of_days_and_slots_say_day_and_hour(calendar: Page) -> None:
    days = calendar.get_by_role("navigation", name="Jours de la semaine").get_by_role("link")
    slots = calendar.get_by_role("radio")

    expect(days.first).to_have_accessible_name(re.compile(rf"^{DAY}, \d+\scréneaux?$"))
    for slot in (slots.first, slots.last):
        expect(slot).to_have_accessible_name(re.compile(rf"^{DAY},\s?{HOUR}$"))
    expect(calendar.get_by_role("group", name=re.compile(rf"^{DAY}$", re.IGNORECASE))).to_have_count(1)
    spoken = names(calendar, "radio")
    assert [one for one in spoken if not re.fullmatch(rf"{DAY}, {HOUR}", one)] == []
    assert len(set(spoken)) == len(spoken) == slots.count()
    assert any(re.fullmatch(rf"{DAY}, \d+ créneaux?", one) for one in names(calendar, "link"))

    calendar.get_by_role("link", name="Voir le premier créneau libre").click()
    taken = calendar.get_by_role("button", name=re.compile(rf"^Prendre ce créneau\s?, {DAY}\s\d{{4}}\sà\s{HOUR}$"))
    expect(taken).to_be_visible()


def test_another_day_opens_with_the_focus_on_its_slots_below_the_days(calendar: Page) -> None:
    current = calendar.locator(".strip [aria-current]")
    before = current.get_attribute("href")

    open_day(calendar.locator(".strip a:not([aria-current])").last)

    expect(current).not_to_have_attribute("href", before or "")
    expect(current).to_have_count(1)
    expect(calendar.locator("#creneaux")).to_be_focused()
    expect(current).to_be_in_viewport()


def test_the_keyboard_alone_opens_a_day_and_a_half_day_and_chooses_an_hour(calendar: Page) -> None:
    keyboard, halves = Keyboard(calendar), calendar.locator("#creneaux details")
    for day in calendar.locator(".strip a").all():
        keyboard.follow(day)
        if halves.count() == 2:
            break
    folded, hours = halves.last.locator("summary"), halves.last.get_by_role("radio")
    expect(folded).to_have_text(re.compile(r"^\s*Après-midi\s\d+\scréneaux?\s*$"))
    expect(hours).to_have_count(0)

    keyboard.press(folded)
    expect(hours.first).to_be_visible()
    keyboard.choose(hours, hours.last.get_attribute("value") or "")

    keyboard.press(calendar.get_by_role("button", name="Valider"))
    expect(calendar.get_by_role("heading", level=2, name="Mes informations")).to_be_visible()


def test_a_day_of_the_calendar_takes_no_more_than_two_screens_of_a_phone(calendar: Page) -> None:
    tall = {}
    for day in range(calendar.locator(".strip a").count()):
        open_day(calendar.locator(".strip a").nth(day))
        tall[day] = calendar.evaluate("document.querySelector('main').scrollHeight")

    assert {day: height for day, height in tall.items() if height > 2 * PHONE["height"]} == {}


def test_without_scripts_the_slots_of_one_day_are_the_only_group(open_browser: OpenBrowser) -> None:
    page = open_browser(scripts=False).new_page()
    filing = Filing(page, PASSPORT, scripts=False)
    filing.begin()
    later_week(page)
    open_day(page.locator(".strip a:not([aria-current])").first)
    expect(page.locator("#creneaux legend")).to_have_count(1)
    assert page.locator("main [type=radio]").evaluate_all("all => new Set(all.map(one => one.name)).size") == 1

    page.get_by_role("link", name="Voir le premier créneau libre").click()
    page.get_by_role("button", name="Prendre ce créneau").click()

    expect(page.get_by_role("heading", level=2, name="Mes informations")).to_be_visible()


def test_without_scripts_no_hour_is_said_to_be_unchosen_once_it_is_ticked(open_browser: OpenBrowser) -> None:
    page = open_browser(scripts=False).new_page()
    page.set_viewport_size(PHONE)
    Filing(page, PASSPORT, scripts=False).begin()
    later_week(page)
    open_day(page.locator(".strip a:not([aria-current])").first)
    unchosen = page.get_by_text("Aucun créneau n’est encore choisi")
    expect(unchosen).to_be_visible()

    page.locator(".slot:visible").first.click()

    expect(unchosen).to_be_hidden()
    panel, button = page.locator("#choix"), page.get_by_role("button", name="Valider", exact=True)
    outer, inner = panel.bounding_box(), button.bounding_box()
    assert outer is not None
    assert inner is not None
    assert inner["width"] > outer["width"] * 0.8
