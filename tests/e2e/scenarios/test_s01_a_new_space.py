"""S01: somebody makes a personal space."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.forms import fill
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.mails import Mails, link_to, new_address
from tests.e2e.journeys.people import OpenBrowser, send_log_in
from tests.e2e.scenarios.steps import step
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS

pytestmark = pytest.mark.e2e

PASSWORD = "quatre mots bien choisis"
LIBRARY_SECRET = "secret de la carte"
TAKEN = "camille.exemple"
ARIEL = {"given_names": "Ariel", "birth_name": "Nouveau", "birth_date": "1990-04-12", "address": ADDRESS}


def test_s01_a_new_space(open_browser: OpenBrowser, portal: Portal) -> None:
    mails, username = Mails(portal.mail, new_address()), f"ariel.{uuid.uuid4().hex[:8]}"
    here, elsewhere = open_browser(), open_browser(scripts=False)
    page = here.new_page()
    main = page.locator("main")
    errors = page.locator("#erreurs")
    create = page.get_by_role("button", name="Créer mon espace")

    with step("S01", 1, sees="5d344e91c0de"):
        page.goto("/")
        for advantage in (
            "coordonnées sont reprises",
            "mes pièces une fois",
            "j’échange avec la mairie",
            "contenus réservés",
        ):
            expect(main).to_contain_text(advantage)
        expect(main).not_to_contain_text("Coupure d’eau")

    with step("S01", 2, sees="164132f60cb1"):
        main.get_by_role("link", name="Créer mon espace").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Je crée mon espace")
        for section in ("Identité", "Adresse", "Moyens de contact", "Authentification"):
            expect(main.get_by_role("heading", level=2, name=section)).to_be_visible()
        expect(main).to_contain_text("astérisque")
        main.get_by_text("Vos données personnelles").click()
        expect(main.get_by_role("link", name="Vos droits, et comment les exercer")).to_be_visible()

    with step("S01", 3, sees="446213c5a6b3"):
        create.click()
        expect(errors).to_be_focused()
        missing = errors.get_by_role("link")
        assert missing.count() > 5
        expect(main.locator("form .error")).to_have_count(missing.count())
        for link in missing.all():
            expect(main.locator(link.get_attribute("href") or "")).to_be_attached()
        missing.first.click()
        expect(main.locator(missing.first.get_attribute("href") or "")).to_be_focused()

    with step("S01", 4, sees="d307f0f8f920"):
        fill(page, {**ARIEL, "email": mails.address, "username": TAKEN})
        expect(page.locator("[data-username]")).to_contain_text("Ce nom d’utilisateur est déjà pris")
        create.click()
        expect(errors).to_be_focused()
        expect(page.locator("body")).not_to_contain_text("Camille")
        expect(main.locator("[name=given_names]")).to_have_value("Ariel")
        expect(main.locator("[name=email]")).to_have_value(mails.address)

    with step("S01", 5, sees="4f5369ed7ed0"):
        password = main.locator("[name=password]")
        expect(password).to_have_accessible_description(re.compile("12 caractères|douze caractères"))
        expect(password).to_have_attribute("autocomplete", "new-password")
        fill(page, {"username": username, "password": "court", "password_again": "court"})
        expect(page.locator("[data-username]")).to_have_text("Ce nom d’utilisateur est libre.")
        with page.expect_navigation():  # the errors of before say the same of the password
            create.click()
        expect(errors).to_contain_text("Choisissez un mot de passe d’au moins 12 caractères")
        here.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate("words => navigator.clipboard.writeText(words)", PASSWORD)
        for name in ("password", "password_again"):
            main.locator(f"[name={name}]").focus()
            page.keyboard.press("ControlOrMeta+V")
            expect(main.locator(f"[name={name}]")).to_have_value(PASSWORD)

    with step("S01", 6, sees="19e21cb9fc14"):
        expect(main.locator("[name=preferred_contact]:checked")).to_have_count(0)
        expect(main).to_contain_text("Ce que vous indiquez ici vous sera proposé dans chaque demande.")
        fill(page, {"preferred_contact": "email"})

    with step("S01", 7, sees="746205b86770"):
        main.get_by_text("Indiquer mes identifiants d’autres espaces (facultatif)").click()
        expect(main).to_contain_text("puis les garde chiffrés")
        expect(main).to_contain_text("Vous pouvez tout retirer quand vous voulez")
        card = main.get_by_label(re.compile("^Médiathèque du Moulin.*numéro de carte"))
        secret = main.get_by_label(re.compile("^Médiathèque du Moulin.*mot de passe"))
        assert card.get_attribute("required") is None
        card.fill("12345678")
        secret.fill(LIBRARY_SECRET)

    with step("S01", 8, sees="3b4101a0f07f"):
        first = main.locator("[name=captcha_id]").input_value()
        sound = page.request.get(page.locator("audio").get_attribute("src") or "")
        assert sound.headers["content-type"] == "audio/wav"
        Keyboard(page).reach(page.locator("audio"))
        fill(page, {"captcha_answer": "FAUX"})
        with page.expect_navigation():  # the page waits for its proof of work, and has this error from before
            create.click()
        errors.get_by_role("link", name=re.compile("^Code de sécurité")).click()
        again = main.locator("[name=captcha_id]").input_value()
        assert again != first
        expect(main.locator("[name=email]")).to_have_value(mails.address)
        expect(main.locator("[name=password]")).to_have_value("")
        expect(card).to_have_value("12345678")
        expect(secret).to_have_value("")
        assert PASSWORD not in page.content()
        assert LIBRARY_SECRET not in page.content()
        secret.fill(LIBRARY_SECRET)
        fill(page, {"captcha_answer": read_code(portal, again)})

    with step("S01", 9, sees="44a821813658"):
        create.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est presque prêt")
        expect(main).to_contain_text(f"Un courriel de confirmation vient de partir à {mails.address}")
        page.wait_for_load_state()
        promised = main.inner_text()
        link = link_to(mails.next("Activez votre espace"), "activation")
        page.goto("/connexion")
        send_log_in(page, username, PASSWORD)
        expect(errors).to_contain_text("Nom d’utilisateur ou mot de passe incorrect")

    with step("S01", 10, sees="5d8832a7b4d0"):
        device = elsewhere.new_page()
        device.goto(link)
        device.get_by_role("textbox", name="Mot de passe").fill(PASSWORD)
        device.get_by_role("button", name="Activer mon espace").click()
        device.goto("/mon-accueil")
        expect(device.get_by_role("heading", level=1, name="Bonjour")).to_contain_text("Ariel")
        device.goto("/mon-espace/autres-espaces")
        library = device.locator("#mediatheque")
        expect(library).to_contain_text("Retirer")
        assert LIBRARY_SECRET not in device.content()
        page.goto(link)
        expect(main).to_contain_text("Ce lien a déjà servi")

    with step("S01", "outcome 1", sees="72a0ac832d6a"):
        expect(library).to_contain_text("Identifiants enregistrés")
        device.goto("/mon-espace")
        expect(device.locator("main")).to_contain_text(username)
        preferred = device.locator("dt", has_text="Moyen de contact préféré").locator("xpath=following-sibling::dd")
        expect(preferred).to_have_text("Courriel")
        draft = Filing(device, "acte-naissance", scripts=False)
        draft.begin()
        expect(device.locator("#fiche")).to_contain_text("Moyen de contact préféré : Courriel")
        draft.change_what_is_known()
        expect(device.locator("main [name=preferred_contact]:checked")).to_have_value("email")

    with step("S01", "also_check 1", sees="85a1e3653cca"):
        page.goto("/creer-mon-espace")
        another = {"email": mails.address, "username": f"autre.{username}", "preferred_contact": "email"}
        fill(page, {**ARIEL, **another, "password": PASSWORD, "password_again": PASSWORD})
        fill(page, {"captcha_answer": read_code(portal, main.locator("[name=captcha_id]").input_value())})
        create.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre espace est presque prêt")
        page.wait_for_load_state()
        assert main.inner_text() == promised
        assert another["username"] not in mails.next("Vous avez déjà un espace personnel")["text"]

    with step("S01", "outcome 2", sees="c635a37cf9b0"):
        logs = [log.read_text("utf-8", errors="replace") for log in (portal.home / "log").iterdir()]
        assert any('"create_account"' in log for log in logs)
        for secret in (PASSWORD, LIBRARY_SECRET):
            assert secret not in str(mails.all())
            assert not any(secret in log for log in logs)
