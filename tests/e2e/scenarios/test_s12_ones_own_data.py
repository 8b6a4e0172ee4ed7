"""S12: spaces at partners' sites, and what one decides of one's own data."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from services.chassis.french_dates import long_day
from tests.e2e.journeys.people import new_browser, sit_down
from tests.e2e.journeys.spaces import PASSWORD, new_space
from tests.e2e.people import Person, log_in, visitor
from tests.e2e.scenarios.steps import step
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

REOPEN = re.compile(r"https?://\S+/espace/rouvrir/[^\s>\"]+")
HOLIDAYS = "tranquillite-vacances"


def test_s12(browser: Browser, portal: Portal, agent: Person) -> None:
    camille, alix, jo = (new_space(portal, given_names=name) for name in ("Camille", "Alix", "Jo"))
    seen = camille.holder.file("signalement-voirie", email=camille.mails.address)["number"]
    hers, his, office = (new_browser(browser, portal) for _ in range(3))
    desk = sit_down(office, portal, agent)

    with step("S12", 5, sees="aeb9025f336a"):
        body = jo.holder.prepared(HOLIDAYS, jo.mails.address)
        number = jo.holder.do("POST", "/requests", body)["number"]
        mail = jo.mails.next("Accusé de réception")
        told = " ".join((mail["subject"] + mail["text"] + mail["html"]).split())
        assert number in told
        assert ADDRESS["line1"] not in told
        days = [value for value in body["answers"].values() if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))]
        assert len(days) == 2
        for day in days:
            assert long_day(date.fromisoformat(day)) not in told
            assert day not in told

    with step("S12", 6, sees="3f26fd1a4a48"):
        desk.goto(f"/agent/demandes?q={number}")
        expect(desk.locator("main")).to_contain_text("Aucune demande")
        answer = desk.goto(f"/agent/demandes/{number}")
        assert answer is not None and answer.status == 404

    with step("S12", 8, sees="faeb06a7879c"):
        page = sit_down(his, portal, alix.holder)
        page.goto("/mon-espace")
        page.get_by_role("link", name="Fermer mon espace").click()
        main = page.locator("main")
        for name in ("Tout de suite", re.compile("^Ce qui est effacé le"), "Ce que la mairie doit garder"):
            expect(main.get_by_role("heading", level=2, name=name)).to_be_visible()
        page.get_by_label("Mot de passe, pour confirmer").fill("un mauvais mot de passe")
        page.get_by_role("button", name="Fermer mon espace").click()
        expect(page.locator("#erreurs")).to_be_visible()
        page.get_by_label("Mot de passe, pour confirmer").fill(PASSWORD)
        page.get_by_role("button", name="Fermer mon espace").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est fermé")
        expect(main).to_contain_text("vous pouvez le rouvrir tel qu’il était")
        refused = {"username": alix.username, "password": PASSWORD}
        visitor(portal).refused("POST", "/sessions", refused)
        link = REOPEN.search(alix.mails.next("Votre espace est fermé")["text"])
        assert link
        page.goto(link[0])
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("^Rouvrir")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est de nouveau ouvert")
        alix.log_in(page)

    with step("S12", 10, sees="a3e5c8f781a0"):
        desk.goto(f"/agent/demandes/{seen}")
        expect(desk.locator("main")).to_contain_text("Votre consultation de ce dossier est inscrite au journal")
        chief = sit_down(hers, portal, log_in(portal, "administrator"))
        chief.goto(f"/agent/consultations?numero={seen}")
        looks = chief.locator("main tbody tr")
        expect(looks.filter(has_text="Ouverture du dossier")).to_contain_text("Agent instructeur polyvalent")
        expect(looks.filter(has_text="Lecture du journal")).to_contain_text("Administratrice ou administrateur")
        expect(chief.locator("main")).to_contain_text("Votre consultation y figure aussi.")

    for context in (hers, his, office):
        context.close()
