"""The « version simplifiée » in a browser: a report is filed in it without scripts, its pages are right at both widths."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.looks import Watched
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import OpenBrowser

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
PAGES = ("/", "/creer-mon-espace", "/demarches/rdv-conseil-urbanisme", "/demarches/signalement-voirie", "/connexion")
SMALLEST_LETTERS, SMALLEST_TARGET = 20, 52


def chosen(page: Page) -> Page:
    """The link at the foot of the first page was followed."""
    page.set_viewport_size(PHONE)
    page.goto("/")
    page.locator("#pied").get_by_role("link", name="Version simplifiée").click()
    expect(page).to_have_url("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Que voulez-vous faire ?")
    return page


def test_a_report_is_filed_in_it_without_scripts(open_browser: OpenBrowser) -> None:
    page = chosen(open_browser(scripts=False).new_page())
    page.get_by_role("link", name="Signaler un problème sur la voie publique").click()

    number = Filing(page, "signalement-voirie", scripts=False).file(new_address())

    assert NUMBER.fullmatch(number)
    expect(page.get_by_text("Version simplifiée.")).to_be_visible()
    page.locator("#pied").get_by_role("link", name="Revenir à la version habituelle").click()
    expect(page.get_by_text("Version simplifiée.")).to_have_count(0)
    expect(page.locator(".number")).to_have_text(number)


@pytest.mark.parametrize("scripts", [False, True])
def test_the_sign_up_shows_a_part_at_a_time(open_browser: OpenBrowser, *, scripts: bool) -> None:
    page = chosen(open_browser(scripts=scripts).new_page())
    page.goto("/creer-mon-espace")
    parts, name = page.locator("main form .part:visible"), page.get_by_label("Nom de naissance")
    name.fill("Exemple")
    for title in ("Adresse", "Moyens de contact", "Authentification", "Contrôle de sécurité"):
        if scripts and title == "Adresse":
            name.press("Enter")
        else:
            parts.get_by_role("link", name="Continuer").click()
        expect(parts).to_have_count(1)
        expect(parts.get_by_role("heading", level=2)).to_have_text(title)

    page.get_by_role("button", name="Créer mon espace").click()

    expect(page.locator(".error-summary")).to_be_visible()
    expect(parts.get_by_role("heading", level=2).first).to_have_text("Identité")
    expect(name).to_have_value("Exemple")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_it_is_right_at_both_widths(open_browser: OpenBrowser, address: str) -> None:
    watched = Watched(chosen(open_browser().new_page()))
    watched.open(address, PHONE["width"])

    watched.is_right_at_both_widths(f"simple-{address.strip('/').replace('/', '-') or 'accueil'}")
    watched.resize(320)
    assert watched.overflow() == []


def test_letters_and_targets_are_large(open_browser: OpenBrowser) -> None:
    page = chosen(open_browser().new_page())
    Filing(page, "signalement-voirie").begin()

    size = page.locator("main p").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    tall = page.locator("main .btn:visible").evaluate_all("all => all.map(one => one.offsetHeight)")

    assert size >= SMALLEST_LETTERS
    assert min(tall) >= SMALLEST_TARGET
