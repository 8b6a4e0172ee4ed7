"""S09: an appointment is moved, another is cancelled, and so is a request."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from services.townhall.town_time import TOWN_TIME, local_day
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.soon import begin_in_an_hour
from tests.e2e.journeys.spaces import SACHA, new_space
from tests.e2e.scenarios.case import shown
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.people import Person

pytestmark = pytest.mark.e2e

UID = re.compile(r"^UID:(\S+)", re.MULTILINE)
HALL, PASSPORT, SCHOOL = "location-salle", "rdv-cni-passeport", "inscription-scolaire"


def in_words(start: str) -> str:
    moment = datetime.fromisoformat(start).astimezone(TOWN_TIME)
    return f"{moment.hour} h" + (f" {moment.minute:02}" if moment.minute else "")


def test_s09_appointments(open_browser: OpenBrowser, portal: Portal, agent: Person, a_visitor: Person) -> None:
    camille, alix = (new_space(portal, given_names=name, birth_name="Exemple") for name in ("Camille", "Alix"))
    camille.holder.do("POST", "/profile/family", SACHA)
    hall = camille.holder.file(HALL, email=camille.mails.address)["number"]
    school = camille.holder.file(SCHOOL, email=camille.mails.address)["number"]
    passport = alix.holder.file(PASSPORT, email=alix.mails.address)["number"]
    hers, his, office = (open_browser() for _ in range(3))
    page, theirs = sit_down(hers, portal, camille.holder), sit_down(his, portal, alix.holder)
    main, filing = page.locator("main"), Filing(page, HALL)
    (booked,) = camille.holder.request(hall)["appointments"]

    with step("S09", 1, sees="9319668d9899"):
        page.goto("/mon-accueil")
        tile = page.locator(".tile", has_text="Rendez-vous proches").get_by_role("link")
        expect(tile).to_have_accessible_name("Rendez-vous proches 1 rendez-vous proche")
        tile.click()
        page.locator("#rendez-vous").get_by_role("link").click()
        expect(page.get_by_role("heading", level=2, name="Vos rendez-vous")).to_be_visible()
        appointment = page.get_by_role("article")
        expect(appointment).to_contain_text("Bureau de la vie associative")
        expect(appointment).to_contain_text(in_words(booked["starts_at"]))
        expect(appointment).to_contain_text("À apporter")
        for original in filing.definition["bring"]:
            expect(appointment).to_contain_text(original)

    with step("S09", 2, sees="a1ef998797bd"):
        page.get_by_role("link", name="Modifier").click()
        expect(page.get_by_role("heading", name="Liste des rendez-vous disponibles")).to_be_visible()
        present = page.get_by_role("region", name="Rendez-vous actuel")
        expect(present).to_contain_text(in_words(booked["starts_at"]))
        week = page.locator("#semaine").inner_text()
        page.get_by_role("link", name="Semaine suivante", exact=True).click()
        expect(page.locator("#semaine")).not_to_have_text(week)
        page.get_by_role("link", name="Semaine précédente", exact=True).click()
        expect(page.locator("#semaine")).to_have_text(week)

    with step("S09", 3, sees="916d3519bb78"):
        moved = filing.choose_slot(rank=1)
        expect(page.get_by_role("status").first).to_contain_text("Votre rendez-vous est modifié")
        expect(page.get_by_role("article").filter(has_text="Annulé")).to_contain_text(in_words(booked["starts_at"]))
        expect(page.get_by_role("article").filter(has_text="Confirmé")).to_contain_text(in_words(moved))
        assert a_visitor.places_at("salles", booked["starts_at"]) == 1
        receipt = f"Accusé de réception : Louer une salle municipale, demande {hall}"
        entry = camille.mails.attachment(camille.mails.next(receipt))
        calendar = camille.mails.attachment(camille.mails.next("Votre rendez-vous est modifié"))
        local = datetime.fromisoformat(moved).astimezone(TOWN_TIME)
        assert f"TZID=Europe/Paris:{local:%Y%m%dT%H%M}" in calendar
        assert UID.findall(calendar) == UID.findall(entry), "the entry that is there is changed"

    with step("S09", 4, sees="96dccdc7eac1"):
        expect(page.get_by_role("article").get_by_role("link", name="Annuler")).to_have_count(0)
        page.goto(f"/demande/{hall}/rendez-vous/annuler")
        expect(page.get_by_role("heading", level=1)).to_have_text("Annuler mon rendez-vous ?")
        expect(main).to_contain_text("Ce rendez-vous est nécessaire à la démarche")
        expect(page.get_by_role("link", name="Modifier mon rendez-vous")).to_be_visible()
        expect(page.get_by_role("link", name="Annuler ma demande")).to_be_visible()

    with step("S09", 5, sees="7f5519ab25bf"):
        page.goto(f"/demande/{school}?onglet=rendez-vous")
        page.get_by_role("link", name="Ajouter un rendez-vous").click()
        optional = filing.choose_slot()
        places = a_visitor.places_at("population-famille", optional) + 1
        page.goto(f"/demande/{school}?onglet=rendez-vous")
        page.get_by_role("article").get_by_role("link", name="Annuler").click()
        page.get_by_role("button", name="Annuler mon rendez-vous").click()
        expect(page.get_by_role("status").first).to_contain_text("annulé")
        page.goto(f"/demande/{school}?onglet=historique")
        lines = page.locator(".timeline .event")
        expect(lines.nth(0)).to_contain_text(re.compile(r"Rendez-vous du .+ annulé"))
        expect(lines.nth(1)).to_contain_text("Rendez-vous pris pour le")
        expect(main).not_to_contain_text("Archivée")
        assert not camille.holder.request(school)["archived"]

    with step("S09", 6, sees="3a22798d6c59"):
        (his_slot,) = alix.holder.request(passport)["appointments"]
        before = a_visitor.places_at("titres-identite", his_slot["starts_at"])
        theirs.goto(f"/demande/{passport}")
        theirs.get_by_role("link", name="Annuler ma demande").click()
        theirs.get_by_role("button", name="Annuler ma demande").click()
        expect(theirs.get_by_role("status").first).to_contain_text("Votre demande est annulée")
        expect(theirs.locator("main")).to_contain_text("Annulée")
        theirs.goto("/mes-demandes")
        expect(theirs.locator("main")).not_to_contain_text(passport)
        theirs.get_by_role("link", name="Voir toutes mes demandes archivées").click()
        expect(theirs.locator("main")).to_contain_text(passport)
        assert a_visitor.places_at("titres-identite", his_slot["starts_at"]) == before + 1

    with step("S09", 7, sees="59992f329059"):
        soon = camille.holder.file(PASSPORT, email=camille.mails.address)["number"]
        page.goto(f"/demande/{soon}/rendez-vous")
        expect(page.locator("[name=creneau]").first).to_be_attached()
        begins = begin_in_an_hour(portal, soon)
        page.goto(f"/demande/{soon}?onglet=rendez-vous")
        coming = page.get_by_role("article").filter(has_text="Confirmé")
        expect(coming).to_contain_text(in_words(begins.isoformat()))
        expect(coming.get_by_role("link", name="Modifier")).to_have_count(0)
        page.goto(f"/demande/{soon}/rendez-vous")
        expect(main).to_contain_text("Il est trop tard pour modifier ce rendez-vous en ligne.")
        expect(main.get_by_text("Service Population").locator("a[href^='tel:+33']")).to_be_visible()
        expect(main.locator("[name=creneau]")).to_have_count(0)

    with step("S09", "outcome 1", sees="8027f0c8fd1f"):
        assert (a_visitor.places_at("salles", booked["starts_at"]), a_visitor.places_at("salles", moved)) == (1, 0)
        assert a_visitor.places_at("population-famille", optional) == places
        booked_now = [one for one in camille.holder.request(hall)["appointments"] if one["status"] != "cancelled"]
        assert [one["starts_at"] for one in booked_now] == [moved]

    with step("S09", 8, sees="794a8644e660"):
        desk = sit_down(office, portal, agent)
        shown(desk, f"/agent/rendez-vous?jour={local.date()}", hall)
        row = desk.locator("tr", has_text=hall)
        expect(row).to_have_count(1)
        expect(row).to_contain_text(in_words(moved))
        expect(row).to_contain_text("Ariel Nouveau")
        expect(row).to_contain_text("Louer une salle municipale")
        desk.goto(f"/agent/rendez-vous?jour={local_day(datetime.fromisoformat(his_slot['starts_at']))}")
        expect(desk.locator("main")).not_to_contain_text(passport)
        need = {"titre": "retrait", "besoin_accueil": "fauteuil"}
        filed = a_visitor.do("POST", "/requests", a_visitor.prepared(PASSPORT) | {"answers": need})
        own, a_visitor.session.headers["Parvis-Tracking"] = filed["number"], filed["tracking_token"]
        (comes,) = a_visitor.request(own)["appointments"]
        shown(desk, f"/agent/rendez-vous?jour={local_day(datetime.fromisoformat(comes['starts_at']))}", own)
        expect(desk.locator("tr", has_text=own)).to_contain_text("Accès en fauteuil roulant")

    for who, number in ((camille.holder, hall), (camille.holder, soon), (a_visitor, own)):
        who.do("POST", f"/requests/{number}/cancellation", {"version": who.request(number)["version"]})
