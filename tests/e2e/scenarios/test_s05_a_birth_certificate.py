"""S05: a birth certificate is asked for without a space, then put into one."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import link_to
from tests.e2e.journeys.people import OpenBrowser, send_log_in, sit_down
from tests.e2e.journeys.spaces import PASSWORD, new_space
from tests.e2e.scenarios.case import Case
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import valid_applicant
from tests.support.people import Person, photograph

pytestmark = pytest.mark.e2e

SLUG = "acte-naissance"
ATTACH = "Rattacher cette demande à mon espace personnel"
CERTIFICATE = {
    "type_acte": "copie_integrale",
    "nombre": 1,
    "nom_naissance": "Exemple",
    "prenoms": "Camille",
    "date_naissance": "1987-04-12",
    "remise": "courrier",
}


def test_s05_a_birth_certificate(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    camille, alix = (new_space(portal, given_names=name) for name in ("Camille", "Alix"))
    hers, his, office = (open_browser() for _ in range(3))
    page = hers.new_page()
    main, filing = page.locator("main"), Filing(page, SLUG)

    with step("S05", 1, sees="22e61128e00c"):
        page.goto(f"/demarches/{SLUG}")
        filing.answer({"commune_evenement": "autre_commune"})
        expect(page.get_by_role("heading", name="Cette démarche s’arrête ici")).to_be_visible()
        expect(main).to_contain_text("Adressez votre demande à la mairie du lieu de naissance")
        expect(main.get_by_role("link", name=re.compile("Trouver cette mairie"))).to_be_visible()
        expect(page.get_by_role("button", name="Commencer la démarche")).to_have_count(0)

    with step("S05", 2, sees="b0a5d2aa4739"):
        filing.answer({"commune_evenement": "ici"})
        page.get_by_role("button", name="Commencer la démarche").click()
        filing.introduce(valid_applicant(filing.definition, camille.mails.address))
        expect(page.get_by_text("Lieu de la naissance : Saint-Aubin-sur-Orne")).to_be_visible()
        parent = page.get_by_label("Nom de naissance et prénoms du premier parent")
        expect(parent).to_be_hidden()
        filing.answer(CERTIFICATE)
        filing.attach("piece-identite", "recto.jpg", photograph("recto"))
        filing.attach("piece-identite", "verso.jpg", photograph("verso"))
        filing.onward()
        missing = page.get_by_role("alert").get_by_role("link")
        expect(missing).to_have_count(2)
        expect(missing.nth(0)).to_contain_text("Vous êtes")
        expect(missing.nth(1)).to_contain_text("premier parent")
        expect(page.locator("#piece-piece-identite [data-file]")).to_have_count(2)
        filing.answer({"qualite": "interesse", "parent1": "Exemple Dominique"})
        filing.onward()

    with step("S05", 3, sees="b9b493753954"):
        number = filing.validate()
        mail = camille.mails.next("Accusé de réception")
        page.get_by_role("link", name="Suivre ma demande").click()
        expect(main.get_by_role("link", name=ATTACH)).to_be_visible()
        received = main.get_by_text(re.compile("Reçue le")).first.inner_text()

    with step("S05", 4, sees="aa338dff179a"):
        main.get_by_role("link", name=ATTACH).click()
        send_log_in(page, camille.username, PASSWORD)
        page.get_by_role("button", name=ATTACH).click()
        expect(page.get_by_role("status").first).to_contain_text("La demande est dans votre espace")
        expect(main.locator(".timeline")).to_contain_text("rattachée")
        expect(page.get_by_role("link", name=ATTACH)).to_have_count(0)
        attached = main.inner_text()
        page.goto("/mon-accueil")
        expect(page.locator("#dernieres")).to_contain_text(number)

    with step("S05", 5, sees="257497b76004"):
        theirs = his.new_page()
        alix.log_in(theirs)
        theirs.goto(link_to(mail, "suivi"))
        refused = "Cette demande est rattachée à un espace personnel"
        expect(theirs.locator("main")).to_contain_text(refused)
        theirs.goto(f"/demande/{number}/rattacher")
        expect(theirs.locator("main")).to_contain_text(refused)
        expect(theirs.locator("body")).not_to_contain_text("Camille")
        stranger = office.new_page()
        stranger.goto(link_to(mail, "suivi"))
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Se connecter à mon espace")
        expect(stranger.locator("main")).to_contain_text("Cette demande est dans un espace personnel")

    with step("S05", "outcome 1", sees="e5935ff54a18"):
        assert number in attached
        assert received in attached
        assert number in [one["number"] for one in camille.holder.get("/requests")["items"]]
        assert alix.holder.get("/requests")["items"] == []

    with step("S05", 6, sees="a75d5b93232c"):
        case = Case(sit_down(office, portal, agent), number)
        case.take_charge()
        case.reply("Acte expédié")
        case.shown_to(page, "Terminée")
        case.shown_to(page, "effacé")
        expect(main.locator(".timeline .event", has_text="effacé")).to_contain_text("Pièce d’identité du demandeur")
        case.open_for(page, "pieces")
        expect(main.locator("a[href*='/pieces/']")).to_have_count(0)
