"""The end of a session is announced before it and at it, in every tab; what was typed stays and goes on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.journeys.looks import Watched
from tests.e2e.journeys.people import fill_log_in, log_in as log_in_here, open_exchanges, sit_down
from tests.servers.portal import Portal
from tests.support.people import Person, log_in

pytestmark = pytest.mark.e2e

MINUTE = 60_000
WORDS = "Bonjour, je voudrais savoir"
WARNED = "Votre session va prendre fin"
OVER = "Votre session a pris fin."
BACK = "Votre session est de nouveau ouverte."
STEP = "/demarches/permis-vegetaliser/etape/demande"


def warned(page: Page) -> None:
    expect(page.get_by_role("dialog", name=WARNED)).to_be_visible()


def not_warned(page: Page) -> None:
    expect(page.get_by_role("dialog")).to_have_count(0)


def someone(portal: Portal) -> Person:
    return log_in(portal, "citizen", "camille.exemple")


@pytest.fixture
def tabs(context: BrowserContext, portal: Portal) -> tuple[Page, Page]:
    """Two tabs of one citizen, whose clocks the test moves."""
    context.clock.install()
    first = sit_down(context, portal, someone(portal))
    second = context.new_page()
    first.goto("/recherche?q=acte")
    second.goto("/mon-accueil")
    return first, second


def test_the_warning_comes_at_the_idle_limit_and_one_answer_serves_every_tab(
    tabs: tuple[Page, Page], context: BrowserContext
) -> None:
    first, second = tabs
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    field = first.locator("main input[type=search]").first
    field.fill(WORDS)

    context.clock.fast_forward(19 * MINUTE)
    not_warned(first)
    context.clock.fast_forward(MINUTE)
    warned(first)
    warned(second)
    assert asked == [], "a page that stays open does not prolong the session"

    stay = first.get_by_role("button", name="Rester connecté")
    expect(stay).to_be_focused()
    stay.press("Enter")
    not_warned(first)
    not_warned(second)
    assert [url.rpartition("/api/")[2] for url in asked] == ["v1/sessions/current"]
    expect(field).to_have_value(WORDS)
    expect(field).to_be_focused()

    context.clock.fast_forward(19 * MINUTE)
    not_warned(first)
    context.clock.fast_forward(MINUTE)
    warned(second)
    second.keyboard.press("Escape")  # an answer too: no key logs out
    not_warned(second)
    not_warned(first)


def test_the_warning_and_the_end_are_silent_to_axe_and_read_out(
    tabs: tuple[Page, Page], context: BrowserContext
) -> None:
    page = context.new_page()
    watched = Watched(page)
    page.goto("/mon-accueil")
    context.clock.fast_forward(20 * MINUTE)
    warned(page)
    watched.is_right_at_both_widths("session-avertissement")
    dialog = page.get_by_role("dialog", name=WARNED)
    expect(dialog).to_have_accessible_description(
        "Vous n’avez rien fait sur le portail depuis un moment. Sans réponse de votre part, votre session prendra fin à "
        + dialog.locator("[data-session-hour]").inner_text()
        + ". Rien de ce qui est sur cette page ne sera effacé."
    )
    page.keyboard.press("Tab")
    outside = "document.activeElement !== document.body && document.activeElement.closest('dialog') === null"
    assert not page.evaluate(outside), "nothing behind the dialog is reached"

    context.clock.fast_forward(2 * MINUTE)
    expect(page.get_by_role("alert").filter(has_text=OVER)).to_be_visible()
    watched.is_right_at_both_widths("session-finie")


def test_without_an_answer_the_session_ends_and_another_tab_logs_in_again(
    tabs: tuple[Page, Page], context: BrowserContext, portal: Portal
) -> None:
    first, second = tabs
    context.clock.fast_forward(22 * MINUTE)
    for page in tabs:
        not_warned(page)
        expect(page.get_by_role("alert").filter(has_text=OVER)).to_be_visible()

    context.clear_cookies(name="parvis")
    log_in_here(second, portal, "camille.exemple")
    expect(first.get_by_role("alert").filter(has_text=BACK)).to_be_visible()
    first.get_by_role("button", name="Fermer ce message").click()
    expect(first.get_by_role("alert").filter(has_text=BACK)).to_have_count(0)


def test_a_session_at_its_longest_warns_once(tabs: tuple[Page, Page], context: BrowserContext) -> None:
    page = context.new_page()

    def near_its_last_moment(route: Route) -> None:
        answer = route.fetch()
        body = re.sub(
            r'(data-session-left=)("\d+") data-session-most="\d+"', r"\1\2 data-session-most=\2", answer.text()
        )
        route.fulfill(response=answer, body=body)

    page.route("**/mon-accueil", near_its_last_moment)
    page.goto("/mon-accueil")
    context.clock.fast_forward(20 * MINUTE)
    expect(page.get_by_role("dialog")).to_contain_text("une session ne dure pas plus longtemps")
    page.get_by_role("button", name="J’ai compris").press("Enter")
    not_warned(page)
    context.clock.fast_forward(MINUTE)
    not_warned(page)
    context.clock.fast_forward(MINUTE)
    expect(page.get_by_role("alert").filter(has_text=OVER)).to_be_visible()


def test_a_log_out_in_one_tab_is_shown_in_the_other(tabs: tuple[Page, Page]) -> None:
    first, second = tabs
    second.locator("details.drop summary").click()
    second.get_by_role("button", name="Se déconnecter").click()
    expect(first.get_by_role("alert").filter(has_text=OVER)).to_be_visible()


# --- typed while the session ends


@pytest.fixture
def ended(context: BrowserContext, portal: Portal) -> tuple[Page, Callable[[], None]]:
    """A step that somebody fills in, and what ends the session: its end from the list, on another device."""
    lost, holder = someone(portal), someone(portal)
    page = sit_down(context, portal, lost)
    lost.do("POST", "/drafts", {"procedure": "permis-vegetaliser", "anew": True})
    page.goto(STEP)

    def end() -> None:
        holder.do("DELETE", f"/sessions/{current(lost)}")

    return page, end


def current(person: Person) -> str:
    """The id of the session with which that person speaks."""
    return next(one["id"] for one in person.get("/sessions")["sessions"] if one["current"])


def text_field(page: Page) -> str:
    return (
        page.locator("main form#formulaire :is(textarea, input[type=text]):visible").first.get_attribute("name") or ""
    )


def test_a_refused_save_is_shown_and_goes_on_after_a_log_in_in_another_tab(
    ended: tuple[Page, Callable[[], None]], context: BrowserContext, portal: Portal
) -> None:
    page, end = ended
    field = page.locator(f'main [name="{text_field(page)}"]')
    end()
    field.fill(WORDS)
    expect(page.get_by_role("alert").filter(has_text=OVER)).to_be_visible()
    expect(field).to_have_value(WORDS)

    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 303):
        log_in_here(context.new_page(), portal, "camille.exemple")
    expect(page.get_by_role("alert").filter(has_text=BACK)).to_be_visible()
    other = context.new_page()
    other.goto(STEP)
    expect(other.locator(f'main [name="{text_field(page)}"]')).to_have_value(WORDS)


def test_leaving_by_a_link_keeps_input_of_an_ended_session(
    ended: tuple[Page, Callable[[], None]], portal: Portal
) -> None:
    page, end = ended
    name = text_field(page)
    end()
    page.locator(f'main [name="{name}"]').fill(WORDS)
    page.get_by_role("link", name="Étape précédente").click()  # before anything was saved

    expect(page.locator("main")).to_contain_text("Votre session a pris fin")
    fill_log_in(page, portal, "camille.exemple")
    expect(page.locator(f'main [name="{name}"]')).to_have_value(WORDS)


# --- a message begun


def test_leaving_by_a_link_keeps_a_message_begun_until_it_is_sent(page: Page, a_visitor: Person) -> None:
    number = open_exchanges(page, a_visitor)
    page.locator("#message").fill(WORDS)
    page.get_by_role("link", name="Historique").first.click()
    page.wait_for_url("**onglet=historique")

    page.get_by_role("link", name="Échanges").first.click()
    expect(page.locator("#message")).to_have_value(WORDS)
    expect(page.locator("main")).to_contain_text("Il n’est pas encore envoyé.")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.locator(".thread")).to_contain_text(WORDS)
    expect(page.locator("#message")).to_have_value("")
    assert a_visitor.get(f"/requests/{number}/exchanges")["begun"] == ""
