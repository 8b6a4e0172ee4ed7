"""Pages that no address opens, because something was sent, refused or away: judged like all others,
on a telephone in the light scheme and on a desk in the dark one. The gateway stands on stub services, since a busy town,
a closed space or a service that is away are not to be had on demand; the browser is a real one."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.test import TestResponse

from gateway.http.rate_limits import TooOften
from gateway.routes import FORM_BYTES
from services.accounts.recovery.rules import ResetLinkUsed
from services.accounts.schemas.refusals import WrongCode
from services.accounts.throttling.rules import TryLater
from services.chassis.errors import Conflict, Forbidden, Invalid, Unavailable
from services.requests.receipts.receipt_codes import CodeNotOurs
from services.requests.refusals import DayIsPast, StaleVersion
from services.requests.schemas.refusals import ProcedureWithdrawn, SlotGone, TrackingLinkInvalid
from services.townhall.security_code import SecurityCodeRequired
from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.looks import Watched
from tests.gateway.conftest import app, client, made_once, services
from tests.gateway.pages.conftest import agent, citizen, drafts, follower, visitor
from tests.support import filing
from tests.support.agents_desk import DECISION, HERE, erasure_asked, held_decisions, selection, work_list
from tests.support.demo_town import NOW, NUMBER
from tests.support.drafts import Drafts
from tests.support.judge import Client, held_values, parsed
from tests.support.printed_receipt import CODE, proof
from tests.support.stubs import Stubs
from tests.support.tracked_request import FREED, tracking, with_earlier_slot

__all__ = ["agent", "app", "citizen", "client", "drafts", "follower", "made_once", "services", "visitor"]

pytestmark = pytest.mark.e2e

PORTAL = "http://localhost"  # which browsers trust as they trust HTTPS
MINE = f"/demande/{NUMBER}"
CHOSEN = f"/agent/demandes/selection?d={NUMBER}"
ADDRESSES = {
    "items": [
        {
            "number": NUMBER,
            "name": "Ariel Nouveau",
            "lines": ["7 rue du Pont-Neuf", "61990 Saint-Aubin"],
            "phone": None,
        },
        {"number": "2026-2HXD-58TN", "name": "Camille Exemple", "lines": [], "phone": None},
    ]
}
CHANGES = {
    "changes": [{"at": NOW.isoformat(), "kind": "exchange", "title": "Message reçu", "detail": "", "who": "Vous"}]
}
LOG_IN = {"utilisateur": "camille.exemple", "mot-de-passe": "secret"}
State = Callable[[Client, Stubs, Drafts], TestResponse]


def sent(address: str, form: str = "main form[method=post]", **values: str) -> State:
    return lambda client, services, drafts: client.submit(address, form, **values)


def answered(method: str, answer: Any, then: State) -> State:
    def act(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
        services[method] = answer
        return then(client, services, drafts)

    return act


def shown(address: str) -> State:
    return lambda client, services, drafts: client.get(address)


def mailed(address: str, **typed: str) -> State:
    """The page of a mailed link, or what answers its form."""
    return sent(address, "main form", **typed) if typed else shown(address)


def away(failure: Exception) -> State:
    return answered("requests.tracking", failure, shown(MINE))


def accepted_by_silence(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    view = tracking()
    services["requests.tracking"] = view | {"can": {**view["can"], "request_attestation": True}}
    return client.get(MINE)


def a_code_asked(address: str, form: str) -> State:
    challenge = {"challenge": "challenge", "expires_at": NOW.isoformat()}
    return answered("accounts.log_in", challenge, sent(address, form, **LOG_IN))


def a_wrong_code(refusal: Exception, **typed: str) -> State:
    def act(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
        services["accounts.second_factor"] = refusal
        asked = a_code_asked("/agent/connexion", "main form")(client, services, drafts)
        return client.post("/agent/connexion/code", data=held_values(parsed(asked).select_one("main form")) | typed)

    return act


def a_sign_up_done(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    return client.get(
        client.submit("/creer-mon-espace", "main form", email="camille@courriel.example", **SECRETS).location
    )


def a_full_week(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    drafts.quota = {
        "reached": True,
        "message": "Toutes les places sont prises.",
        "reopens_at": "2026-11-29T23:00:00+00:00",
        "place": None,
    }
    return client.get("/demarches/enlevement-encombrants")


def a_stop(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    client.submit("/demarches/acte-naissance", "main form[method=post]", commune_evenement="ici")
    step = "/demarches/acte-naissance/etape/demande"
    answer = client.submit(step, "form#formulaire", commune_evenement="autre_commune")
    return client.get(answer.location.partition("#")[0]) if answer.location else answer


def a_taken_slot(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    client.submit("/demarches/location-salle", "main form[method=post]")
    services["requests.hold_slot"] = Conflict("Ce créneau vient d’être pris. Choisissez-en un autre.")
    step = "/demarches/location-salle/etape/rendez-vous"
    return client.submit(step, "main form", creneau="2026-11-30T13:00:00+00:00", action="valider")


def typed_while_links_are_revoked(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    form = held_values(client.page(f"{MINE}?onglet=echanges").select_one("form#nouveau"))
    services["requests.tracking"] = TrackingLinkInvalid()
    return client.post(f"{MINE}/echanges", data=form | {"message": "Bonjour"})


def no_move(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    view = tracking()
    services["requests.tracking"] = view | {"appointments": [one | {"can_move": False} for one in view["appointments"]]}
    return client.get(f"{MINE}/rendez-vous")


FREED_SLOT = f"{MINE}/rendez-vous/creneau/{FREED['id']}"


def an_earlier_slot(then: State, *, wanted: bool = True) -> State:
    """One was in a mail, where it is wanted; as soon as something is sent, it is gone, and the day is past."""

    def act(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
        services["requests.tracking"] = with_earlier_slot(wanted=wanted, freed=[FREED] if wanted else [])
        services["requests.want_earlier_slot"] = DayIsPast(fields={"not_before": DayIsPast.message})
        services["requests.move_appointment"] = SlotGone()
        return then(client, services, drafts)

    return act


SECRETS = {"password": "quatre mots bien choisis", "password_again": "quatre mots bien choisis"}
ROAD = "/demarches/signalement-voirie"
STEP = f"{ROAD}/etape/demande"
TYPED = {"description": "Un trou dans la chaussée."}


def while_typing(happens: Callable[[Client, Stubs, Drafts, dict[str, str]], object]) -> State:
    """« Ma demande » is open, something happens, then its form is sent."""

    def act(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
        client.submit(ROAD, "main form[method=post]")
        form = held_values(client.page(STEP).select_one("form#formulaire"))
        happens(client, services, drafts, form)
        return client.post(STEP, data=form | TYPED)

    return act


def another_tab_writes(client: Client, _: Stubs, __: Drafts, form: dict[str, str]) -> None:
    other = held_values(client.page(STEP).select_one("form#formulaire"))
    client.post(STEP, data=other | {"description": "Un lampadaire éteint."})


def a_version_drops_a_question(_: Client, __: Stubs, ___: Drafts, form: dict[str, str]) -> None:
    form |= {"version": "0", "ancienne": "Près de l’abribus."}


def an_unfinished_step(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    client.submit(ROAD, "main form[method=post]")
    client.submit(f"{ROAD}/etape/informations", "form#formulaire", email="pas une adresse")
    return client.get(STEP)


def a_list_of_drafts(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    client.submit("/demarches/inscription-scolaire", "main form[method=post]", member="sacha")
    return client.get("/mon-accueil")


def a_code_to_file(client: Client, services: Stubs, drafts: Drafts) -> TestResponse:
    filing.answer(client)
    services["requests.submit_draft"] = SecurityCodeRequired()
    return client.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")


def an_invitation(**typed: str) -> State:
    return answered("accounts.invitation", OFFER, mailed(INVITATION, **typed))


def a_reset(**typed: str) -> State:
    """Of an agent's password."""
    link = {"username": "agent.voirie", "second_factor": True, "expires_at": NOW.isoformat()}
    return answered("accounts.password_reset_link", link, mailed(RESET, **typed))


INVITATION, RESET = "/agent/invitation/secret", "/nouveau-mot-de-passe/secret"
OFFER = {
    "username": "anne.martin",
    "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Ville:anne.martin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Ville",
    "expires_at": NOW.isoformat(),
    "second_factor_only": False,
}
CODES = {"recovery_codes": ["k7xm-2p4q-wz3c", "b9rt-hh5e-6sdn"] * 5}
TOO_COMMON = Invalid(
    fields={"password": "Ce mot de passe est trop facile à deviner.", "code": "Ce code n’est pas bon."}
)
WAIT = TryLater(
    "Trop d’essais. Vous pourrez recommencer dans 15\u00a0secondes, à partir de 14\u00a0h\u00a005\u00a0min\u00a027\u00a0s.",
    details={"retry_after_seconds": 15},
)
NOT_ACCEPTED = Invalid(fields={"captcha.answer": "Ce n’est pas le code.", "identity.birth_name": "Indiquez votre nom."})
STATES: dict[str, tuple[str, int, str, State]] = {
    "espace-refuse": ("visitor", 422, "Ce n’est pas le code", answered("accounts.create_account", NOT_ACCEPTED, sent("/creer-mon-espace"))),
    "espace-presque-pret": ("visitor", 200, "presque prêt", a_sign_up_done),
    "activation": ("visitor", 200, "Activer mon espace", shown("/activation/secret")),
    "activation-refusee": ("visitor", 422, "Ce n’est pas le mot de passe", answered("accounts.activate", Invalid(fields={"password": "Ce n’est pas le mot de passe choisi en créant cet espace."}), sent("/activation/secret", **{"mot-de-passe": "x"}))),
    "invitation": ("visitor", 200, "Votre second facteur", an_invitation()),
    "invitation-refusee": ("visitor", 422, "trop facile", answered("accounts.accept_invitation", TOO_COMMON, an_invitation(password="x", password_again="x"))),
    "acces-pret": ("visitor", 200, "Votre accès est prêt", answered("accounts.accept_invitation", CODES, an_invitation(password="x", password_again="x"))),
    "nouveau-mot-de-passe": ("visitor", 200, "Code à six chiffres", a_reset()),
    "mot-de-passe-refuse": ("visitor", 422, "trop facile", answered("accounts.reset_password", TOO_COMMON, a_reset(password="x", password_again="x"))),
    "mot-de-passe-change": ("visitor", 200, "Votre mot de passe est changé", answered("accounts.reset_password", {}, a_reset(password="x", password_again="x", code="123456"))),
    "lien-qui-a-servi": ("visitor", 409, "ne sert plus", answered("accounts.password_reset_link", ResetLinkUsed(), shown(RESET))),
    "mot-de-passe-a-demander": ("visitor", 422, "Indiquez votre nom d’utilisateur ou", sent("/mot-de-passe-oublie", identifiant="")),
    "attente-apres-essais": ("visitor", 429, "dans 15\u00a0secondes", answered("accounts.log_in", WAIT, sent("/connexion", utilisateur="camille", **{"mot-de-passe": "secret"}))),
    "espace-ferme": ("citizen", 200, "fermé", sent("/mon-espace/fermeture", **{"mot-de-passe": "secret"})),
    "espace-a-rouvrir": ("visitor", 422, "pas celui de cet espace", answered("accounts.withdraw_closure", Invalid("Ce mot de passe n’est pas celui de cet espace."), sent("/espace/rouvrir/secret", **{"mot-de-passe": "x"}))),
    "espace-rouvert": ("visitor", 200, "de nouveau ouvert", sent("/espace/rouvrir/secret", **{"mot-de-passe": "secret"})),
    "code-de-l-espace": ("visitor", 200, "Code", a_code_asked("/connexion", "main form:has([name=utilisateur])")),
    "code-d-agent-refuse": ("visitor", 403, "Ce code n’est pas valable", a_wrong_code(Forbidden("Ce code n’est pas valable."), code="1")),
    "code-de-secours-refuse": ("visitor", 403, "code de secours n’est pas valable", a_wrong_code(WrongCode(), secours="k7xm-2p4q-wz3c")),
    "codes-de-secours": ("agent", 200, "Ils ne sont montrés que cette fois", answered("accounts.renew_recovery_codes", {"codes": CODES["recovery_codes"]}, sent("/agent/mon-compte/codes-de-secours", "main form", password="x", code="123456"))),
    "codes-refuses": ("agent", 422, "pas le vôtre", answered("accounts.renew_recovery_codes", Invalid(fields={"password": "Ce mot de passe n’est pas le vôtre."}), sent("/agent/mon-compte/codes-de-secours", "main form", password="x", code="123456"))),
    "second-facteur-nouveau": ("visitor", 200, "Mon nouveau second facteur", answered("accounts.invitation", {**OFFER, "second_factor_only": True}, shown(INVITATION))),
    "code-pour-une-place": ("visitor", 422, "recopiez le code de sécurité", a_code_to_file),
    "code-pour-un-sondage": ("visitor", 422, "recopiez le code de sécurité", answered("content.vote", SecurityCodeRequired(), sent("/votre-avis/passerelle-nom", nom="lavandieres"))),
    "semaine-complete": ("visitor", 200, "Toutes les places sont prises", a_full_week),
    "demarche-arretee": ("visitor", 200, "Cette démarche s’arrête ici", a_stop),
    "creneau-pris": ("citizen", 409, "vient d’être pris", a_taken_slot),
    "page-perimee": ("visitor", 409, "n’est plus à jour", while_typing(lambda client, services, drafts, form: drafts.kept.clear())),
    "demarche-retiree": ("visitor", 409, "n’est plus proposée en ligne", while_typing(lambda client, services, drafts, form: services.__setitem__("requests.draft_for", ProcedureWithdrawn()))),
    "demarche-changee": ("visitor", 200, "ne demande plus", while_typing(a_version_drops_a_question)),
    "deux-onglets": ("visitor", 409, "modifiée dans un autre onglet", while_typing(another_tab_writes)),
    "session-finie": ("citizen", 403, "Votre session a pris fin", while_typing(lambda client, services, drafts, form: client.delete_cookie("parvis"))),
    "etape-a-completer": ("visitor", 200, "À compléter", an_unfinished_step),
    "saisies-en-cours": ("citizen", 200, "Saisies en cours", a_list_of_drafts),
    "effacement-demande": ("agent", 200, "Votre réponse", answered("requests.tracking", lambda *_: erasure_asked(), shown(f"{HERE}/effacement"))),
    "attestation": ("follower", 200, "Demander l’attestation", accepted_by_silence),
    "lien-perime": ("visitor", 404, "ne marche pas", answered("requests.open_tracking", TrackingLinkInvalid(), shown("/suivi/perime"))),
    "recepisse-signe": ("visitor", 200, "Ce récépissé est signé par la mairie", sent("/verifier", "main form", code=CODE)),
    "recepisse-modifie": ("visitor", 200, "a été changé", answered("requests.check_receipt", proof(unchanged=False), sent("/verifier", "main form", code=CODE))),
    "recepisse-efface": ("visitor", 200, "ne garde plus", answered("requests.check_receipt", proof(kept=False, agrees=None), sent("/verifier", "main form", code=CODE))),
    "recepisse-faux": ("visitor", 422, "ne vous y fiez pas", answered("requests.check_receipt", CodeNotOurs(fields={"code": CodeNotOurs.message}), sent("/verifier", "main form", code=CODE))),
    "lien-desactive": ("follower", 404, "n’est plus valable", typed_while_links_are_revoked),
    "fichier-a-retirer": ("citizen", 200, "Non, garder ce fichier", sent(f"/mes-pieces/{UUID(int=1)}/modifier", libelle="Livret", action=f"retirer:{UUID(int=100)}")),
    "deplacement-refuse": ("follower", 200, "Ce rendez-vous est nécessaire", no_move),
    "alerte-refusee": ("follower", 422, "Ce jour est passé", an_earlier_slot(sent(f"{MINE}?onglet=rendez-vous", "#alerte form", depuis="2026-11-16"), wanted=False)),
    "alerte": ("follower", 200, "Ne plus me prévenir", an_earlier_slot(shown(f"{MINE}?onglet=rendez-vous"))),
    "creneau-plus-tot": ("follower", 200, "Prendre ce créneau plus tôt", an_earlier_slot(shown(FREED_SLOT))),
    "creneau-plus-tot-pris": ("follower", 409, "n’est plus libre", an_earlier_slot(sent(FREED_SLOT, "main form"))),
    "annulation-perimee": ("follower", 409, "Message reçu", answered("requests.cancel", Conflict("La demande a changé.", details=CHANGES), sent(f"{MINE}/annuler"))),
    "decision-relue": ("agent", 200, "Prêt à partir", sent(f"{HERE}/decision?vers=redirected", "main form", other_administration="Département", reason="La voie est départementale.", action="relire")),
    "decision-perimee": ("agent", 409, "Message reçu", answered("requests.change_status", StaleVersion(details=CHANGES), sent(f"{HERE}/decision?vers=redirected", "main form", other_administration="Département", action="envoyer"))),
    "decision-incomplete": ("agent", 422, "manque encore", answered("requests.change_status", Invalid(fields={"values.deadline": "Cette information manque encore."}), sent(f"{HERE}/decision?vers=scheduled&reponse=intervention-programmee", "main form", action="envoyer"))),
    "decision-en-attente": ("agent", 200, "Votre décision part dans", answered("requests.list_held_decisions", held_decisions(), shown(HERE))),
    "decision-pas-partie": ("agent", 200, "n’est pas partie", answered("requests.list_held_decisions", held_decisions(because="Le dossier a changé."), shown(HERE))),
    "decision-annulee": ("agent", 200, "Rien n’est parti", answered("requests.list_held_decisions", held_decisions(), answered("requests.undo_decision", {"number": NUMBER, "words": {"to": "rejected", "reason": "Voie privée."}}, sent(HERE, ".held form")))),
    "trop-lourd": ("follower", 413, "un texte plus court", sent(f"{MINE}?onglet=echanges", "form#nouveau", message="x" * FORM_BYTES)),
    "trop-souvent": ("citizen", 429, "2\u00a0minutes", away(TooOften(details={"retry_after_seconds": 61}))),
    "demandes-prises": ("agent", 200, "C’est fait pour", sent(f"{CHOSEN}&acte=charge", "main form")),
    "demandes-refusees": ("agent", 200, "Recommencer pour", answered("requests.take_in_charge", Unavailable(), sent(f"{CHOSEN}&acte=charge", "main form"))),
    "demandes-sans-choix": ("agent", 422, "Dites à qui", sent(f"{CHOSEN}&acte=affecter", "main form")),
    "demandes-sans-message-lu": ("agent", 200, "lisez-le d’abord", answered("requests.read_selection", selection(NUMBER, unread=1), shown(f"{CHOSEN}&acte=repondre"))),
    "service-perdu": ("agent", 200, "n’est pas rattaché", answered("requests.work_list", work_list(), shown("/agent/demandes?service=police-municipale&colonnes=numero,couleur"))),
    "vue-sans-nom": ("agent", 422, "Donnez un nom", sent("/agent/demandes/vues?liste=vue%3Da-moi", "main .panel form", nom="")),
    "etiquettes": ("agent", 200, "Sans adresse postale", answered("requests.recipients", ADDRESSES, shown(f"/agent/demandes/etiquettes?d={NUMBER}&d=2026-2HXD-58TN&debut=3"))),
    "indisponible-agent": ("agent", 503, "indisponible", answered("requests.tracking", Unavailable(), shown(HERE))),
}  # fmt: skip


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    yield Watched(context.new_page())
    context.close()


@pytest.mark.parametrize("state", STATES)
def test_a_state_of_a_page_looks_right(
    window: Watched,
    request: pytest.FixtureRequest,
    app: Flask,
    services: Stubs,
    drafts: Drafts,
    state: str,
) -> None:
    who, status, words, bring_about = STATES[state]
    client: Client = request.getfixturevalue(who)
    answer = bring_about(client, services, drafts)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text

    def serve(route: Route) -> None:
        asked = route.request
        given = answer if asked.is_navigation_request() else app.test_client().get(asked.url.removeprefix(PORTAL))
        route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.get_data())

    window.page.route("**/*", serve)
    faults = []
    for scheme, width in (("light", 390), ("dark", 1280)):
        window.page.emulate_media(color_scheme=scheme)
        if scheme == "light":
            window.open(f"{PORTAL}/", width)
        window.resize(width)
        window.keep(f"etat-{state}-{scheme}")
        where = "html" if scheme == "light" else "main"  # header and footer are those of every page
        faults += [f"{width} px, {scheme}: {fault}" for fault in window.looks(where=where)]
    window.resize(320)
    faults += window.overflow() + window.said
    window.page.unroute("**/*")
    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("agent")
def test_the_keyboard_alone_undoes_a_decision_that_waits(window: Watched, app: Flask, services: Stubs) -> None:
    services["requests.list_held_decisions"] = held_decisions(seconds=60)
    services["requests.undo_decision"] = {"number": NUMBER, "words": {"to": "rejected", "reason": "Voie privée."}}
    sender = app.test_client()
    sender.set_cookie("parvis", "s" * 32)
    shown = sender.get(f"{HERE}?fait=attente")

    def serve(route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix(PORTAL)
        if asked.method == "POST":
            services["requests.list_held_decisions"] = {"items": []}
            given = sender.post(path, data=asked.post_data, content_type="application/x-www-form-urlencoded")
        else:
            given = shown if asked.is_navigation_request() else app.test_client().get(path)
        route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.get_data())

    window.page.route("**/*", serve)
    window.page.goto(f"{PORTAL}/")
    expect(window.page.locator("#attente")).to_be_focused()
    Keyboard(window.page).press(window.page.get_by_role("button", name=re.compile("^Annuler la décision")))

    expect(window.page.locator("[name=reason]")).to_have_value("Voie privée.")
    expect(window.page.locator(":focus")).to_contain_text("annulée")
    window.page.unroute("**/*")


@pytest.fixture
def still_page(browser: Browser) -> Iterator[Page]:
    """A page whose clock stands still until the test moves it."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    context.clock.install(time=NOW)
    context.clock.pause_at(NOW)
    yield context.new_page()
    context.close()


def test_a_decision_that_waits_counts_its_seconds_and_says_that_it_has_left(
    still_page: Page, app: Flask, agent: Client, services: Stubs
) -> None:
    services["requests.list_held_decisions"] = held_decisions(seconds=2)
    answer = agent.get(f"{HERE}?fait=attente")

    def serve(route: Route) -> None:
        if route.request.url.endswith(f"{DECISION}/etat"):
            route.fulfill(body="done", content_type="text/plain")
            return
        asked = route.request
        given = answer if asked.is_navigation_request() else app.test_client().get(asked.url.removeprefix(PORTAL))
        route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.get_data())

    still_page.route("**/*", serve)
    still_page.goto(f"{PORTAL}/")
    strip = still_page.locator("#attente")
    expect(strip).to_be_focused()
    expect(strip.get_by_role("heading")).to_have_text("Votre décision part dans 2\u00a0secondes")
    still_page.clock.run_for(1000)
    expect(strip.get_by_role("heading")).to_have_text("Votre décision part dans 1\u00a0seconde")
    still_page.clock.run_for(1000)
    expect(strip.get_by_role("status")).to_contain_text("Envoyée")
    expect(strip.get_by_role("button")).to_have_count(0)
    expect(strip.get_by_role("link", name="Voir le dossier à jour")).to_have_attribute("href", HERE)
