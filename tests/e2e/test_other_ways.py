"""The main job for those who use no mouse, and for those whose browser runs no script."""

import re
from itertools import islice

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.filing import NUMBER, Filing
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, log_in
from tests.servers.portal import Portal
from tests.support.filled import in_days
from tests.support.people import Person, may_be_moved, one_page, photograph

pytestmark = pytest.mark.e2e


@pytest.fixture
def plain_page(open_browser: OpenBrowser) -> Page:
    """A browser that runs no script."""
    return open_browser(scripts=False).new_page()


def test_the_keyboard_alone_reports_a_problem_with_a_photograph(page: Page) -> None:
    keyboard, main = Keyboard(page), page.locator("main")

    # From the home page, the skip link leads past the header; the search finds the procedure
    page.goto("/")
    keyboard.press(page.get_by_role("link", name="Aller au contenu"))
    expect(main).to_be_focused()
    keyboard.type(main.get_by_role("searchbox", name="Votre recherche"), "lampadaire")
    keyboard.enter()
    keyboard.press(main.get_by_role("link", name="Signaler un problème sur la voie publique"))
    keyboard.press(page.get_by_role("button", name="Commencer la démarche"))

    # Mes informations: something is missing, so the focus goes to what is to be corrected
    keyboard.type(page.get_by_label("Prénoms"), "Ariel")
    keyboard.enter()
    expect(page.get_by_role("alert")).to_be_focused()
    keyboard.press(page.get_by_role("alert").get_by_role("link").first)
    keyboard.type(page.locator("#z-usage-name"), "Nouveau")
    keyboard.type(page.get_by_label("Courriel"), new_address())
    keyboard.enter()

    # Ma demande
    expect(page.get_by_role("heading", level=2, name="Ma demande")).to_be_visible()
    kinds = page.locator('[name="type_probleme"]')
    if kinds.first.evaluate("field => field.tagName") == "SELECT":
        keyboard.select(kinds, "eclairage")
    else:
        keyboard.choose(kinds, "eclairage")
    expect(page.get_by_label("Numéro inscrit sur le lampadaire")).to_be_visible()
    keyboard.type(page.get_by_label("Numéro et voie"), "7 rue du Pont-Neuf")
    keyboard.type(page.get_by_label("Code postal"), "61990")
    keyboard.type(page.get_by_label("Commune"), "Saint-Aubin-sur-Orne")
    keyboard.type(page.get_by_label("Numéro inscrit sur le lampadaire"), "PN-42")
    keyboard.type(page.get_by_label("Décrivez le problème"), "Le lampadaire ne s’allume plus depuis lundi.")
    chooser = keyboard.open_chooser(page.locator("#z-piece-photo"))
    chooser.set_files({"name": "nuit.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    expect(page.locator("[data-file]")).to_contain_text("nuit.jpg")
    keyboard.press(page.get_by_role("button", name="Continuer vers le récapitulatif"))

    # Le récapitulatif, the number, the tracking page
    keyboard.press(page.get_by_role("button", name="Valider ma demande"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est prise en compte")
    assert NUMBER.fullmatch(page.locator(".number").inner_text())
    keyboard.press(page.get_by_role("link", name="Suivre ma demande"))
    keyboard.press(page.get_by_role("link", name="Échanges"))
    keyboard.type(page.get_by_label("Votre nouveau message"), "Le lampadaire clignote maintenant.")
    keyboard.press(main.get_by_role("button", name="Ajouter"))
    expect(page.locator("#fait")).to_be_focused()


def test_the_keyboard_alone_chooses_an_appointment(page: Page) -> None:
    keyboard = Keyboard(page)
    page.goto("/demarches/rdv-conseil-urbanisme")
    keyboard.press(page.get_by_role("button", name="Choisir un rendez-vous"))
    expect(page.locator("#semaine")).to_be_visible()
    while page.get_by_role("radio").count() < 2:
        keyboard.follow(page.get_by_role("link", name="Semaine suivante", exact=True))
    slots = page.get_by_role("radio")
    last = slots.nth(min(slots.count(), 3) - 1).get_attribute("value") or ""

    keyboard.choose(slots, last)

    expect(page.locator("[data-chosen]")).not_to_contain_text("Aucun créneau")
    keyboard.press(page.get_by_role("button", name="Valider"))
    reserved = page.get_by_text("Ce créneau vous est réservé jusqu’à")
    expect(reserved).to_contain_text(re.compile(r"encore\s1[45]\smin\s\d\d\ss"))

    # Back there, another one that is only looked at is not said to be reserved
    page.goto("/demarches/rdv-conseil-urbanisme/etape/rendez-vous")
    expect(reserved).to_be_visible()
    keyboard.reach(page.locator("[name=creneau]:checked"))
    page.keyboard.press("ArrowUp")
    expect(reserved).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(reserved).to_be_visible()


def test_the_keyboard_alone_moves_an_appointment_and_withdraws_the_request(page: Page, a_visitor: Person) -> None:
    keyboard, main = Keyboard(page), page.locator("main")
    filed = a_visitor.file("rdv-cni-passeport")
    page.goto(f"/suivi/{filed['tracking_token']}")
    keyboard.press(main.get_by_role("navigation").get_by_role("link", name="Rendez-vous"))
    keyboard.press(page.get_by_role("link", name="Modifier"))
    expect(page.locator("#semaine")).to_be_visible()
    slots = page.get_by_role("radio")
    while slots.count() < 2:
        keyboard.follow(page.get_by_role("link", name="Semaine suivante", exact=True))
    keyboard.choose(slots, slots.nth(1).get_attribute("value") or "")
    keyboard.press(page.get_by_role("button", name="Valider"))
    expect(page.get_by_role("status").first).to_contain_text("Votre rendez-vous est modifié")

    keyboard.press(page.get_by_role("link", name="Annuler ma demande"))
    keyboard.press(page.get_by_role("button", name="Annuler ma demande"))

    expect(page.get_by_role("status").first).to_contain_text("Votre demande est annulée")


def test_the_keyboard_alone_takes_an_earlier_slot_that_a_mail_announces(
    page: Page, portal: Portal, a_visitor: Person
) -> None:
    keyboard, main, mails = Keyboard(page), page.locator("main"), Mails(portal.mail, new_address())
    body = a_visitor.prepared("rdv-cni-passeport", mails.address)
    agenda = a_visitor.definition("rdv-cni-passeport")["appointment"]["agenda"]
    movable = (slot["start"] for slot in a_visitor.free_slots(agenda) if may_be_moved(slot["start"]))
    later = a_visitor.do("POST", "/requests", body | {"slot": next(islice(movable, 6, None))})
    earlier = a_visitor.file("rdv-cni-passeport")["number"]
    page.goto(f"/suivi/{later['tracking_token']}?onglet=rendez-vous")
    keyboard.press(main.get_by_role("button", name="Me prévenir si un créneau plus tôt se libère"))
    expect(page.locator("#fait")).to_be_focused()

    withdrawn = {"version": a_visitor.request(earlier)["version"]}
    a_visitor.do("POST", f"/requests/{earlier}/cancellation", withdrawn)
    page.goto(link_to(mails.next("créneau plus tôt"), "suivi"))
    expect(page).to_have_url(re.compile("/rendez-vous/creneau/"))
    keyboard.press(main.get_by_role("button", name="Prendre ce créneau"))

    expect(page.get_by_role("status").first).to_contain_text("Votre rendez-vous est modifié")


def test_without_scripts_a_problem_is_reported_and_followed(plain_page: Page) -> None:
    filing = Filing(plain_page, "signalement-voirie", scripts=False)
    filing.begin()
    filing.introduce({"given_names": "Ariel", "usage_name": "Nouveau", "email": new_address()})

    # The question that depends on another comes when the form is asked to update
    lamp = plain_page.get_by_label("Numéro inscrit sur le lampadaire")
    filing.answer({"type_probleme": "eclairage"})
    expect(lamp).to_be_hidden()
    plain_page.get_by_role("button", name=re.compile("^Mettre à jour le formulaire")).first.click()
    lamp.fill("PN-42")
    filing.answer(
        {
            "lieu": {"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"},
            "description": "Le lampadaire ne s’allume plus depuis lundi.",
        }
    )

    # A photograph leaves by its own button, another with the form; one of them is taken away again
    filing.attach("photo", "jour.jpg", photograph())
    plain_page.get_by_role("button", name=re.compile("^Envoyer ce fichier")).click()
    expect(plain_page.locator("[data-file]")).to_have_count(1)
    expect(plain_page.get_by_label("Décrivez le problème")).to_have_value(re.compile("^Le lampadaire"))
    filing.attach("photo", "nuit.jpg", photograph())
    filing.onward()
    plain_page.get_by_role("link", name=re.compile("Modifier.*Pièces jointes")).click()
    plain_page.get_by_role("button", name="Retirer jour.jpg").click()
    expect(plain_page.locator("[data-file]")).to_have_count(1)
    filing.back_to_summary()
    main = plain_page.locator("main")
    expect(main).to_contain_text("PN-42")
    expect(main).to_contain_text("nuit.jpg")
    number = filing.validate()

    # And the conversation works
    plain_page.goto(f"/demande/{number}?onglet=echanges")
    plain_page.get_by_label("Votre nouveau message").fill("Le lampadaire clignote maintenant.")
    main.get_by_role("button", name="Ajouter").click()
    expect(main).to_contain_text("Votre message est ajouté")
    expect(main).to_contain_text("Le lampadaire clignote maintenant.")


def test_without_scripts_a_hall_is_hired_and_its_visit_moved(plain_page: Page, portal: Portal) -> None:
    log_in(plain_page, portal, "morgan.modele")
    filing, address = Filing(plain_page, "location-salle", scripts=False), new_address()
    filing.begin()

    # The chosen slot is shown before it is taken for good
    expect(plain_page.locator("#semaine")).to_be_visible()
    slot = plain_page.get_by_role("radio")
    while slot.count() < 4:
        plain_page.get_by_role("link", name="Semaine suivante", exact=True).click()
        plain_page.wait_for_load_state()
    filing.tick(slot.nth(3))
    plain_page.get_by_role("button", name="Voir le détail de ce créneau").click()
    expect(plain_page.get_by_text("Ce créneau vous est réservé jusqu’à")).to_be_visible()
    plain_page.get_by_role("button", name="Valider").click()

    filing.introduce({"kind": "person", "email": address})
    filing.answer(
        {
            "salle": "reunion",
            "demandeur": "particulier",
            "date_evenement": in_days(200),
            "heure_debut": "14 h",
            "heure_fin": "18 h 30",
            "participants": 20,
            "nature": "reunion",
            "reglement": True,
        }
    )
    filing.attach("assurance-rc", "assurance.pdf", one_page())
    filing.onward()
    number = filing.validate()

    plain_page.goto(f"/demande/{number}/rendez-vous")
    filing.choose_slot(rank=1)
    expect(plain_page.locator("main")).to_contain_text("Votre rendez-vous est modifié")
    plain_page.goto(f"/demande/{number}/annuler")
    plain_page.get_by_role("button", name="Annuler ma demande").click()
    expect(plain_page.locator("main")).to_contain_text("Archivée")
