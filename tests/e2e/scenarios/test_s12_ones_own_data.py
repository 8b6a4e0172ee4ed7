"""S12: spaces at partners' sites, and what one decides of one's own data."""

import json
import re
import zipfile
from datetime import date

import pytest
from playwright.sync_api import expect

from services.townhall.french_dates import long_day
from tests.e2e.journeys.mails import Mails, link_to
from tests.e2e.journeys.people import OpenBrowser, sit_down
from tests.e2e.journeys.spaces import PASSWORD, SACHA, new_space
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS
from tests.support.people import Person, log_in, visitor

pytestmark = pytest.mark.e2e

WRITTEN, NOTE = "La concession est à votre nom.", "Le cousin de Camille conteste la concession."
TILE = "#autres-espaces .tile"
HOLIDAYS = "tranquillite-vacances"


def secret_of(portal: Portal, slug: str, identifier: str) -> str:
    return json.loads((portal.home / "partner-logins.json").read_text("utf-8"))[slug][identifier]


def test_s12_spaces_at_partners_sites(open_browser: OpenBrowser, portal: Portal, camille: Person) -> None:
    hers, his = (open_browser() for _ in range(2))
    page = sit_down(hers, portal, camille)

    with step("S12", 1, sees="a7a13a40e6c1"):
        page.goto("/mon-accueil")
        family = page.locator(TILE, has_text="Portail famille")
        expect(family).to_contain_text("autre site, nouvel onglet")
        seen: list[str] = []
        hers.on("request", lambda request: seen.append(request.url))
        with hers.expect_page() as opened:
            family.get_by_role("button").click()
        tab = opened.value
        expect(tab.get_by_text("Bienvenue dans votre Portail famille")).to_be_visible()
        assert tab.evaluate("window.opener") is None
        [connection] = [url for url in seen if "/autres-espaces/connexion/" in url]
        tab.goto(connection)
        expect(tab.get_by_role("main")).to_contain_text("a déjà servi")

    theirs = sit_down(his, portal, log_in(portal, "citizen", "alix.fictif"))
    section = theirs.locator("#portail-famille")
    with step("S12", 2, sees="85ff19de60c7"):
        theirs.goto("/mon-accueil")
        theirs.locator(TILE, has_text="Portail famille").get_by_role("link").click()
        expect(section.get_by_label("Code famille")).to_be_focused()
        expect(section.get_by_label("Code famille")).to_be_in_viewport()
        expect(section.get_by_role("textbox", name="Mot de passe")).to_be_visible()

    with step("S12", 3, sees="3fcf52cf5379"):
        section.get_by_label("Code famille").fill("100001")
        section.get_by_role("textbox", name="Mot de passe").fill("pas le bon")
        section.get_by_role("button", name="Vérifier et enregistrer").click()
        expect(theirs.locator(".error-summary")).to_contain_text("n’a pas reconnu")
        expect(section.get_by_role("textbox", name="Mot de passe")).to_have_value("")
        expect(section.get_by_label("Code famille")).to_have_value("100001")
        section.get_by_role("textbox", name="Mot de passe").fill(secret_of(portal, "portail-famille", "100001"))
        section.get_by_role("button", name="Vérifier et enregistrer").click()
        expect(theirs.locator(".notice").first).to_contain_text("enregistrés")
        expect(section.get_by_role("button", name="Me connecter")).to_be_visible()
        section.get_by_role("button", name="Retirer mes identifiants").click()
        expect(theirs.locator(".notice").first).to_contain_text("retirés")
        theirs.goto("/mon-accueil")
        expect(theirs.locator(TILE, has_text="Portail famille").get_by_role("button")).to_have_count(0)
        expect(theirs.locator(TILE, has_text="Médiathèque").get_by_role("button")).to_have_count(1)

    with step("S12", 4, sees="16966b244c81"):
        page.goto("/mon-accueil")
        with hers.expect_page() as opened:
            page.locator(TILE, has_text="Régie de l’eau").get_by_role("link").click()
        tab = opened.value
        expect(tab.get_by_role("heading", level=1)).to_have_text("Régie de l’eau")
        expect(tab.get_by_label("Référence d’abonné")).to_have_value("")
        assert tab.evaluate("document.referrer") == ""


def test_s12_ones_own_data(open_browser: OpenBrowser, portal: Portal, agent: Person) -> None:
    camille, alix, jo = (new_space(portal, given_names=name) for name in ("Camille", "Alix", "Jo"))
    camille.holder.do("POST", "/profile/family", SACHA)
    family = secret_of(portal, "portail-famille", "100001")
    kept = {"values": {"code_famille": "100001", "mot_de_passe": family}}
    camille.holder.ask("PUT", "/profile/partner-spaces/portail-famille", json=kept).raise_for_status()
    filed = camille.holder.prepared("concession-cimetiere", camille.mails.address)
    filed["slot"] = camille.holder.first_free("population-famille")["start"]
    seen = camille.holder.do("POST", "/requests", filed)["number"]
    agent.do("POST", f"/requests/{seen}/exchanges", {"text": WRITTEN})
    agent.do("POST", f"/agent/requests/{seen}/notes", {"text": NOTE})
    alix.holder.file("signalement-voirie", email=alix.mails.address)
    hers, his, office = (open_browser() for _ in range(3))
    desk = sit_down(office, portal, agent)

    with step("S12", 5, sees="aeb9025f336a"):
        body = jo.holder.prepared(HOLIDAYS, jo.mails.address)
        number = jo.holder.do("POST", "/requests", body)["number"]
        mail = jo.mails.next("Accusé de réception")
        mailed = " ".join((mail["subject"] + mail["text"] + mail["html"]).split())
        assert number in mailed
        assert ADDRESS["line1"] not in mailed
        days = [value for value in body["answers"].values() if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))]
        assert len(days) == 2
        for day in days:
            assert long_day(date.fromisoformat(day)) not in mailed
            assert day not in mailed

    with step("S12", 6, sees="3f26fd1a4a48"):
        desk.goto(f"/agent/demandes?q={number}")
        expect(desk.locator("main")).to_contain_text("Aucune demande")
        answer = desk.goto(f"/agent/demandes/{number}")
        assert answer is not None and answer.status == 404

    with step("S12", 7, sees="528c9233881f"):
        page = sit_down(hers, portal, camille.holder)
        page.goto("/mon-espace")
        page.get_by_role("link", name="Mes données").click()
        page.get_by_role("button", name="Préparer mon archive").click()
        expect(page.locator("main")).to_contain_text("Votre archive se prépare")
        camille.mails.next("L’archive de vos données est prête")
        page.goto("/mon-espace/mes-donnees")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Télécharger l’archive").click()
        with zipfile.ZipFile(saved.value.path()) as archive:
            data, names = json.loads(archive.read("mes-donnees.json")), archive.namelist()
            words = archive.read("mes-donnees.html").decode()
        [request] = data["requests"]
        assert (data["space"]["email"], request["number"]) == (camille.mails.address, seen)
        assert [member["given_names"] for member in data["family"]] == ["Sacha"]
        assert [one["text"] for one in request["exchanges"]] == [WRITTEN]
        assert [one["starts_at"] for one in request["appointments"]] == [filed["slot"]]
        assert {file["path"] for piece in request["documents"] for file in piece["files"]} & set(names)
        assert data["sessions"]["log_ins"]
        for held in (
            seen,
            camille.mails.address,
            "Sacha",
            WRITTEN,
            "Rendez-vous",
            "Pièces jointes",
            "Journal des connexions",
        ):
            assert held in words
        for secret in (PASSWORD, "argon2", family, NOTE):
            assert secret not in json.dumps(data, ensure_ascii=False) + words

    with step("S12", 8, sees="faeb06a7879c"):
        page = sit_down(his, portal, alix.holder)
        page.goto("/mon-espace")
        page.get_by_role("link", name="Fermer mon espace").click()
        main = page.locator("main")
        for name in ("Tout de suite", re.compile("^Ce qui est effacé le"), "Ce que la mairie doit garder"):
            expect(main.get_by_role("heading", level=2, name=name)).to_be_visible()
        expect(main).to_contain_text(re.compile("Conservée (au moins jusqu’au|.+ après sa clôture)"))
        page.get_by_role("textbox", name="Mot de passe, pour confirmer").fill("un mauvais mot de passe")
        page.get_by_role("button", name="Fermer mon espace").click()
        expect(page.locator("#erreurs")).to_be_visible()
        page.get_by_role("textbox", name="Mot de passe, pour confirmer").fill(PASSWORD)
        page.get_by_role("button", name="Fermer mon espace").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est fermé")
        expect(main).to_contain_text("vous pouvez le rouvrir tel qu’il était")
        refused = {"username": alix.username, "password": PASSWORD}
        visitor(portal).refused("POST", "/sessions", refused)
        page.goto(link_to(alix.mails.next("Votre espace est fermé"), "espace/rouvrir"))
        page.get_by_role("textbox", name="Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("^Rouvrir")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est de nouveau ouvert")
        alix.log_in(page)

    administrator = log_in(portal, "administrator")
    with step("S12", 9, sees="171793faed11"):
        lists = administrator.get("/agent/eliminations")["lists"]
        drawn = lists[0]["list_id"] if lists else administrator.do("POST", "/agent/eliminations")["list_id"]
        listed = administrator.get(f"/agent/eliminations/{drawn}")
        [grave] = [line["number"] for line in listed["lines"] if line["procedure"] == "concession-cimetiere"]
        assert listed["approved_at"] is None
        assert agent.request(grave)["answers"], "nothing is erased before the approval"
        warned = Mails(portal.mail, "claude.temoin@courriel.example").next("Votre espace ne sert plus")
        assert "Pour le garder, connectez-vous avant cette date" in warned["text"]

    with step("S12", 10, sees="a3e5c8f781a0"):
        desk.goto(f"/agent/demandes/{seen}")
        expect(desk.locator("main")).to_contain_text("Votre consultation de ce dossier est inscrite au journal")
        chief = sit_down(hers, portal, administrator)
        chief.goto(f"/agent/consultations?numero={seen}")
        looks = chief.locator("main tbody tr")
        expect(looks.filter(has_text="Ouverture du dossier")).to_contain_text("Agent instructeur polyvalent")
        expect(looks.filter(has_text="Lecture du journal")).to_contain_text("Administratrice ou administrateur")
        expect(chief.locator("main")).to_contain_text("Votre consultation y figure aussi.")
