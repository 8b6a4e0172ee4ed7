"""An agent and a citizen of the demo town, who were brought in without a password: each chooses one by a mailed link."""

from collections.abc import Callable
from typing import Any

from deploy.operator.logins import add_logins
from tests.e2e.journeys.mails import link_to
from tests.support.people import eventually, fresh_code, mails_to, visitor
from tests.swarm.stacked import Stack

AGENT, AGENTS_ADDRESS = "agent.accueil", "agent.accueil@saint-aubin-sur-orne.example"
CITIZEN, CITIZENS_ADDRESS = "camille.exemple", "camille.exemple@courriel.example"
PASSWORD = "sept lanternes au bord du canal"


def come_in(portal: Stack) -> None:
    """From then on `portal.login` knows them; the second time there is nothing to do."""
    logins = portal.home / "logins.txt"
    if not logins.exists():
        add_logins(logins, [_invited(portal), _recovered(portal)])


def _invited(portal: Stack) -> dict[str, Any]:
    person = visitor(portal)
    token = _mailed(
        portal, AGENTS_ADDRESS, "agent/invitation", lambda: portal.must(f"deploy/swarm/parvis agent invite {AGENT}")
    )
    secret = person.do("POST", "/agent/invitation", {"token": token})["totp_secret"]
    typed = {"token": token, "password": PASSWORD, "code": fresh_code({"totp_secret": secret})}
    person.do("POST", "/agent/invitation/acceptance", typed)
    return {"username": AGENT, "password": PASSWORD, "totp_secret": secret, "role": "agent"}


def _recovered(portal: Stack) -> dict[str, Any]:
    person = visitor(portal)
    token = _mailed(
        portal,
        CITIZENS_ADDRESS,
        "nouveau-mot-de-passe",
        lambda: person.do("POST", "/accounts/password-resets", {"identifier": CITIZEN}),
    )
    person.do("POST", "/accounts/password-resets/completion", {"token": token, "password": PASSWORD})
    return {"username": CITIZEN, "password": PASSWORD, "role": "citizen"}


def _mailed(portal: Stack, address: str, page: str, ask: Callable[[], object]) -> str:
    """The secret of the link to that page, in the mail that comes once it is asked for."""
    before = {mail["id"] for mail in mails_to(portal, address)}
    ask()
    mail = eventually(
        lambda: next(
            (one for one in mails_to(portal, address) if one["id"] not in before and page in one["text"]), None
        ),
        f"a link to {page}",
    )
    return link_to(mail, page).rpartition("/")[2]
