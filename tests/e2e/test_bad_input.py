"""What people get wrong, and what others try: a clear refusal in French, what was typed is kept, nothing half done."""

import re
import uuid

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import OpenBrowser, go_to_step, sit_down
from tests.servers.portal import Portal
from tests.support.filled import ADDRESS
from tests.support.people import Person, eventually, log_in, photograph

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"
DESCRIPTION = "Un pavé manque devant le numéro 7."
REPORT = {"type_probleme": "chaussee", "lieu": ADDRESS, "description": DESCRIPTION}
NOBODYS = "00000000-0000-4000-8000-000000000000"
NO_PAGE = "Cette page n’existe pas, ou plus"
ARIEL = {"given_names": "Ariel", "usage_name": "Nouveau"}


@pytest.fixture
def plain(open_browser: OpenBrowser, portal: Portal) -> Filing:
    """A visitor at the step Ma demande, in a browser whose scripts check nothing before it is sent."""
    page = open_browser(scripts=False).new_page()
    go_to_step(page, portal, SLUG, "demande", {**ARIEL, "email": new_address()})
    return Filing(page, SLUG, scripts=False)


def form_of(page: Page) -> dict[str, str]:
    """What the form of the page would send, hidden fields included."""
    return page.locator("main form[method=post]").last.evaluate(
        "form => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === 'string'))"
    )


def send(page: Page, address: str, form: dict[str, str]) -> APIResponse:
    """Sends a form that no page would have made."""
    return page.request.post(
        address,
        form=dict(form),
        headers={"Sec-Fetch-Site": "same-origin"},
        max_redirects=0,
    )


def test_a_form_with_files_sent_twice_adds_each_once_and_one_failure_loses_no_other(
    open_browser: OpenBrowser, portal: Portal
) -> None:
    # Given a filed request, and the form of its pieces in a browser without scripts
    page = open_browser(scripts=False).new_page()
    pieces = f"/demande/{Filing(page, SLUG, scripts=False).file(new_address())}"
    page.goto(f"{pieces}?onglet=pieces")
    form = {**form_of(page), "fichier": {"name": "trou.jpg", "mimeType": "image/jpeg", "buffer": photograph("twice")}}

    # When it is sent twice
    for _ in range(2):
        sent = page.request.post(
            f"{pieces}/pieces", multipart=form, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0
        )
        assert sent.status == 303

    # Then the file is there once
    page.goto(f"{pieces}?onglet=pieces")
    expect(page.locator(".file__name")).to_have_text([re.compile("trou.jpg")])

    # And of two files of which one will not do, the other is kept
    good = {"name": "rue.jpg", "mimeType": "image/jpeg", "buffer": photograph("street")}
    wrong = {"name": "trou.exe", "mimeType": "image/jpeg", "buffer": b"MZ" + b"\0" * 100}
    page.locator("#fichier").set_input_files([wrong, good])
    page.get_by_role("button", name="Valider").click()
    expect(page.locator("#fichier-erreur")).to_contain_text("trou.exe")
    expect(page.locator("#fichier-erreur")).to_contain_text("L’autre fichier est ajouté.")
    expect(page.locator(".file__name")).to_have_text([re.compile("trou.jpg"), re.compile("rue.jpg")])


def test_one_bad_file_does_not_lose_the_good_one(plain: Filing) -> None:
    plain.answer(REPORT)
    plain.page.locator("#piece-photo input[type=file]").set_input_files(
        [
            {"name": "bonne.jpg", "mimeType": "image/jpeg", "buffer": photograph()},
            {"name": "fausse.jpg", "mimeType": "image/jpeg", "buffer": b"pas une image"},
        ]
    )
    plain.onward()

    expect(plain.page.get_by_role("alert")).to_contain_text("« fausse.jpg »")
    expect(plain.page.locator("[data-file]")).to_contain_text("bonne.jpg")
    expect(plain.page.get_by_label("Décrivez le problème")).to_have_value(DESCRIPTION)


def test_a_request_of_another_person_is_not_found(
    page: Page, open_browser: OpenBrowser, portal: Portal, camille: Person
) -> None:
    # Given a request that has all that can be asked for: a file, an appointment
    number = camille.do("POST", "/requests", camille.prepared("location-salle"))["number"]
    filed = eventually(lambda: found if len((found := camille.request(number))["history"]) == 3 else None, "the piece")
    [piece] = camille.get(f"/requests/{number}/documents")["documents"]
    file, slot = piece["files"][0]["id"], filed["appointments"][0]
    seen = ("", "/annuler", "/rendez-vous", "/rendez-vous/annuler", "/rendez-vous.ics", f"/pieces/{file}")
    later = camille.first_free(slot["agenda"])["start"]
    done = {
        "/echanges": {"message": "Bonjour"},
        f"/echanges/{NOBODYS}": {},
        "/rendez-vous": {"creneau": later},
        "/rendez-vous/annuler": {"rendez_vous": slot["id"]},
        "/pieces": {"piece": piece["piece"]},
        f"/pieces/{file}/retirer": {},
        f"/pieces/{piece['id']}/supprimer": {},
        f"/pieces/{piece['id']}/modifier": {},
        "/liens": {},
        "/annuler": {},
    }
    hers = sit_down(open_browser(), portal, camille)
    morgan = sit_down(open_browser(), portal, log_in(portal, "citizen", "morgan.modele"))

    # When a visitor, and somebody with an account, try the very addresses that are open to her
    for address in seen:
        whole = f"/demande/{number}{address}"
        assert hers.request.get(whole, max_redirects=0).status == 200, address
        assert page.request.get(whole, max_redirects=0).status == 303, address
        assert morgan.request.get(whole, max_redirects=0).status == 404, address
    for stranger, refusal in ((page, 403), (morgan, 404)):
        stranger.goto("/suivi")
        form = form_of(stranger) | {"version": str(filed["version"])}
        for address, wish in done.items():
            answer = send(stranger, f"/demande/{number}{address}", {**form, **wish, "command_id": str(uuid.uuid4())})
            assert answer.status == refusal, (address, answer.status)
            assert "Louer une salle" not in answer.text()

    # Then nothing has become of it, and she may still do what they may not
    assert camille.request(number) == filed
    hers.goto(f"/demande/{number}/annuler")
    assert send(hers, f"/demande/{number}/annuler", form_of(hers)).status == 303


def test_a_malformed_address_gets_a_page_in_french(page: Page) -> None:
    for address, title in {
        "/demarches/inconnue": NO_PAGE,
        "/demarches/domaine/inconnu": NO_PAGE,
        "/demarches/signalement-voirie/etape/inconnue": NO_PAGE,
        "/demande/2026-AAAA-BBBB": "Se connecter à mon espace",
        "/actualites/inconnue": NO_PAGE,
        "/demarches?page=99999999999&q=%00": "Résultats de la recherche",
        "/mes-demandes?page=-1": "Se connecter à mon espace",
        "/demarches/rdv-conseil-urbanisme/etape/rendez-vous?semaine=2026-W99": "pour un conseil en urbanisme",
        "/agent/demandes/2026-AAAA-BBBB": "Connexion des agents",
    }.items():
        answer = page.request.get(address)

        assert answer.status == (404 if title == NO_PAGE else 200), address
        assert '<html lang="fr"' in answer.text()
        assert title in re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", answer.text(), re.DOTALL)[0]


def test_an_error_goes_once_its_answer_is_changed_and_the_others_stay(page: Page, portal: Portal) -> None:
    go_to_step(page, portal, SLUG, "demande?verifier=1", {**ARIEL, "email": new_address()})
    field, town, listed = page.locator("#z-description"), page.locator("#z-lieu-line1"), page.locator("#erreurs li")
    wrong = listed.count()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(town).to_have_attribute("aria-invalid", "true")

    field.press_sequentially("Un")

    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(
        page.locator("#z-description-erreur, .field--error #z-description, [aria-describedby~=z-description-erreur]")
    ).to_have_count(0)
    expect(page.locator("#erreurs li.is-mended")).to_contain_text("Décrivez le problème")
    expect(listed).to_have_count(wrong)
    expect(town).to_have_attribute("aria-invalid", "true")

    town.press_sequentially("2")
    page.locator("#z-type-probleme").select_option(index=1)

    expect(page.locator("main .error")).to_have_count(0)
    expect(page.locator("#erreurs")).to_have_count(0)
    expect(page.locator("[data-said]").first).to_have_text("Toutes les réponses à corriger ont été modifiées.")


def test_a_button_pressed_during_the_last_correction_works(page: Page) -> None:
    started = Filing(page, SLUG)
    started.begin()
    started.introduce({**ARIEL, "email": "ariel.exemple"})
    expect(page.locator("#erreurs")).to_be_visible()
    page.wait_for_load_state()
    # as where nothing holds the page in its place
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")

    email = page.get_by_label("Courriel", exact=False)
    email.fill(new_address())
    button = page.get_by_role("button", name="Continuer")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(email).not_to_be_focused()  # the change event has been sent
    page.mouse.up()

    expect(page).to_have_url(re.compile("/etape/demande"))


def test_the_refusal_of_a_missing_slot_leaves_once_one_is_chosen(page: Page) -> None:
    booking = Filing(page, "rdv-conseil-urbanisme")
    booking.begin()
    page.get_by_role("button", name="Valider").click()
    expect(page.locator("#erreurs")).to_contain_text("Aucun créneau ne vous est réservé")
    page.wait_for_load_state()

    booking.tick(page.get_by_role("radio").first)

    expect(page.locator("#erreurs")).to_have_count(0)
    expect(page.locator("#creneaux-erreur")).to_have_count(0)
    assert page.locator("#creneaux").get_attribute("aria-describedby") is None
