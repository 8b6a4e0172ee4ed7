"""What people get wrong, and what others try: a clear refusal in French, what was typed is kept, nothing half done."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Page, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import new_address
from tests.e2e.journeys.people import new_browser, sit_down
from tests.e2e.people import Person, eventually, log_in, photograph
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"
DESCRIPTION = "Un pavé manque devant le numéro 7."
REPORT = {"type_probleme": "chaussee", "lieu": ADDRESS, "description": DESCRIPTION}
NOBODYS = "00000000-0000-4000-8000-000000000000"
NO_PAGE = "Cette page n’existe pas, ou plus"
ARIEL = {"given_names": "Ariel", "usage_name": "Nouveau"}


@pytest.fixture
def filing(page: Page) -> Filing:
    """Somebody at the step Ma demande."""
    started = Filing(page, SLUG)
    started.begin()
    started.introduce({**ARIEL, "email": new_address()})
    return started


@pytest.fixture
def plain(browser: Browser, portal: Portal) -> Iterator[Filing]:
    """The same, in a browser whose scripts check nothing before it is sent."""
    context = new_browser(browser, portal, scripts=False)
    started = Filing(context.new_page(), SLUG, scripts=False)
    started.begin()
    started.introduce({**ARIEL, "email": new_address()})
    yield started
    context.close()


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


def test_a_page_of_an_older_draft_is_told_to_be_outdated(filing: Filing) -> None:
    # Given the step in one tab, and a fresh start in another
    old = filing.page
    Filing(old.context.new_page(), SLUG).begin()

    # When the first tab is sent
    filing.answer(REPORT)
    filing.onward()

    # Then nothing is mixed up, and the way on is shown
    expect(old.locator("main")).to_contain_text("Cette page n’est plus à jour")
    expect(old.get_by_role("link", name="Reprendre ma saisie")).to_be_visible()


def test_the_same_form_sent_twice_is_one_request(page: Page) -> None:
    filing = Filing(page, SLUG)
    filing.reach_summary(new_address())
    form, address = form_of(page), f"/demarches/{SLUG}/etape/recapitulatif"

    first, second = send(page, address, form), send(page, address, form)

    assert first.status == second.status == 303
    assert first.headers["location"] == second.headers["location"]


def test_a_form_with_files_sent_twice_adds_each_once_and_one_that_fails_loses_no_other(
    browser: Browser, portal: Portal
) -> None:
    # Given a filed request, and the form of its pieces in a browser without scripts
    context = new_browser(browser, portal, scripts=False)
    page = context.new_page()
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
    context.close()


def test_a_slot_that_was_taken_meanwhile_is_told_and_others_are_offered(
    page: Page, browser: Browser, portal: Portal
) -> None:
    # Given two visitors before the same calendar
    filing, rival = Filing(page, "rdv-conseil-urbanisme"), new_browser(browser, portal).new_page()
    filing.begin()
    Filing(rival, "rdv-conseil-urbanisme").begin()
    expect(page.locator("#semaine")).to_be_visible()
    while page.get_by_role("radio").count() == 0:
        page.get_by_role("link", name="Semaine suivante", exact=True).click()

    # When the other one is faster
    start = Filing(rival, "rdv-conseil-urbanisme").choose_slot()
    filing.tick(page.locator(f'[name="creneau"][value="{start}"]'))
    page.get_by_role("button", name="Valider").click()

    # Then the page says so, and no longer offers it
    expect(page.get_by_role("alert")).to_contain_text(re.compile("créneau", re.IGNORECASE))
    expect(page.locator(f'[name="creneau"][value="{start}"]')).to_have_count(0)
    expect(page.get_by_role("button", name="Valider")).to_be_visible()
    rival.context.close()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("programme.exe", b"MZ" + b"\0" * 100, "Ce format n’est pas accepté", id="forbidden type"),
        pytest.param("trop-grand.jpg", b"\xff\xd8\xff" + b"\0" * 5_300_000, "trop lourd", id="too large"),
    ],
)
def test_a_file_that_will_not_do_is_refused_before_it_is_sent(
    filing: Filing, name: str, content: bytes, told: str
) -> None:
    filing.answer(REPORT)
    field = filing.page.locator("#piece-photo input[type=file]")

    field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    expect(filing.page.locator("#piece-photo")).to_contain_text(told)
    filing.page.get_by_role("button", name=f"Retirer {name}").click()
    expect(filing.page.get_by_label("Décrivez le problème")).to_have_value(DESCRIPTION)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("photo.jpg", b"<html>pas une photographie</html>", id="not what its name says"),
        pytest.param("programme.exe", b"MZ" + b"\0" * 100, id="forbidden type"),
        pytest.param("trop-grand.jpg", b"\xff\xd8\xff" + b"\0" * 5_300_000, id="too large"),
    ],
)
def test_a_file_that_will_not_do_is_refused_by_the_portal_too(plain: Filing, name: str, content: bytes) -> None:
    plain.answer(REPORT)
    plain.attach("photo", name, content)
    plain.onward()

    main = plain.page.locator("main")
    expect(plain.page.get_by_role("alert")).to_contain_text(f"« {name} »")
    expect(main.locator("[data-file]")).to_have_count(0)
    expect(plain.page.get_by_label("Décrivez le problème")).to_have_value(DESCRIPTION)


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


def test_a_form_that_is_far_too_long_is_refused(page: Page) -> None:
    page.goto("/suivi")
    form = form_of(page)

    answer = send(page, "/suivi", {**form, "numero": "x" * 300_000, "courriel": "a@courriel.example"})

    assert answer.status == 413
    assert "dépasse la taille permise" in answer.text()


def test_a_form_of_another_site_is_refused_and_what_was_typed_is_given_back(page: Page) -> None:
    page.goto("/suivi")
    form = form_of(page)

    answer = send(
        page, "/suivi", {**form, "csrf": "AAAA", "numero": "2026-AAAA-BBBB", "courriel": "a@courriel.example"}
    )

    assert answer.status == 403
    assert "Ce formulaire a expiré" in answer.text()
    assert "2026-AAAA-BBBB" in answer.text()


def test_someone_elses_request_does_not_exist(page: Page, browser: Browser, portal: Portal, camille: Person) -> None:
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
    hers = sit_down(new_browser(browser, portal), portal, camille)
    morgan = sit_down(new_browser(browser, portal), portal, log_in(portal, "citizen", "morgan.modele"))

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
    for one in (hers, morgan):
        one.context.close()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/demarches/inconnue", NO_PAGE),
        ("/demarches/domaine/inconnu", NO_PAGE),
        ("/demarches/signalement-voirie/etape/inconnue", NO_PAGE),
        ("/demande/2026-AAAA-BBBB", "Se connecter à mon espace"),
        ("/suivi/faux", "Ce lien de suivi n’ouvre rien"),
        ("/actualites/inconnue", NO_PAGE),
        ("/activation/faux", "Ce lien d’activation n’ouvre rien"),
        ("/nulle-part", NO_PAGE),
        ("/demarches?page=99999999999&q=%00", "Résultats de la recherche"),
        ("/mes-demandes?page=-1", "Se connecter à mon espace"),
        (
            "/demarches/rdv-conseil-urbanisme/etape/rendez-vous?semaine=2026-W99",
            "Prendre rendez-vous pour un conseil en urbanisme",
        ),
        ("/agent/demandes/2026-AAAA-BBBB", "Connexion des agents"),
    ],
)
def test_an_address_that_makes_no_sense_gets_a_page_in_french(page: Page, address: str, told: str) -> None:
    answer = page.goto(address)

    assert answer is not None and answer.status == (404 if "n’" in told else 200)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("main h1")).to_have_text(told)


def test_an_error_goes_once_its_answer_is_changed_and_the_others_stay(filing: Filing) -> None:
    page = filing.page
    page.goto(f"/demarches/{SLUG}/etape/demande?verifier=1")
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


def test_the_press_that_ends_the_last_correction_is_not_lost(page: Page) -> None:
    started = Filing(page, SLUG)
    started.begin()
    started.introduce({**ARIEL, "email": "ariel.exemple"})
    expect(page.locator("#erreurs")).to_be_visible()
    page.evaluate(
        "document.documentElement.style.overflowAnchor = 'none'"
    )  # as where nothing holds the page in its place

    email = page.get_by_label("Courriel", exact=False)
    email.fill(new_address())
    button = page.get_by_role("button", name="Continuer")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(email).not_to_be_focused()  # the change has been told
    page.mouse.up()

    expect(page).to_have_url(re.compile("/etape/demande"))


def test_the_refusal_of_a_missing_slot_leaves_once_one_is_chosen(page: Page) -> None:
    booking = Filing(page, "rdv-conseil-urbanisme")
    booking.begin()
    page.get_by_role("button", name="Valider").click()
    expect(page.locator("#erreurs")).to_contain_text("Aucun créneau ne vous est réservé")

    booking.tick(page.get_by_role("radio").first)

    expect(page.locator("#erreurs")).to_have_count(0)
    expect(page.locator("#creneaux-erreur")).to_have_count(0)
    assert page.locator("#creneaux").get_attribute("aria-describedby") is None


def test_answers_outside_the_choices_and_broken_ids_are_refused_without_an_incident(filing: Filing) -> None:
    # Given a form that would lead on to the summary
    page, address = filing.page, f"/demarches/{SLUG}/etape/demande"
    filing.answer(REPORT)
    form = form_of(page)
    onward, corrected = f"/demarches/{SLUG}/etape/recapitulatif", f"{address}?verifier=1#erreurs"

    def sent(change: dict[str, str]) -> APIResponse:
        return send(page, address, {**form, "command_id": str(uuid.uuid4()), **change})

    assert sent({}).headers["location"] == onward

    # When an answer is none of those that the form takes, then the step says which
    for change, told in (
        ({"type_probleme": "inventé"}, "Choisissez une réponse de la liste."),
        ({"lieu.line1": "\0"}, "retirez les caractères invisibles de cette réponse."),
        ({"inconnu.profond": "x"}, "Cette question ne fait pas partie de la démarche."),
    ):
        answer = sent(change)
        assert (answer.status, answer.headers.get("location")) == (303, corrected), change
        shown = page.request.get(f"{address}?verifier=1").text()
        assert told in shown.partition('role="alert"')[2].partition("</ul>")[0], change

    # And a broken id is none of hers: what it names is not found, or is as if it had not been sent
    assert sent({"draft_id": "pas-un-id"}).status == 409
    assert sent({"action": "retirer:pas-un-id"}).status == 422
    assert sent({"version": "99999999999999999999"}).headers["location"] == f"{address}?changee=1"
    for harmless in ({"command_id": "pas-un-id"}, {"action": "inconnue"}):
        assert sent(harmless).headers["location"] == onward, harmless
