"""Coming in through the pages, as citizens and as agents do."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.local import other_clock
from tests.servers.portal import Portal
from tests.support.people import Person, fresh_code, visitor

OpenBrowser = Callable[..., BrowserContext]
"""What `new_browser` opens, with its options; closed with the test."""

MOVED_DATE = """(ahead => {
    const Machines = Date;
    Date = class extends Machines {
        constructor(...given) { super(...(given.length ? given : [Machines.now() + ahead])); }
        static now() { return Machines.now() + ahead; }
    };
})(%d)"""


def new_browser(browser: Browser, portal: Portal, *, scripts: bool = True, width: int = 1280) -> BrowserContext:
    """Another person's browser, or the same person's elsewhere: no cookie, no past."""
    context = browser.new_context(
        base_url=portal.url,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        java_script_enabled=scripts,
        viewport={"width": width, "height": 900},
        ignore_https_errors=True,  # a deployment's first certificate is its own
    )
    our_clock(context)
    return context


def our_clock(context: BrowserContext) -> None:
    """Under `--at`, the pages' scripts read the same moved clock as the tests and the services."""
    if other_clock.ahead_now():
        context.add_init_script(MOVED_DATE % (1000 * other_clock.ahead_now()))


def log_in(page: Page, portal: Portal, username: str) -> None:
    """« Se connecter », up to Mon accueil."""
    page.goto("/connexion")
    fill_log_in(page, portal, username)
    welcome = page.get_by_role("heading", level=1, name="Bonjour")
    again = page.get_by_role("button", name="Réessayer")
    expect(welcome.or_(again)).to_be_visible()
    if again.count():  # a busy portal keeps what was typed, and says to try again
        page.goto("/connexion")
        log_in(page, portal, username)
    expect(welcome).to_be_visible()


def send_log_in(page: Page, username: str, password: str, button: str = "Connexion") -> None:
    """The form of a log-in page that is there, sent."""
    page.get_by_label("Nom d’utilisateur").fill(username)
    page.get_by_role("textbox", name="Mot de passe").fill(password)
    page.get_by_role("button", name=button).click()


def fill_log_in(page: Page, portal: Portal, username: str) -> None:
    """The same, by a citizen of the demo town."""
    login = portal.login("citizen", username)
    send_log_in(page, login["username"], login["password"])


def log_in_as_agent(page: Page, portal: Portal) -> None:
    """The agents' log-in, up to the work list: password, then the code that the telephone shows."""
    login = portal.login("agent")
    page.goto("/agent/connexion")
    send_log_in(page, login["username"], login["password"], "Continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Code à usage unique")

    code = page.get_by_label("Code à six chiffres")
    code.fill(fresh_code(login))
    page.get_by_role("button", name="Connexion").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes")


def go_to_step(page: Page, portal: Portal, slug: str, step: str, applicant: dict[str, Any] | None = None) -> None:
    """Opens a step of a visitor's draft that was begun by program; `applicant` says what is filled in already."""
    person = visitor(portal)
    draft = person.do("POST", "/drafts", {"procedure": slug, "anew": True})["id"]
    if applicant:
        person.do("PUT", f"/drafts/{draft}/steps/applicant", {"data": applicant})
    cookies = person.session.cookies.get_dict()
    page.context.add_cookies([{"name": name, "value": value, "url": portal.url} for name, value in cookies.items()])
    page.goto(f"/demarches/{slug}/etape/{step}")


def open_exchanges(page: Page, person: Person) -> str:
    """Files a report and opens its messages by its tracking link; gives the number."""
    filed = person.file("signalement-voirie")
    page.goto(f"/suivi/{filed['tracking_token']}")
    page.goto(f"/demande/{filed['number']}?onglet=echanges")
    return filed["number"]


def sit_down(context: BrowserContext, portal: Portal, person: Person) -> Page:
    """A page of somebody who has logged in already, elsewhere."""
    session = person.session.headers["Authorization"].removeprefix("Bearer ")
    context.add_cookies([{"name": "parvis", "value": session, "url": portal.url}])
    return context.new_page()
