"""S03: somebody without a space reports a broken street light, on a telephone."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from services.townhall.french_dates import long_day
from services.townhall.town_time import TOWN_TIME
from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, fill_log_in, sit_down
from tests.e2e.scenarios.case import Case
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS, in_days
from tests.support.people import Person, photograph

pytestmark = pytest.mark.e2e

TELEPHONE = 390
TITLE = "Signaler un problème sur la voie publique"
LIGHT = {"type_probleme": "eclairage", "lieu": ADDRESS, "description": "Le lampadaire ne s’allume plus depuis lundi."}


def search(page: Page, words: str) -> None:
    page.goto("/")
    asked = page.locator("main").get_by_role("searchbox", name="Votre recherche")
    asked.fill(words)
    asked.press("Enter")


def test_s03_a_street_light(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    telephone = open_browser(width=TELEPHONE)
    page = telephone.new_page()
    main, filing = page.locator("main"), Filing(page, "signalement-voirie")
    mails = Mails(portal.mail, new_address())

    with step("S03", 1, sees="dd9f1d919c25"):
        page.goto("/")
        expect(main.get_by_role("heading", name="Nouvelle démarche")).to_be_visible()
        areas = main.locator("a[href^='/demarches/domaine/']")
        expect(areas).to_have_count(10)
        reserved = main.locator("li", has_text="Inscrire son enfant à l’école")
        expect(reserved.locator(".lock svg")).to_be_visible()
        expect(reserved.locator(".lock")).to_have_text("Espace personnel nécessaire")

    with step("S03", 2, sees="469e5b29b909"):
        search(page, "eclairage")
        expect(main.get_by_role("link", name=TITLE)).to_be_visible()
        search(page, "CARTE D'identite")
        expect(main.get_by_role("link", name=re.compile("^Prendre rendez-vous pour une carte"))).to_be_visible()

    with step("S03", 3, sees="5622f6abb052"):
        page.goto("/")
        main.get_by_role("link", name="Voirie et espace public").click()
        main.get_by_role("link", name=TITLE).click()
        steps = main.get_by_role("navigation", name=re.compile("tape")).get_by_role("listitem")
        expect(steps).to_have_text([re.compile("La démarche$"), "Mes informations", "Ma demande", "Le récapitulatif"])
        expect(main.get_by_text("Durée maximum : 3 min").locator("visible=true")).to_be_visible()
        expect(main.get_by_role("link", name="Aide à la saisie (nouvel onglet)")).to_be_visible()

    with step("S03", 4, sees="5cc468e60821"):
        filing.begin()
        filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": mails.address})
        number, said = page.get_by_label("Numéro inscrit sur le lampadaire"), page.locator("[data-said]")
        expect(number).to_be_hidden()
        filing.answer(LIGHT)
        expect(number).to_be_visible()
        expect(said).to_have_text("Nouvelle question : Numéro inscrit sur le lampadaire.")
        number.fill("PN-42")
        filing.answer({"type_probleme": "chaussee"})
        expect(number).to_be_hidden()
        filing.onward()
        expect(main).to_contain_text("Chaussée ou nid-de-poule")
        expect(main).not_to_contain_text("PN-42")

    with step("S03", 5, sees="642703c55ff5"):
        page.get_by_role("link", name=re.compile("Modifier.*Ma demande")).click()
        filing.answer({"type_probleme": "eclairage"})
        filing.attach("photo", "jour.jpg", photograph())
        filing.attach("photo", "nuit.jpg", photograph("nuit"))
        filing.back_to_summary()
        page.get_by_role("link", name=re.compile("Modifier.*Ma demande")).click()
        expect(page.get_by_label("Décrivez le problème")).to_have_value(LIGHT["description"])
        expect(page.locator("[data-file]")).to_have_count(2)
        filing.answer({"position.words": "Face à l’abribus"})
        filing.back_to_summary()
        for kept in ("Éclairage public", "Face à l’abribus", LIGHT["description"], "jour.jpg", "nuit.jpg"):
            expect(main).to_contain_text(kept)
        number = filing.validate()
        assert NUMBER.fullmatch(number)

    with step("S03", 6, sees="6882ee65f2e6"):
        page.get_by_role("link", name="Suivre ma demande").click()
        expect(page.get_by_role("heading", level=2, name="Historique")).to_be_visible()
        mail = mails.next("Accusé de réception")
        elsewhere = open_browser().new_page()
        elsewhere.goto(link_to(mail, "suivi"))
        expect(elsewhere.get_by_role("heading", level=2, name="Historique")).to_be_visible()
        expect(elsewhere.locator("main")).to_contain_text(number)
        assert elsewhere.url == f"{portal.url}/demande/{number}"  # the secret of the link stays in no address
        at = re.search(r"a été reçue le\s(\S+\s\d+(?:er)?\s\S+\s\d{4})\sà\s(\d+)\sh(?:\s(\d+))?", mail["text"])
        assert at
        filed_at = datetime.now(TOWN_TIME).replace(hour=int(at[2]), minute=int(at[3] or 0))
        assert at[1].split() == long_day(filed_at.date()).split()
        assert timedelta(minutes=-1) < datetime.now(TOWN_TIME) - filed_at < timedelta(minutes=10)
        for text in (
            "Services techniques et cadre de vie",
            "3 chemin des Ateliers",
            "technique@saint-aubin-sur-orne.example",
            "02\u00a061\u00a091\u00a010\u00a030",
        ):
            assert text in mail["text"]
        for private in ("ne s’allume plus", "abribus", "jour.jpg"):
            assert private not in mail["text"] + mail["html"]
        assert not mail["attachments"]
        elsewhere.context.close()

    office = open_browser()
    case = Case(sit_down(office, portal, agent), number)
    with step("S03", 7, sees="e53cf584ab01"):
        case.take_charge()
        case.reply("Intervention programmée", {"Date limite": in_days(8)})
        case.sees("La demande est maintenant « Programmée »")
        invited = mails.next("demande", beyond=1)
        assert link_to(invited, "suivi")
        case.shown_to(page, "Programmée")

    with step("S03", 8, sees="d9d48d5b4564"):
        case.reply("Intervention réalisée")
        case.shown_to(page, "Terminée")
        for event in page.locator(".timeline .event").all():
            expect(event.locator("svg").first).to_be_visible()
            expect(event.locator(".event__kind")).to_have_text(re.compile("^(Opération|Pièce jointe|Échange)$"))

    outside = open_browser()
    stranger = outside.new_page()
    words = stranger.locator("main")
    with step("S03", "also_check 1", sees="6a37bd8e4f8e"):
        link = link_to(mail, "suivi")
        middle = len(link) - 20
        answer = stranger.goto(link[:middle] + ("A" if link[middle] != "A" else "B") + link[middle + 1 :])
        assert answer is not None and answer.status in (403, 404)
        for text in (number, TITLE, "Nouveau"):
            expect(words).not_to_contain_text(text)

    with step("S03", "outcome 1", sees="4a71eb238c02"):
        stranger.goto(link)
        expect(words).to_contain_text(number)
        expect(words).to_contain_text("Terminée")

    with step("S03", "also_check 2", sees="972544eaf6b7"):
        stranger.goto("/demarches/demande-composteur")
        expect(words).to_contain_text("Cette démarche demande un espace personnel")
        words.get_by_role("link", name="Se connecter").click()
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Se connecter à mon espace")
        fill_log_in(stranger, portal, "jo.essai")
        expect(stranger).to_have_url(f"{portal.url}/demarches/demande-composteur")
        expect(stranger.get_by_role("button", name="Commencer la démarche")).to_be_visible()
