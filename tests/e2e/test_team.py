"""An administrator invites an agent, who comes in by the mailed link, loses a telephone and a right; the file comes after."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import FIGURES
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, send_log_in, sit_down
from tests.servers.portal import Portal
from tests.support.people import eventually, log_in

pytestmark = pytest.mark.e2e

PASSWORD = "sept lanternes au bord du canal"
KEPT_SECONDS = 5.0
"""How long a gateway keeps what it knows of a session: one that ends sooner was ended by the fact of it."""


@pytest.fixture
def administrator(open_browser: OpenBrowser, portal: Portal) -> Page:
    return sit_down(open_browser(), portal, log_in(portal, "administrator"))


def take_link(page: Page, mail: dict[str, Any]) -> list[str]:
    """Follows the link of the mail; the recovery codes that are shown."""
    page.goto(link_to(mail, "agent/invitation"))
    secret = page.locator("main code").inner_text().replace(" ", "")
    for field in page.locator("main [type=password]").all():
        field.fill(PASSWORD)
    page.get_by_label("Code à six chiffres").fill(pyotp.TOTP(secret).now())
    page.locator("main form").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre accès est prêt")
    expect(page.locator("main .codes code")).to_have_count(10)
    codes = page.locator("main .codes code").all_inner_texts()
    assert len(set(codes)) == 10
    return codes


def first_step(page: Page, username: str) -> None:
    page.goto("/agent/connexion")
    send_log_in(page, username, PASSWORD, "Continuer")


def come_in_without_telephone(page: Page, username: str, code: str) -> None:
    first_step(page, username)
    page.get_by_text("Je n’ai pas mon téléphone").click()
    page.get_by_label("Code de secours").fill(code)
    page.get_by_role("button", name="Connexion").click()


def is_out(page: Page) -> bool:
    """Whether the session has ended for the gateway as well, which hears of it a moment later."""
    return page.request.get("/agent/mon-compte", max_redirects=0).status != 200


def test_an_agent_is_invited_changed_and_given_a_new_second_factor(
    administrator: Page, page: Page, portal: Portal, record_property: Callable[[str, object], None]
) -> None:
    mails, username = Mails(portal.mail, new_address()), f"anne.{uuid.uuid4().hex[:8]}"

    # Invited by page; a fault is shown at its field, and what was typed stays
    administrator.goto("/agent/mon-compte")
    administrator.locator("main").get_by_role("link", name="Équipe").click()
    administrator.get_by_role("link", name="Inviter un agent").click()
    administrator.get_by_label("Nom d’utilisateur").fill(username)
    administrator.get_by_label("Fonction").fill("Agente d’accueil")
    administrator.get_by_role("checkbox", name="Service Population").check()
    administrator.get_by_role("button", name="Inviter").click()
    administrator.get_by_role("alert").get_by_role("link", name=re.compile("courriel")).click()
    expect(administrator.get_by_label(re.compile("^Courriel"))).to_be_focused()
    administrator.get_by_label(re.compile("^Courriel")).fill(mails.address)
    administrator.get_by_role("button", name="Inviter").click()
    expect(administrator.get_by_role("heading", level=1)).to_have_text(username)
    here = administrator.url.partition("?")[0]

    # The mailed link, the codes, and in with one of them; it opens once
    codes = take_link(page, mails.next("Votre accès à l’espace des agents"))
    come_in_without_telephone(page, username, codes[0].upper())
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes")
    page.goto("/agent/mon-compte/codes-de-secours")
    expect(page.locator("main")).to_contain_text("Il vous en reste 9.")
    assert page.goto("/agent/equipe").status == 403  # type: ignore[union-attr]

    # A right is taken away: the session is over before the gateway would have asked again
    administrator.goto(f"{here}/modification")
    administrator.get_by_role("checkbox", name="Écrire aux personnes").uncheck()
    administrator.get_by_role("button", name="Enregistrer").click()
    changed = time.monotonic()
    expect(administrator.get_by_text("L’agent est modifié")).to_be_visible()
    while not is_out(page):
        assert time.monotonic() - changed < KEPT_SECONDS, "the session is still open"
    record_property(FIGURES, f"the session of who lost a right was over after {time.monotonic() - changed:.2f} s")

    # The telephone is lost: asked first, then the old factor is dead, and the link wants the password
    administrator.get_by_role("link", name="Nouveau second facteur").click()
    administrator.get_by_role("button", name="Envoyer le lien").click()
    expect(administrator.locator("main")).to_contain_text("Second facteur attendu")
    first_step(page, username)
    expect(page.get_by_role("alert")).to_be_visible()
    codes = take_link(page, mails.next("Votre nouveau second facteur"))
    come_in_without_telephone(page, username, codes[9])
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes")

    # Lost again: the command ends factor, codes and sessions alike, and says so of an agent that there is
    unknown = portal.parvis("agent", "second-factor", f"{username}.x")
    assert (unknown.returncode != 0, "Aucun agent ne s’appelle" in unknown.stderr) == (True, True), unknown
    done = portal.parvis("agent", "second-factor", username)
    assert (done.returncode, "ses sessions sont terminées" in done.stdout) == (0, True), done
    eventually(lambda: is_out(page), "the end of the session")
    page.goto("/agent/demandes")
    expect(page.get_by_role("textbox", name="Mot de passe")).to_be_visible()
    first_step(page, username)
    expect(page.get_by_role("alert")).to_be_visible()
    codes = take_link(page, mails.next("Votre nouveau second facteur", beyond=1))
    come_in_without_telephone(page, username, codes[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes")

    # What was done is shown with who did it
    administrator.goto(here)
    table = administrator.get_by_role("table")
    expect(table.get_by_role("row").filter(has_text="droits")).to_contain_text("administration")
    expect(table.get_by_role("row").filter(has_text="Connexion avec un code de secours")).to_have_count(3)

    # Disabled, asked first: no page opens any more
    administrator.get_by_role("link", name="Désactiver").click()
    administrator.get_by_role("button", name="Désactiver").click()
    expect(administrator.locator("main")).to_contain_text("Désactivé")
    eventually(lambda: is_out(page), "the end of the session")
    page.goto("/agent/demandes")
    expect(page.get_by_role("textbox", name="Mot de passe")).to_be_visible()
