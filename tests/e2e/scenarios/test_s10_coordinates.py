"""S10: somebody changes their own coordinates and those of a member of the family."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from services.townhall.french_dates import short_day
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.spaces import new_space
from tests.e2e.scenarios.case import Case, shown
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS, in_days, today
from tests.support.people import Person, eventually

pytestmark = pytest.mark.e2e

MOVE, PHONES, MAILS = "changement-adresse-postale", "changement-telephones", "changement-courriels"
FAMILY = (("Sacha", "child"), ("Lou", "child"), ("Dominique", "spouse"))
COMING = "L’adresse de tout le foyer change le"
NEW_HOME = ADDRESS | {"line1": "18 quai de l’Orne"}


def test_s10_coordinates(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    camille, claude = (new_space(portal, given_names=name, birth_name="Exemple") for name in ("Camille", "Claude"))
    for name, relation in FAMILY:
        member = {"given_names": name, "relation": relation, "birth_name": "Exemple", "birth_date": "2018-01-22"}
        authority = {"parental_authority": "joint"} if relation == "child" else {}
        camille.holder.do("POST", "/profile/family", member | authority)
    andree = {"given_names": "Andrée", "relation": "parent", "birth_name": "Témoin", "birth_date": "1928-03-14"}
    claude.holder.do("POST", "/profile/family", andree)
    before = camille.holder.file("signalement-voirie", email=camille.mails.address)["number"]
    hers, his, office = (open_browser() for _ in range(3))
    page, desk = sit_down(hers, portal, camille.holder), sit_down(office, portal, agent)
    main = page.locator("main")

    with step("S10", 1, sees="2e4a23c2dabb"):
        page.goto("/mon-accueil")
        page.locator(".tile", has_text="Coordonnées").get_by_role("link").first.click()
        choices = page.locator("#coordonnees .plain-list").get_by_role("link")
        expect(choices).to_have_text(
            ["Changement d’adresses postales", "Changement de téléphones", "Changement de courriels"]
        )

    with step("S10", 2, sees="f14bfa240271"):
        choices.first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Changement d’adresses postales")
        expect(main).to_contain_text("Durée maximum : 5 min")
        expect(main.get_by_role("link", name="Aide à la saisie (nouvel onglet)")).to_be_visible()

    with step("S10", 3, sees="290226dcaab4"):
        filing = Filing(page, MOVE)
        filing.begin()
        filing.confirm()
        filing.answer({"nouvelle_adresse": NEW_HOME, "date_effet": in_days(10), "tout_le_foyer": True})
        filing.onward()
        number = filing.validate()
        shown(page, "/mon-accueil", COMING)
        known = page.get_by_role("region", name="Mon espace")
        expect(known).to_contain_text(f"{COMING} {short_day(today() + timedelta(days=10))}, si la mairie l’accepte")
        expect(known).to_contain_text(ADDRESS["line1"])

    with step("S10", 4, sees="ac945d96e82b"):
        case = Case(desk, number)
        case.take_charge()
        case.reply("Changement d’adresse accepté")
        shown(page, "/mon-accueil", COMING)
        expect(known).to_contain_text(ADDRESS["line1"])
        page.goto(f"/demande/{before}?onglet=demandeur")
        expect(main).not_to_contain_text(NEW_HOME["line1"])

    with step("S10", 5, sees="0c18d4956d07"):
        new = Mails(portal.mail, new_address())
        filing = Filing(page, MAILS)
        filing.begin()
        filing.confirm()
        filing.answer({"courriel": new.address, "courriel_confirmation": new_address()})
        filing.onward()
        expect(page.locator("#erreurs")).to_contain_text("les deux adresses ne sont pas identiques")
        filing.answer({"courriel_confirmation": new.address})
        filing.onward()
        change = Case(desk, filing.validate())
        change.take_charge()
        change.reply("Changement de courriel accepté")
        link = link_to(new.next("Confirmez votre nouvelle adresse"), "courriel/confirmer")
        camille.mails.next("Un changement de courriel est demandé")
        assert camille.holder.get("/profile")["contact"]["email"] == camille.mails.address
        page.goto(link)
        page.get_by_role("button", name="Confirmer cette adresse").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre nouveau courriel est confirmé")
        assert camille.holder.get("/profile")["contact"]["email"] == new.address

    theirs = sit_down(his, portal, claude.holder)
    keyboard = Keyboard(theirs)
    with step("S10", 6, sees="8523bd3a035c"):
        theirs.goto("/mon-accueil")
        keyboard.press(theirs.locator("#coordonnees").get_by_role("link", name="Andrée Témoin"))
        expect(theirs.get_by_role("heading", level=1)).to_have_text("Andrée Témoin")
        keyboard.press(theirs.get_by_role("link", name="Changement de téléphones"))
        expect(theirs.get_by_role("radio", name="Andrée Témoin")).to_be_checked()
        keyboard.press(theirs.get_by_role("button", name=re.compile("^Commencer la démarche")))
        beneficiary = theirs.locator("main .beneficiary")
        for name in ("Mes informations", "Ma demande"):
            expect(theirs.get_by_role("heading", level=2, name=name)).to_be_visible()
        expect(beneficiary).to_contain_text("Andrée Témoin")
        keyboard.type(theirs.get_by_label("Nouveau téléphone fixe"), "02 61 91 20 32")
        keyboard.press(theirs.get_by_role("button", name=re.compile("^Continuer vers")))
        expect(theirs.get_by_role("heading", level=2, name="Le récapitulatif")).to_be_visible()
        expect(theirs.locator("main")).to_contain_text("Andrée Témoin")
        keyboard.press(theirs.get_by_role("button", name="Valider ma demande"))
        expect(theirs.get_by_role("heading", level=1)).to_have_text("Votre demande est prise en compte")
        phone = Case(desk, theirs.locator(".number").inner_text())
        phone.take_charge()
        phone.reply("Changement de numéros accepté")
        eventually(
            lambda: claude.holder.get("/profile/family")["members"][0]["home_phone"] == "02 61 91 20 32",
            "the new number of the member",
        )
        assert not claude.holder.get("/profile")["contact"].get("home_phone")

    with step("S10", 7, sees="1dd5e9fc79d2"):
        empty = Filing(theirs, PHONES)
        empty.begin(member=1)
        empty.confirm()
        empty.answer(dict.fromkeys(("mobile", "fixe", "travail"), ""))
        empty.onward()
        expect(theirs.locator("#erreurs")).to_contain_text("indiquez au moins un numéro à modifier ou à supprimer")
