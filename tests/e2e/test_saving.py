"""A save without a button that fails is said on the page, tried again, and holds back who leaves: nothing typed is lost."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.e2e.journeys.looks import AXE_SCRIPT, Watched
from tests.e2e.journeys.people import go_to_step, open_exchanges
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e

ROAD = "/demarches/signalement-voirie/etape"
STEP = f"{ROAD}/demande"
WORDS = "Un trou dans la chaussée"
SECOND = 1000


def shown(page: Page, words: str) -> Locator:
    said = page.locator("[data-unsaved] [aria-live]").filter(has_text=words)
    expect(said).to_be_visible()
    return said


def refuse(page: Page, status: int, **headers: str) -> None:
    """From now on every form is refused with that status, until `accept`."""

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, headers=headers, content_type="text/html", body="")
        else:
            route.fallback()

    page.route("**/*", answer)


def accept(page: Page) -> None:
    page.unroute_all()


@pytest.fixture
def step(context: BrowserContext, portal: Portal) -> tuple[Page, Locator]:
    """A step that a visitor fills in, on a page whose clock the test moves; and its text field."""
    context.clock.install()
    page = context.new_page()
    page.add_init_script(script=AXE_SCRIPT)
    go_to_step(page, portal, "signalement-voirie", "demande")
    return page, page.locator("main form#formulaire textarea:visible").first


def found_again(page: Page, field: Locator) -> None:
    page.goto(STEP)
    expect(field).to_have_value(WORDS)


def test_a_refused_save_is_shown_and_a_link_waits_for_it(step: tuple[Page, Locator], context: BrowserContext) -> None:
    page, field = step
    refuse(page, 429, **{"Retry-After": "30"})
    field.fill(WORDS)
    context.clock.fast_forward(2 * SECOND)
    shown(page, "Votre saisie n’est pas encore enregistrée.")
    watched = Watched(page)
    watched.is_right_at_both_widths("saisie-non-enregistree")

    page.get_by_role("link", name="Étape précédente").click()
    shown(page, "La page demandée s’ouvrira dès qu’elle le sera.")
    expect(field).to_have_value(WORDS)
    assert page.url.endswith(STEP)

    accept(page)
    context.clock.fast_forward(29 * SECOND)
    assert page.url.endswith(STEP), "no try before the time that the answer named"
    context.clock.fast_forward(11 * SECOND)
    page.wait_for_url(f"**{ROAD}/informations")
    found_again(page, field)


def test_an_offline_page_sends_nothing_and_goes_on_once_online(
    step: tuple[Page, Locator], context: BrowserContext
) -> None:
    page, field = step
    context.set_offline(True)
    field.fill(WORDS)
    context.clock.fast_forward(2 * SECOND)
    shown(page, "Vous êtes hors connexion.")
    page.get_by_role("button", name="Continuer vers le récapitulatif").click()
    shown(page, "rien n’a été envoyé")
    expect(field).to_have_value(WORDS)

    context.set_offline(False)
    bar = shown(page, "Votre saisie est enregistrée.")
    bar.get_by_role("button", name="Fermer ce message").click()
    expect(bar).to_have_count(0)
    found_again(page, field)


def test_a_message_begun_is_saved_once_the_portal_answers(context: BrowserContext, a_visitor: Person) -> None:
    context.clock.install()
    page = context.new_page()
    open_exchanges(page, a_visitor)
    refuse(page, 503)
    page.locator("#message").fill(WORDS)
    context.clock.fast_forward(2 * SECOND)
    shown(page, "Votre saisie n’est pas encore enregistrée.")

    accept(page)
    context.clock.fast_forward(10 * SECOND)
    shown(page, "Votre saisie est enregistrée.")
    page.reload()
    expect(page.locator("#message")).to_have_value(WORDS)


def test_a_message_begun_outlives_the_link_that_was_revoked(context: BrowserContext, a_visitor: Person) -> None:
    context.clock.install()
    page = context.new_page()
    number = open_exchanges(page, a_visitor)
    a_visitor.do("DELETE", f"/requests/{number}/tracking-links")
    page.locator("#message").fill(WORDS)
    context.clock.fast_forward(2 * SECOND)
    bar = shown(page, "Votre lien de suivi n’est plus valable.")
    expect(bar.get_by_role("link", name="Recevez un nouveau lien")).to_have_attribute("href", "/suivi")
    expect(page.locator("#message")).to_have_value(WORDS)

    page.get_by_role("link", name="Historique").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre lien de suivi n’est plus valable")
    expect(page.locator("main form input[name=message]")).to_have_value(WORDS)
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
