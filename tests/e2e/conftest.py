"""A browser to use the whole product with, and people who speak its API."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright

from deploy.command.console import Console
from deploy.local import browser as browsers, other_clock
from deploy.local.packages import Packages
from tests.components.catalogue import served
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.looks import Watched
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import OpenBrowser, new_browser
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS, today
from tests.support.people import Person, eventually, log_in, photograph, visitor

ROOT = Path(__file__).parent.parent.parent
PATIENCE_MS = 20_000  # a page that is slow on a busy machine is not wrong


def launch(kind: BrowserType, fonts: browsers.Fonts) -> Browser:
    """A headless Chromium, the machine's or the one that `./parvis test` unpacked, which sees these fonts alone.

    It keeps the machine's clock, for libfaketime makes it a hundred times slower: `our_clock` moves that of its pages.
    """
    found = browsers.find_browser(Packages(ROOT / ".parvis" / "packages"), Console(), fonts)
    return kind.launch(
        executable_path=found.program,
        args=found.arguments,
        env={**other_clock.machines(), **found.environment},
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of all but the tests of other fonts."""
    expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as patch:
        if "LD_PRELOAD" not in other_clock.machines():  # what drives the browser need not be slowed either
            patch.delenv("LD_PRELOAD", raising=False)
        playwright = sync_playwright().start()
    launched = launch(playwright.chromium, browsers.USUAL)
    yield launched
    launched.close()
    playwright.stop()


@pytest.fixture(scope="session", autouse=True)
def _pictures(pytestconfig: pytest.Config) -> None:
    """Whether what is looked at is kept as pictures: only when asked, since drawing them takes a quarter of the work of a look."""
    Watched.pictures = pytestconfig.getoption("--pictures")


@pytest.fixture
def open_browser(browser: Browser, portal: Portal) -> Iterator[OpenBrowser]:
    """Opens browsers of people, each without a past; they close with the test."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(new_browser(browser, portal, **options))


@pytest.fixture
def context(open_browser: OpenBrowser) -> BrowserContext:
    """A person's browser at their desk, with no past."""
    return open_browser()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def a_visitor(portal: Portal) -> Person:
    """Somebody without an account, speaking the API."""
    return visitor(portal)


@pytest.fixture(scope="session")
def people_logged_in() -> dict[str, Person]:
    """By role, who has logged in to the API in this worker."""
    return {}


def still_logged_in(known: dict[str, Person], portal: Portal, role: str, username: str | None = None) -> Person:
    """The same person for all files; in a new session where the last one has ended, unused for longer than the town allows."""
    if role not in known or not known[role].ask("GET", "/sessions/current").ok:
        known[role] = log_in(portal, role, username)
    return known[role]


@pytest.fixture(scope="module")
def camille(portal: Portal, people_logged_in: dict[str, Person]) -> Person:
    """Camille Exemple, logged in to the API."""
    return still_logged_in(people_logged_in, portal, "citizen", "camille.exemple")


@pytest.fixture(scope="module")
def agent(portal: Portal, people_logged_in: dict[str, Person]) -> Person:
    """The agent of the front desk, logged in to the API; sees every department but the police."""
    return still_logged_in(people_logged_in, portal, "agent")


@pytest.fixture(scope="module")
def components() -> Iterator[str]:
    """Where the catalogue of components is served."""
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def a_visitors_page(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A visitor with two requests filed and two more begun."""
    context = new_browser(browser, portal)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def numbers(a_visitors_page: Page, agent: Person) -> dict[str, str]:
    """A report that an agent has taken in charge and written about and added a piece to, an appointment, a report filed at the counter by a
    person without e-mail address; and two drafts left open."""
    page = a_visitors_page
    appointment = Filing(page, "rdv-cni-passeport").file(new_address())
    filing = Filing(page, "signalement-voirie")
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": new_address()})
    filing.answer({"type_probleme": "chaussee", "lieu": ADDRESS, "description": "Un pavé manque devant le numéro 7."})
    filing.attach("photo", "pave.jpg", photograph())
    filing.onward()
    number = filing.validate()
    agent.do("POST", f"/agent/requests/{number}/charge", {"version": agent.request(number)["version"]})
    agent.do("POST", f"/requests/{number}/exchanges", {"text": "Pouvez-vous préciser de quel côté de la rue ?"})
    sent = {"data": {"piece": "autre", "label": "Décision signée"}, "files": {"file": ("decision.jpg", photograph())}}
    towns = agent.ask("POST", f"/requests/{number}/files", **sent).json()
    agent.ask("POST", f"/requests/{number}/documents/{towns['document_id']}/files", files=sent["files"])
    handed = next(one for one in agent.get(f"/requests/{number}/documents")["documents"] if one["piece"] == "photo")
    Filing(page, "signalement-voirie").begin()
    Filing(page, "rdv-conseil-urbanisme").reach_summary(new_address())
    body = agent.prepared("signalement-voirie")
    del body["applicant"]["email"]
    at_counter = agent.do("POST", "/requests", body | {"applicant": {**body["applicant"], "address": ADDRESS}})[
        "number"
    ]
    eventually(lambda: agent.ask("GET", f"/agent/requests/{at_counter}/receipt").ok, "a receipt on paper")
    agent.get("/agent/requests")  # a look at a list, beside those at the file
    return {
        "number": number,
        "appointment": appointment,
        "counter": at_counter,
        "piece": handed["id"],
        "file": handed["files"][0]["id"],
        "towns": towns["document_id"],
        "towns_file": towns["file_id"],
        "today": today().isoformat(),
        "colleague": agent.get("/agent/colleagues")["agents"][0]["id"],
    }


@pytest.fixture(scope="module")
def citizens_numbers(portal: Portal, camille: Person) -> dict[str, str]:
    """A request of Camille's with an appointment that may be cancelled alone, one that was filed without an account, and a piece
    of Camille's storage space."""
    body = camille.prepared("concession-cimetiere")
    body["slot"] = camille.first_free("population-famille")["start"]
    filed = visitor(portal).file("signalement-voirie")
    mine = camille.do("POST", "/requests", body)["number"]
    member = camille.get("/profile/family")["members"][0]["id"]
    stored = camille.get("/storage")["documents"][0]["id"]
    held = {"mine": mine, "visitors": filed["number"], "token": filed["tracking_token"]}
    return {**held, "member": member, "stored": stored}
