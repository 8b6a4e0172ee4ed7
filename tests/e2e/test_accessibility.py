"""What the accessibility tree says of pieces and tabs, and what needs neither a mouse nor narrow letters.

Names of the calendar: `test_calendar.py`; of the map: `test_map.py`. Filing and moving by keyboard: `test_other_ways.py`;
deciding: `test_agent.py`.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.journeys.keyboard import MOST_STOPS, Keyboard
from tests.e2e.journeys.people import OpenBrowser, go_to_step, open_exchanges, sit_down
from tests.e2e.journeys.tree import names
from tests.e2e.scenarios.case import shown
from tests.servers.portal import Portal
from tests.support.people import Person, eventually, photograph

pytestmark = pytest.mark.e2e

WIDTHS = (390, 1280)
# Criterion 10.12 of the RGAA (WCAG 1.4.12). A page allows no style from elsewhere, but a sheet that a program adopts.
WIDER = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
# Whatever has words of its own and hides a part of them; not what is for screen readers alone.
CUT = """() => [...document.querySelectorAll("body *")].filter((element) => {
    const style = getComputedStyle(element);
    if (!["hidden", "clip"].includes(style.overflowX) || !element.innerText?.trim() || element.closest(".vh")) return false;
    if (style.clipPath !== "none" || element.clientWidth <= 1 || style.display === "none") return false;
    return element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
}).map((element) => element.outerHTML.slice(0, 120))"""


def described(control: Locator) -> str:
    """What is said of it besides its name."""
    said = control.evaluate(
        "one => one.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).innerText).join(' ')"
    )
    return str(said).replace("\N{NO-BREAK SPACE}", " ")


def test_a_piece_is_a_named_group_whose_button_and_rules_are_said(page: Page, portal: Portal) -> None:
    go_to_step(page, portal, "signalement-voirie", "demande")
    piece = page.locator("#piece-photo")
    label = piece.locator(".field__label").inner_text().strip()
    add = piece.get_by_role("button", name=re.compile("^Ajouter un fichier"))

    expect(page.get_by_role("group", name=label)).to_have_attribute("id", "piece-photo")
    expect(add).to_have_accessible_name(re.compile(rf"^Ajouter un fichier à «\s{re.escape(label)}\s»$"))
    assert re.search(r"fichiers .+ au plus", described(add))

    add.set_input_files({"name": "pave.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    files = piece.get_by_role("list", name=label)
    expect(files.get_by_role("listitem")).to_contain_text("pave.jpg")
    expect(files.get_by_role("button")).to_have_accessible_name("Retirer pave.jpg")
    expect(page.get_by_role("status").filter(has_text="pave.jpg")).to_be_attached()
    assert label in names(page, "group")
    assert "Retirer pave.jpg" in names(page, "button")


def test_a_mandatory_piece_says_so_in_its_name_and_in_that_of_its_button(page: Page, portal: Portal) -> None:
    go_to_step(page, portal, "inscription-listes-electorales", "demande")
    asked = page.locator(".uploader:has(.req)").first

    expect(asked).to_have_accessible_name(re.compile(r"\(obligatoire\)$"))
    add = asked.get_by_role("button", name=re.compile("^Ajouter un fichier"))
    expect(add).to_have_accessible_name(re.compile(r"\(obligatoire\)$"))


def test_the_tabs_of_a_request_have_names_and_say_which_is_open(page: Page, agent: Person, a_visitor: Person) -> None:
    number = open_exchanges(page, a_visitor)
    agent.do("POST", f"/agent/requests/{number}/charge", {"version": agent.request(number)["version"]})
    agent.do("POST", f"/requests/{number}/exchanges", {"text": "De quel côté de la rue ?"})
    shown(page, f"/demande/{number}", "échange non lu")
    tabs = page.get_by_role("navigation", name="Suivi de la demande")

    assert "Suivi de la demande" in names(page, "navigation")
    spoken = [re.sub(r"\s+", " ", one) for one in tabs.get_by_role("link").all_inner_texts()]
    assert len(set(spoken)) == len(spoken)
    assert set(spoken) <= set(names(page, "link"))
    expect(tabs.locator("[aria-current=page]")).to_have_accessible_name("Historique")
    expect(tabs.get_by_role("link", name=re.compile("^Échanges"))).to_have_accessible_name("Échanges 1 échange non lu")

    Keyboard(page).press(tabs.get_by_role("link", name=re.compile("^Échanges")))
    expect(tabs.locator("[aria-current=page]")).to_have_accessible_name(re.compile("^Échanges"))


def test_the_keyboard_alone_plays_the_sound_of_the_security_code(page: Page) -> None:
    page.goto("/creer-mon-espace")
    sound = page.locator("audio")
    expect(page.get_by_label("Écouter le code de sécurité")).to_be_visible()
    for _ in range(MOST_STOPS):  # the browser's own player: its first button starts it, and shows the focus by itself
        page.keyboard.press("Tab")
        if sound.evaluate("one => one === document.activeElement"):
            break

    page.keyboard.press("Space")

    # not `wait_for_function`: these pages allow no text to be evaluated
    eventually(lambda: sound.evaluate("one => one.currentTime"), "the sound of the code")


def test_the_shortcuts_of_one_key_are_turned_off(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    page = sit_down(open_browser(), portal, agent)
    page.goto("/agent/raccourcis")
    Keyboard(page).press(page.get_by_role("button", name="Désactiver les raccourcis"))
    expect(page.get_by_role("status").filter(has_text="désactivés")).to_be_visible()

    page.keyboard.press("r")
    page.wait_for_timeout(300)
    expect(page).to_have_url(re.compile("/agent/raccourcis$"))

    page.get_by_role("button", name="Activer les raccourcis").click()
    page.keyboard.press("r")
    page.wait_for_url("**/agent/rendez-vous")  # and its scripts

    here = page.locator("main a").first
    here.focus()
    page.keyboard.press("?")
    legend = page.get_by_role("dialog", name="Raccourcis clavier")
    expect(legend.get_by_role("table")).to_be_visible()
    page.keyboard.press("l")
    page.keyboard.press("Escape")
    expect(legend).to_be_hidden()
    expect(here).to_be_focused()
    expect(page).to_have_url(re.compile("/agent/rendez-vous$"))


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/plan-du-site",
        "/accessibilite",
        "/demarches?toutes",
        "/demarches/acte-naissance",
        "/actualites",
        "/votre-avis/horaires-mediatheque",
        "/connexion",
        "/creer-mon-espace",
    ],
)
def test_nothing_is_lost_when_the_letters_stand_wider_apart(page: Page, address: str) -> None:
    wider_everywhere(page, address)


@pytest.mark.parametrize("step", ["informations?verifier=1", "demande?verifier=1", "recapitulatif"])
def test_no_step_loses_anything_then(page: Page, portal: Portal, step: str) -> None:
    go_to_step(page, portal, "signalement-voirie", "demande")

    wider_everywhere(page, f"/demarches/signalement-voirie/etape/{step}")


@pytest.mark.parametrize("address", ["/agent/rendez-vous", "/agent/raccourcis"])
def test_no_page_of_an_agent_loses_anything_then(
    open_browser: OpenBrowser, portal: Portal, agent: Person, address: str
) -> None:
    wider_everywhere(sit_down(open_browser(), portal, agent), address)


def test_the_agents_list_loses_nothing_then_where_it_is_a_list_of_cards(
    open_browser: OpenBrowser, portal: Portal, agent: Person
) -> None:
    # one line a request on a wide screen: what that cuts stands in accessibility.toml, 10.12
    wider_everywhere(sit_down(open_browser(), portal, agent), "/agent/demandes", WIDTHS[:1])


def wider_everywhere(page: Page, address: str, widths: tuple[int, ...] = WIDTHS) -> None:
    page.goto(address)
    page.evaluate(WIDER)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT) == [], f"{width} px"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{width} px: wider than the screen"
