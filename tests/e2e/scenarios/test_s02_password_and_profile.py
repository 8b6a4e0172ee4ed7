"""S02: a password is forgotten and replaced, the profile changed, and the session closed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.forms import fill
from tests.e2e.journeys.mails import link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, send_log_in
from tests.e2e.journeys.spaces import PASSWORD, new_space
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS
from tests.support.people import eventually

pytestmark = pytest.mark.e2e

REPORT = "signalement-voirie"
FEATURED = "Prendre rendez-vous pour une carte d’identité ou un passeport"
AT_THE_HEAD = "Rentrée 2027 : les inscriptions à l’école se font dans votre espace"
ANOTHER = "trois canards au bord du lac"


def refused(page: Page, username: str, password: str) -> str:
    """The sentence that a failed log-in shows."""
    page.goto("/connexion")
    send_log_in(page, username, password)
    expect(page.locator("#erreurs")).to_be_visible()
    page.wait_for_load_state()
    return page.locator("#erreurs").inner_text()


def ask_for_a_link(page: Page, identifier: str) -> str:
    """What the page answers."""
    page.goto("/connexion")
    page.get_by_role("link", name="J’ai oublié mon mot de passe").click()
    page.get_by_label("Nom d’utilisateur ou courriel").fill(identifier)
    page.get_by_role("button", name="Recevoir le lien").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.wait_for_load_state()
    return page.locator("main").inner_text()


def choose(page: Page, password: str) -> None:
    page.get_by_role("textbox", name="Mot de passe").first.fill(password)
    page.get_by_role("textbox", name="Mot de passe, une seconde fois").fill(password)
    page.get_by_role("button", name="Changer mon mot de passe").click()


def test_s02_password_and_profile(open_browser: OpenBrowser, portal: Portal) -> None:
    camille = new_space(portal, given_names="Camille", birth_name="Exemple")
    other = new_space(portal)
    filed = camille.holder.file(REPORT, email=camille.mails.address)["number"]
    here, elsewhere = (open_browser() for _ in range(2))
    page = here.new_page()
    main = page.locator("main")

    with step("S02", 1, sees="3a51139f30c0"):
        refusal = refused(page, camille.username, "un mauvais mot de passe")
        assert refused(page, "personne.de-ce-nom", "un mauvais mot de passe") == refusal
        assert "Nom d’utilisateur ou mot de passe incorrect" in refusal

    with step("S02", 2, sees="0f49a7c7d5a9"):
        assert ask_for_a_link(page, new_address()) == ask_for_a_link(page, camille.mails.address)

    with step("S02", 3, sees="83cd30183afe"):
        link = link_to(camille.mails.next("Choisissez un nouveau mot de passe"), "nouveau-mot-de-passe")
        page.goto(link)
        choose(page, "motdepasse2026")
        page.locator("#erreurs").get_by_role("link", name=re.compile("trop facile à deviner")).click()
        expect(page.get_by_role("textbox", name="Mot de passe").first).to_be_focused()
        choose(page, ANOTHER)
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre mot de passe est changé")
        eventually(lambda: camille.holder.ask("GET", "/profile").status_code == 401, "the end of the other session")
        changed = camille.mails.next("Votre mot de passe a été modifié")
        for mail in camille.mails.all():
            assert PASSWORD not in mail["text"] + mail["html"]
            assert ANOTHER not in mail["text"] + mail["html"]
        assert changed
        stranger = elsewhere.new_page()
        stranger.goto(link)
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Ce lien ne sert plus")

    with step("S02", 4, sees="b47ea416e0ff"):
        camille.log_in(page, ANOTHER)
        for name in ("Mon tableau de bord", "Mon espace", "Démarches", "Autres espaces"):
            expect(page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()
        expect(main.get_by_role("link", name="Toutes les démarches")).to_be_visible()
        expect(main.get_by_role("link", name=FEATURED).first).to_be_visible()
        expect(page.get_by_role("region", name=AT_THE_HEAD)).to_contain_text("À la une")
        expect(main.locator("#autres-espaces .tile")).to_have_count(3)

    with step("S02", 5, sees="925ea0612394"):
        page.get_by_role("link", name="Modifier mon profil").click()
        page.get_by_role("link", name="Modifier mon espace").click()
        for section in ("Identité", "Adresse", "Moyens de contact"):
            expect(page.get_by_role("heading", name=section, exact=True)).to_be_visible()
        expect(page.get_by_label("Prénoms")).to_have_value("Camille")
        expect(page.get_by_label("Numéro et voie")).to_have_value(ADDRESS["line1"])
        draft = Filing(page, REPORT)
        fill(page, {"usage_name": "Renommée", "birth_date": "2090-04-12"})
        page.get_by_role("button", name="Enregistrer").click()
        page.locator("#erreurs").get_by_role("link", name=re.compile("dans l’avenir")).click()
        expect(page.get_by_label("Nom d’usage")).to_have_value("Renommée")
        fill(page, {"birth_date": "1990-04-12"})
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("status").first).to_contain_text("Vos modifications sont enregistrées")
        expect(page.get_by_role("banner")).to_contain_text("Camille Renommée")
        page.goto(f"/demande/{filed}?onglet=demandeur")
        expect(main).to_contain_text("Nouveau")
        expect(main).not_to_contain_text("Renommée")
        draft.begin()
        expect(main.locator("#fiche")).to_contain_text("Camille Renommée")
        draft.change_what_is_known()
        expect(main.locator("[name=usage_name]")).to_have_value("Renommée")

    with step("S02", 6, sees="cffb0e20572e"):
        page.goto("/mon-espace")
        page.get_by_role("link", name="Modifier les identifiants de mon espace personnel").click()
        fill(page, {"username": other.username})
        page.get_by_role("textbox", name="Mot de passe actuel").fill("un mauvais mot de passe")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator("#erreurs")).to_contain_text("n’est pas le vôtre")
        page.get_by_role("textbox", name="Mot de passe actuel").fill(ANOTHER)
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator("#erreurs")).to_contain_text("déjà pris")
        expect(main.locator("[name=username]")).to_have_value(other.username)

    with step("S02", "outcome 1", sees="d4dc133cc1bb"):
        page.goto("/mon-espace")
        changes = page.get_by_role("region", name="Dernières modifications")
        expect(changes).to_contain_text("Mot de passe modifié")
        expect(changes).to_contain_text("Profil modifié : identité")
        for value in (PASSWORD, ANOTHER, "Renommée"):
            expect(changes).not_to_contain_text(value)

    with step("S02", 7, sees="48e82f627e1a"):
        page.locator("header summary").click()
        page.get_by_role("button", name="Se déconnecter").click()
        expect(page.get_by_role("status").first).to_contain_text("Votre session est fermée")
        expect(page.locator("body")).not_to_contain_text("Renommée")
        page.go_back()
        expect(page.locator("body")).not_to_contain_text("Renommée")
        page.goto("/mon-accueil")
        expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter à mon espace")
