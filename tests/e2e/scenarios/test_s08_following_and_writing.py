"""S08: somebody follows their requests and writes with the town hall; a file that lacked a piece becomes complete."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from services.townhall.french_dates import long_day
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.spaces import new_space
from tests.e2e.scenarios.case import Case, shown, shown_no_more
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import in_days, today
from tests.support.people import Person, eventually, one_page

pytestmark = pytest.mark.e2e

GREENERY, WORKS, PHONES = "permis-vegetaliser", "declaration-prealable-travaux", "changement-telephones"
FILED = (
    "acte-naissance",
    "inscription-listes-electorales",
    PHONES,
    "signalement-voirie",
    "signalement-voirie",
    GREENERY,
)
VISIT = "Bonjour, la visite sur place aura lieu mardi matin. " + "Votre présence n’est pas nécessaire. " * 4
BORDER, AGREED = "Puis-je aussi poser une petite bordure en bois ?", "Oui, si elle ne dépasse pas dix centimètres."
MISSING = "DP2 – Plan de masse coté"


def month_after(day: date) -> date:
    """The same day of the next month, or that month's last."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def test_s08_following_and_writing(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    camille, jo = (new_space(portal, given_names=name) for name in ("Camille", "Jo"))
    numbers = [camille.holder.file(slug, email=camille.mails.address)["number"] for slug in FILED]
    _, rolls, phones, cancelled, light, greenery = numbers
    camille.holder.do("POST", f"/requests/{cancelled}/cancellation", {"version": 1})
    agent.do("POST", f"/requests/{greenery}/exchanges", {"text": VISIT})
    hers, his, office = (open_browser() for _ in range(3))
    page, desk = sit_down(hers, portal, camille.holder), sit_down(office, portal, agent)
    main = page.locator("main")

    with step("S08", 1, sees="497a3b811d75"):
        shown(page, "/mon-accueil", "échange à lire")
        main.get_by_role("link", name=re.compile("^Dernières demandes")).click()
        latest = page.locator("#dernieres")
        expect(latest.get_by_role("listitem").filter(has=page.get_by_role("heading"))).to_have_count(4)
        expect(latest.locator(".num")).to_have_text([greenery, light, phones, rolls])
        latest.get_by_role("link", name="Voir toutes mes demandes", exact=True).click()
        expect(page.locator(".table--own tbody tr")).to_have_count(5)
        expect(main).not_to_contain_text(cancelled)
        page.get_by_role("link", name="Voir toutes mes demandes archivées").click()
        expect(page.locator(".table--own tbody tr")).to_have_count(1)
        expect(main).to_contain_text(cancelled)

    with step("S08", 2, sees="210b113f1696"):
        page.goto("/mes-demandes")
        page.get_by_role("link", name=f"Ouvrir la demande {greenery}").click()
        tabs = page.get_by_role("navigation", name="Suivi de la demande")
        expect(tabs.locator("[aria-current]")).to_have_text("Historique")
        for name in ("Le demandeur", "La demande", "Échanges", "Pièces jointes"):
            expect(tabs.get_by_role("link", name=name)).to_be_visible()
        expect(tabs.get_by_role("link", name="Rendez-vous")).to_have_count(0)

    with step("S08", 3, sees="d362118ab8e6"):
        expect(tabs.get_by_role("link", name="Échanges")).to_have_accessible_name("Échanges 1 échange non lu")
        page.goto("/mon-accueil")
        tile = page.locator(".tile", has_text="Échanges à lire").get_by_role("link")
        expect(tile).to_have_accessible_name("Échanges à lire 1 échange à lire")
        expect(page.locator("#a-lire")).to_contain_text("1 échange non lu")

    with step("S08", 4, sees="2f32bb6fdde9"):
        tile.click()
        page.locator("#a-lire").get_by_role("link", name="Demander un permis de végétaliser").click()
        expect(page.locator(".msg__state")).to_have_text("Non lu")
        page.get_by_role("button", name=re.compile("^Voir la suite")).click()
        expect(main).to_contain_text(VISIT.strip())
        expect(page.locator(".msg__state")).to_have_text("Lu")
        expect(tabs.get_by_role("link", name="Échanges")).to_have_accessible_name("Échanges")
        shown_no_more(page, "/mon-accueil", "échange à lire")
        expect(tile).to_have_accessible_name("Échanges à lire")

    with step("S08", 5, sees="8236cb340f6b"):
        page.goto(f"/demande/{greenery}?onglet=echanges")
        main.get_by_role("link", name="Ajouter un échange").click()
        page.get_by_label("Votre nouveau message").fill(BORDER)
        main.get_by_role("button", name="Ajouter").click()
        message = page.locator(".msg", has_text=BORDER)
        expect(message.get_by_role("heading")).to_have_text("De vous à la mairie")
        expect(message.locator("svg").first).to_be_visible()
        expect(message.locator(".msg__state")).to_have_text("Non lu")

    with step("S08", 6, sees="3bc5b99780b8"):
        known = len(camille.mails.all())
        shown(desk, f"/agent/demandes/{greenery}", "échange à lire")
        desk.goto(f"/agent/demandes/{greenery}?onglet=echanges")
        desk.get_by_role("button", name=re.compile("^(Marquer comme lu|Voir la suite)")).click()
        expect(desk.locator("main")).to_contain_text(BORDER)
        desk.get_by_label("Votre message").fill(AGREED)
        desk.get_by_role("button", name="Envoyer le message").click()
        expect(desk.locator("main")).to_contain_text("Votre message est envoyé")
        shown(page, f"/demande/{greenery}?onglet=echanges", "Non lu")
        expect(message.locator(".msg__state")).to_have_text("Lu")
        mail = camille.mails.next("message vous attend", beyond=1)
        assert len(camille.mails.all()) == known + 1
        assert AGREED not in mail["subject"] + mail["text"] + mail["html"]

    with step("S08", "outcome 1", sees="9b46426b15b2"):
        shown(page, "/mon-accueil", "échange à lire")
        expect(tile).to_have_accessible_name("Échanges à lire 1 échange à lire")
        shown_no_more(desk, f"/agent/demandes/{greenery}", "échange à lire")

    with step("S08", 7, sees="b24f1237646e"):
        page.goto(f"/demande/{phones}")
        expect(tabs.get_by_role("link", name="Historique")).to_be_visible()
        expect(tabs.get_by_role("link", name="Échanges")).to_have_count(0)

    with step("S08", 8, sees="c5791beccc5c"):
        number = jo.holder.file(WORKS, email=jo.mails.address)["number"]
        pieces = eventually(
            lambda: jo.holder.get(f"/requests/{number}/documents")["documents"], "the pieces of the request"
        )
        plan_of_before = next(one for one in pieces if one["label"] == MISSING)["files"][0]["id"]
        jo.holder.do("DELETE", f"/requests/{number}/files/{plan_of_before}")
        shown(desk, f"/agent/demandes/{number}?onglet=historique", "Pièce retirée")
        case = Case(desk, number)
        case.take_charge()
        case.reply("Pièces manquantes", {"Date limite": in_days(20)}, [MISSING])
        theirs = sit_down(his, portal, jo.holder)
        case.shown_to(theirs, MISSING)
        theirs.get_by_role("link", name="Pièces jointes", exact=True).click()
        theirs.get_by_role("radio", name=re.compile(MISSING)).check()
        plan = {"name": "plan-masse.pdf", "mimeType": "application/pdf", "buffer": one_page()}
        theirs.get_by_label("Ajouter un fichier").set_input_files(plan)
        theirs.get_by_role("button", name="Valider").click()
        case.shown_to(theirs, "En cours d’instruction")
        expect(theirs.locator("main")).to_contain_text(long_day(month_after(today())))

    with step("S08", "also_check 1", sees="5569a32d6a03"):
        answer = theirs.goto(f"/demande/{greenery}")
        assert answer is not None and answer.status == 404
        expect(theirs.locator("main")).not_to_contain_text("végétaliser")
