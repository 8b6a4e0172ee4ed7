"""S07: a child is enrolled at school with pieces of one's storage space."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, expect

from services.townhall.french_dates import long_day
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.people import OpenBrowser, log_in, sit_down
from tests.e2e.journeys.spaces import SACHA, new_space
from tests.e2e.journeys.storage import keep, kept
from tests.e2e.scenarios.case import Case, shown
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import asked_documents, in_days, today, valid_answers, valid_applicant
from tests.support.people import Person, log_in as log_in_to_api, one_page, photograph

pytestmark = pytest.mark.e2e

SCHOOL, ROLLS = "inscription-scolaire", "inscription-listes-electorales"
FROM = "Ajouter depuis mon espace de stockage"
KEPT = ("Ma carte nationale d’identité", "Livret de famille", "Justificatif de domicile")
RESPONSIBLE = "identite-responsable"


def pdf(name: str, content: bytes | None = None) -> FilePayload:
    return FilePayload(name=name, mimeType="application/pdf", buffer=content or one_page())


def test_s07_a_school(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    camille = new_space(portal, given_names="Camille", birth_name="Exemple")
    camille.holder.do("POST", "/profile/family", SACHA)
    hers, his, office = (open_browser() for _ in range(3))
    page = sit_down(hers, portal, camille.holder)
    for label in KEPT:
        keep(page, label, [pdf(f"{label}.pdf")])
    main, filing, box = page.locator("main"), Filing(page, SCHOOL), page.locator("#pieces")

    with step("S07", 1, sees="ec4b5b0302d9"):
        filing.begin(member=0)
        expect(page.get_by_role("heading", level=2, name="Mon rendez-vous")).to_be_visible()
        page.get_by_role("button", name="Continuer sans rendez-vous").click()
        filing.confirm()
        for name, value in {
            "nom_enfant": "Exemple",
            "prenoms_enfant": "Sacha",
            "naissance_enfant-annee": SACHA["birth_date"][:4],
        }.items():
            expect(main.locator(f"[name={name}]")).to_have_value(value)

    with step("S07", 2, sees="47f5c31d9d5e"):
        given = valid_answers(filing.definition, today())
        filing.answer({name: value for name, value in given.items() if not name.endswith("_enfant")})
        page.get_by_role("button", name=FROM).click()
        expect(page.locator("#pour-1 option").first).to_be_attached()
        page.locator("[name=stored]").nth(1).check()
        page.locator("[name=stored]").nth(2).check()
        for place, piece in ((2, "Identité de l’enfant"), (3, "Domicile")):
            listed = page.locator(f"#pour-{place} option", has_text=piece).inner_text()
            page.locator(f"#pour-{place}").select_option(label=listed)
        page.get_by_role("button", name="Valider").click()
        expect(box.locator("[data-file]", has_text="Livret de famille.pdf")).to_be_visible()
        expect(box.locator("[data-file]", has_text="Justificatif de domicile.pdf")).to_be_visible()

    with step("S07", 3, sees="46bd452aab41"):
        child = page.locator("#piece-identite-enfant")
        already = child.locator("[data-file]").count()
        for number in range(already + 1, 5):
            filing.attach("identite-enfant", f"page-{number}.jpg", photograph(str(number)))
        child.locator("input[type=file]").set_input_files([pdf("page-5.pdf")])
        expect(child.locator("xpath=ancestor::form").locator("[data-said]")).to_contain_text("4 fichiers au plus")
        expect(child.locator("[data-file]")).to_have_count(4)
        page.locator("#dupliquer-identite-enfant").check()

    with step("S07", 4, sees="e596f6f54bdf"):
        responsible = page.locator(f"#piece-{RESPONSIBLE}")
        lines, chooser = responsible.locator("li"), responsible.locator("input[type=file]")
        filing.attach(RESPONSIBLE, "identite.pdf", one_page())
        chooser.set_input_files([pdf("lourd.pdf", one_page() + bytes(6_000_000))])
        expect(lines.filter(has_text="lourd.pdf")).to_contain_text("5 Mo")
        expect(responsible).to_contain_text("fichiers PDF, JPG ou PNG, 5 Mo chacun au plus")
        responsible.get_by_role("button", name="Retirer lourd.pdf").click()
        chooser.set_input_files([pdf("faux.pdf", b"MZ" * 600)])
        expect(lines.filter(has_text="faux.pdf")).to_contain_text("n’est pas ce que dit la fin de son nom")
        expect(responsible.locator("[data-file]", has_text="identite.pdf")).to_be_visible()
        filing.onward()
        assert kept(page) == 4

    with step("S07", 5, sees="49cb30d79d14"):
        page.goto(f"/demarches/{SCHOOL}/etape/recapitulatif")
        number = filing.validate()
        page.goto("/mes-pieces")
        page.locator("main tbody tr", has_text="Identité de l’enfant").get_by_role("link", name="Supprimer").click()
        expect(main).to_contain_text("Les copies déjà jointes à vos demandes ne changent pas.")
        expect(main).to_contain_text("Ses fichiers seront supprimés")
        page.get_by_role("button", name="Supprimer cette pièce").click()
        case = Case(sit_down(office, portal, agent), number)
        case.shown_to(page, "page-2.jpg", tab="pieces")
        assert kept(page) == 3

    with step("S07", 6, sees="18d9d5d9a9c2"):
        theirs = his.new_page()
        log_in(theirs, portal, "alix.fictif")
        theirs.locator(".tile", has_text="Mes pièces").get_by_role("link").click()
        expect(theirs.get_by_role("heading", name="10 pièces sur 10")).to_be_visible()
        expect(theirs.get_by_text("Votre espace de stockage est plein")).to_be_visible()
        expect(theirs.get_by_role("link", name="Ajouter", exact=True)).to_have_count(0)
        rolls = Filing(theirs, ROLLS)
        rolls.begin()
        rolls.introduce(valid_applicant(rolls.definition))
        expect(theirs.locator("[name=dupliquer]").first).to_be_disabled()
        expect(theirs.get_by_text("La pièce sera jointe à la demande sans y être copiée.").first).to_be_visible()
        rolls.answer(valid_answers(rolls.definition, today()))
        required = [
            one.slug
            for one in asked_documents(rolls.definition, valid_answers(rolls.definition, today()))
            if one.required
        ]
        for piece in required:
            rolls.attach(piece, "piece.pdf", one_page())
        rolls.onward()
        filed = rolls.validate()
        shown(theirs, f"/demande/{filed}?onglet=pieces", "piece.pdf")
        assert kept(theirs) == 10
        alix = log_in_to_api(portal, "citizen", "alix.fictif")
        alix.do("POST", f"/requests/{filed}/cancellation", {"version": alix.request(filed)["version"]})

    with step("S07", 7, sees="09ba7ce692c3"):
        case.open_for(page, "pieces")
        page.get_by_role("link", name=re.compile("^Modifier .*Identité du responsable")).click()
        page.locator("#fichier").set_input_files([pdf("verso.pdf")])
        page.get_by_role("button", name="Valider").click()
        expect(page.get_by_role("status").first).to_contain_text("La pièce est modifiée")
        page.locator("main [name=piece]").last.check()
        page.get_by_label("Nom de cette pièce").fill("Dessin")
        page.locator("#fichier").set_input_files([pdf("dessin.pdf")])
        page.get_by_role("button", name="Valider").click()
        page.get_by_role("link", name=re.compile("^Supprimer .*Dessin")).click()
        page.get_by_role("button", name="Supprimer cette pièce").click()
        expect(main.get_by_role("link", name="dessin.pdf")).to_have_count(0)
        page.get_by_role("button", name=re.compile("^Copier dans mon espace .*Identité du responsable")).click()
        opened = page.request.get(main.get_by_role("link", name="identite.pdf").get_attribute("href") or "")
        assert opened.headers["content-security-policy"].endswith("sandbox")
        case.shown_to(page, "Pièce retirée")
        listed = page.locator(".timeline .event")
        expect(listed.filter(has_text="Identité du responsable").first).to_contain_text("2 fichiers")
        expect(listed.filter(has_text="Dessin").first).to_contain_text("retirée")
        assert kept(page) == 4

    with step("S07", 8, sees="9a82226af841"):
        case.take_charge()
        case.reply("Pièces manquantes", {"Date limite": in_days(20)}, ["Certificat de radiation de l’école précédente"])
        case.shown_to(page, "Certificat de radiation de l’école précédente")
        expect(main).to_contain_text("En attente de pièces")
        expect(main).to_contain_text(long_day(today() + timedelta(days=20)))

    with step("S07", 9, sees="a2e664f31b22"):
        case.open_for(page, "pieces")
        page.locator("main [name=piece][value=certificat-radiation]").check()
        page.get_by_label("Ajouter un fichier").set_input_files([pdf("radiation.pdf")])
        page.get_by_role("button", name="Valider").click()
        case.shown_to(page, "En cours d’instruction")
        case.reply("Certificat d’inscription délivré")
        case.shown_to(page, "Acceptée")
        case.shown_to(page, "effacée après la décision")
        expect(page.locator(".timeline .event", has_text="effac").first).to_be_visible()
        case.open_for(page, "pieces")
        expect(main).not_to_contain_text("page-2.jpg")
        expect(main).to_contain_text("radiation.pdf")
        expect(page.get_by_role("link", name=re.compile("^(Modifier|Supprimer) «"))).to_have_count(0)
