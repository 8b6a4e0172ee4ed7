"""One's own space: coming in, going out, making one."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from gateway.http.rate_limits import RETRY_AFTER
from services.accounts.spaces.rules import SignUpOver
from services.accounts.throttling.rules import TryLater
from services.chassis.actors import Actor
from services.chassis.errors import Conflict, Invalid, NotFound, Refusal, TooMany, Unavailable
from tests.support.demo_town import DRAFT, catalogue
from tests.support.judge import Client, held_values, parsed
from tests.support.own_space import dashboard, line
from tests.support.stubs import Stubs

PASSWORD = {"mot-de-passe": "secret"}
CREDENTIALS = "/mon-espace/identifiants"


def test_logging_in_leads_back_to_where_one_was(visitor: Client) -> None:
    sent = visitor.log_in("/connexion?suite=/demarches/demande-composteur")

    assert sent.location == "/demarches/demande-composteur"
    assert visitor.get_cookie("parvis").value == "s" * 32


@pytest.mark.parametrize("log_in_page", ["/connexion", "/agent/connexion"])
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://ailleurs.example", "//ailleurs.example", "ailleurs.example", "javascript:alert(1)",
        *(f"/{sign}/ailleurs.example" for sign in ("\\", "\t", "\n", "\r", "\0", "\x1f", "\x7f", "\x85", "\u2028")),
        "/\\ailleurs.example", "/\t\\ailleurs.example", "\t//ailleurs.example", " //ailleurs.example", "/actualites\r\nX: x",
    ],
)  # fmt: skip
def test_logging_in_never_leads_to_another_site(visitor: Client, log_in_page: str, elsewhere: str) -> None:
    sent = visitor.log_in(f"{log_in_page}?suite={quote(elsewhere, safe='')}")

    assert sent.location == "/mon-accueil"


def test_logging_out_leaves_nothing_in_the_browser(citizen: Client) -> None:
    sent = citizen.submit("/mon-accueil", "form[action='/deconnexion']")

    assert sent.location == "/connexion?fin=1"
    assert citizen.get_cookie("parvis") is None


def test_the_activation_page_shows_the_user_name_of_the_space(visitor: Client, services: Stubs) -> None:
    services["accounts.activation"] = {"username": "<premier.choix>"}

    assert parsed(visitor.get("/activation/secret")).select_one("main strong").get_text() == "<premier.choix>"


def test_an_activation_logs_in_and_goes_on_where_the_sign_up_began(visitor: Client, services: Stubs) -> None:
    opened = services.answers["accounts.activate"]
    services["accounts.activate"] = opened | {"continue_to": "/demarches/demande-composteur"}

    done = visitor.submit("/activation/secret", "main form", **PASSWORD)

    assert done.location == "/demarches/demande-composteur"
    assert visitor.get_cookie("parvis").value == "s" * 32
    [asked] = services.bodies("accounts.activate")
    assert (asked["token"], asked["password"]) == ("secret", "secret")


@pytest.mark.parametrize(
    ("refusal", "status", "text"),
    [
        (Invalid(fields={"password": "Ce n’est pas le mot de passe."}), 422, "Ce n’est pas le mot de passe."),
        (TryLater("Vous pourrez recommencer dans 15 secondes.", details={RETRY_AFTER: 15}), 429, "dans 15 secondes"),
    ],
)
def test_a_wrong_password_at_the_activation_is_refused_at_its_field(
    visitor: Client, services: Stubs, refusal: Refusal, status: int, text: str
) -> None:
    services["accounts.activate"] = refusal

    page = parsed(visitor.submit("/activation/secret", "main form", **PASSWORD), status)

    assert text in page.select_one("#z-mot-de-passe-erreur").get_text()
    assert visitor.get_cookie("parvis") is None


@pytest.mark.parametrize(
    ("came_from", "kept"),
    [
        ("/demarches/demande-composteur", "/demarches/demande-composteur"),
        ("/demande/2026-ABCD-EFGH/rattacher", "/demande/2026-ABCD-EFGH/rattacher"),
        ("https://ailleurs.example", ""),
        ("/suivi/secret-de-suivi", ""),
    ],
)
def test_a_sign_up_keeps_where_one_came_from_unless_that_is_a_secret(
    visitor: Client, services: Stubs, came_from: str, kept: str
) -> None:
    address = f"/creer-mon-espace?suite={quote(came_from, safe='')}"
    visitor.submit(address, "main form")

    assert services.bodies("accounts.create_account")[-1]["continue_to"] == kept
    link = visitor.page(f"/connexion?suite={quote(came_from, safe='')}").select_one("main aside a.btn")["href"]
    assert visitor.page(link).select_one("main [name=suite]")["value"] == kept


def test_the_log_in_on_the_way_to_attach_a_request_says_what_it_is_for(visitor: Client) -> None:
    opened = visitor.get("/demande/2026-ABCD-EFGH/rattacher")

    page = visitor.page(opened.location)
    assert page.select_one("main .notice h2").get_text() == "Connectez-vous pour rattacher votre demande"
    link = page.select_one("main aside a.btn")["href"]
    assert visitor.page(link).select_one("main [name=suite]")["value"] == "/demande/2026-ABCD-EFGH/rattacher"


def test_a_new_activation_link_is_asked_for_by_mail(visitor: Client, services: Stubs) -> None:
    page = parsed(visitor.submit("/activation", "main form", courriel="ariel"), 422)
    sent = visitor.submit("/activation", "main form", courriel="ariel@courriel.example")

    assert page.select_one(".error-summary a[href='#courriel']") is not None
    assert sent.location == "/activation?envoye=1"
    assert [body["email"] for body in services.bodies("accounts.send_activation")] == ["ariel@courriel.example"]


TAKEN = Conflict("Ce nom d’utilisateur est déjà pris.", fields={"credentials.username": "Ce nom d’utilisateur est déjà pris."})  # fmt: skip
SECRETS = dict.fromkeys(("password", "password_again"), "quatre mots tout simples")


def sign_up(visitor: Client, **typed: str) -> Any:
    return visitor.submit("/creer-mon-espace", "main form", given_names="Ariel", username="camille.exemple", **typed)


def test_a_taken_name_keeps_the_code_and_the_password_sealed_while_it_is_corrected(
    visitor: Client, services: Stubs
) -> None:
    services["accounts.create_account"] = TAKEN

    page = parsed(sign_up(visitor, captcha_answer="7KXM2", **SECRETS), 409)

    assert page.select_one("[name=given_names]")["value"] == "Ariel"
    assert page.select_one("[name=password]")["value"] == ""
    assert page.select_one("[name=captcha_answer]") is None
    assert page.select_one(".error-summary a[href='#z-username']") is not None
    assert not {"quatre mots tout simples", "code-resolu"} & {field["value"] for field in page.select("[value]")}

    services["accounts.create_account"] = {"pending": "espace-en-attente"}
    again = visitor.fill(page, username="ariel")

    first, second = services.bodies("accounts.create_account")
    assert again.location == "/creer-mon-espace?fait=1"
    assert second["credentials"] == {"username": "ariel", "password": "quatre mots tout simples"}
    assert second["solved"] == first["solved"] == "code-resolu"
    assert len(services.bodies("accounts.solve_captcha")) == 1


def test_after_a_sign_up_the_address_is_shown_corrected_and_mailed_again(visitor: Client, services: Stubs) -> None:
    assert visitor.page("/creer-mon-espace?fait=1").select_one("main form") is None
    made = sign_up(visitor, email="camile@courriel.example", **SECRETS)
    assert "camile" not in visitor.get_cookie("parvis-sign-up").value

    page = visitor.page(made.location)
    assert "camile@courriel.example" in page.select_one(".confirm").get_text()
    corrected = visitor.submit(made.location, "form[action$=adresse]", courriel="camille@courriel.example")
    assert "camille@courriel.example" in visitor.page(corrected.location).select_one("#fait").get_text()
    again = visitor.submit(made.location, "form[action$=courriel]")
    assert "Un nouveau courriel part à" in visitor.page(again.location).select_one("#fait").get_text()

    [corrections], [mails] = (
        services.bodies(f"accounts.{name}") for name in ("correct_pending_email", "resend_pending_link")
    )
    assert (corrections["token"], corrections["email"]) == ("espace-en-attente", "camille@courriel.example")
    assert mails["token"] == "espace-en-attente"


@pytest.mark.parametrize(
    ("refusal", "status", "text"),
    [
        (Invalid(fields={"email": "Écrivez une adresse complète."}), 422, "Écrivez une adresse complète."),
        (TryLater("Vous pourrez recommencer dans 60 secondes.", details={RETRY_AFTER: 60}), 429, "dans 60 secondes"),
        (SignUpOver(), 409, "n’attend plus son activation"),
    ],
)
def test_a_correction_that_is_refused_says_why(
    visitor: Client, services: Stubs, refusal: Refusal, status: int, text: str
) -> None:
    made = sign_up(visitor, email="camile@courriel.example", **SECRETS)
    services["accounts.correct_pending_email"] = services["accounts.resend_pending_link"] = refusal

    page = parsed(visitor.submit(made.location, "form[action$=adresse]", courriel="camille@"), status)

    assert text in page.main.get_text()
    if status == 429:
        assert text in parsed(visitor.submit(made.location, "form[action$=courriel]")).main.get_text()


def test_a_form_sealed_for_one_browser_opens_in_no_other_and_expires(visitor: Client, services: Stubs) -> None:
    services["accounts.create_account"] = TAKEN
    page = parsed(sign_up(visitor, captcha_answer="7KXM2", **SECRETS))
    sealed = page.select_one("[name=scelle]")["value"]
    form = held_values(page.select_one("main form"))

    own = visitor.get_cookie("parvis-visitor").value
    visitor.set_cookie("parvis-visitor", "v" * 22)
    visitor.submit("/creer-mon-espace", "main form", scelle=sealed)
    assert services.bodies("accounts.create_account")[-1]["credentials"]["password"] == ""

    visitor.set_cookie("parvis-visitor", own)
    present = visitor.application.extensions["parvis.now"]
    visitor.application.extensions["parvis.now"] = lambda: present() + timedelta(minutes=15)
    visitor.post("/creer-mon-espace", data=form)
    assert services.bodies("accounts.create_account")[-1]["credentials"]["password"] == ""


def test_a_refused_password_is_not_kept_and_the_code_stays_answered(visitor: Client, services: Stubs) -> None:
    services["accounts.create_account"] = Invalid(fields={"credentials.password": "Trop court."})
    for wrong in ({"password": "court", "password_again": "court"}, {"password": "un", "password_again": "deux"}):
        page = parsed(sign_up(visitor, captcha_answer="7KXM2", **wrong))
        assert page.select_one("[name=captcha_answer]") is None
        assert page.select_one("#z-password").has_attr("required")


def test_optional_fields_are_folded_until_they_are_filled_in_or_wrong(visitor: Client, services: Stubs) -> None:
    assert visitor.page("/creer-mon-espace").select_one("form details[open]") is None
    faults = {
        "contact.home_phone": "Ce numéro n’en est pas un.",
        "organisation.name": "Indiquez le nom de l’organisme.",
    }
    services["accounts.create_account"] = Invalid(fields=faults)

    page = parsed(sign_up(visitor, usage_name="Fictif", **{"organisation.kind": "association"}))

    opened = {fold.select_one("input")["name"] for fold in page.select("form details[open]")}
    assert opened == {"civility", "organisation.kind", "mobile_phone"}
    assert services.bodies("accounts.create_account")[-1]["organisation"]["kind"] == "association"


def test_the_sign_up_leads_a_logged_in_citizen_to_their_space(citizen: Client) -> None:
    assert citizen.get("/creer-mon-espace").location == "/mon-accueil"


def test_the_form_says_how_long_a_space_is_kept_and_that_it_needs_no_phone(visitor: Client) -> None:
    page = visitor.page("/creer-mon-espace")
    said = page.select_one("form details").get_text()

    assert "conservé jusqu’à ce que vous le fermiez" in said
    assert "sans connexion" in said
    assert "effacé quatorze jours plus tard" in said

    assert page.select_one("#z-mobile-phone-aide").get_text().startswith("Obligatoire si c’est votre moyen de contact")
    assert not page.select_one("#z-mobile-phone").has_attr("required")


def test_a_space_can_be_created_with_an_address_abroad(visitor: Client, services: Stubs) -> None:
    visitor.submit("/creer-mon-espace", "main form", **{"address.country": "CA", "address.postcode": "H2X 1Y4"})

    asked = services.bodies("accounts.create_account")[-1]["address"]
    assert (asked["country"], asked["postcode"]) == ("CA", "H2X 1Y4")


def test_every_fault_of_the_form_is_listed_with_its_place(visitor: Client, services: Stubs) -> None:
    faults = {"identity.birth_name": "Indiquez votre nom de naissance.", "address.city": "Indiquez la commune.", "captcha.answer": "Recopiez le code."}  # fmt: skip
    services["accounts.create_account"] = Invalid("À corriger.", fields=faults)

    links = [a["href"] for a in parsed(visitor.submit("/creer-mon-espace", "main form")).select(".error-summary a")]

    assert links == ["#z-birth-name", "#z-address-city", "#captcha-answer"]


def test_the_code_its_answer_and_the_proof_of_the_browser_go_together(visitor: Client, services: Stubs) -> None:
    proof = visitor.page("/creer-mon-espace").select_one("[name=captcha_proof]")
    puzzle = {name: proof[name] for name in ("type", "data-salt", "data-iterations", "data-zero-bits")}
    assert puzzle == {"type": "hidden", "data-salt": DRAFT, "data-iterations": "5000", "data-zero-bits": "8"}

    visitor.submit("/creer-mon-espace", "main form", captcha_answer="7KXM2", captcha_proof="412")

    assert services.bodies("accounts.solve_captcha")[0]["captcha"] == {"id": DRAFT, "answer": "7KXM2", "proof": "412"}


def test_a_wait_without_a_proof_is_shown_beside_the_code_and_keeps_the_form(visitor: Client, services: Stubs) -> None:
    said = "Recommencez dans 2 minutes, ou activez JavaScript pour ce site."
    services["accounts.solve_captcha"] = TooMany(fields={"captcha.answer": said}, details={RETRY_AFTER: 120})
    services["accounts.create_account"] = Invalid(fields={"captcha.answer": "Recopiez le code de sécurité."})

    page = parsed(visitor.submit("/creer-mon-espace", "main form", username="ariel", captcha_answer="7KXM2"), 429)

    assert said in page.select_one("#captcha-erreur").text
    assert page.select_one("[name=username]")["value"] == "ariel"


@pytest.mark.parametrize(
    ("reader", "address", "method", "typed", "secrets"),
    [
        ("visitor", "/connexion", "accounts.log_in", {"utilisateur": "camille.exemple"}, PASSWORD),
        ("visitor", "/agent/connexion", "accounts.log_in", {"utilisateur": "julie.agent"}, PASSWORD),
        ("visitor", "/creer-mon-espace", "accounts.create_account", {"username": "ariel"}, SECRETS),
        ("citizen", CREDENTIALS, "accounts.change_credentials", {"username": "Camille"}, PASSWORD),
    ],
    indirect=["reader"],
)
def test_a_password_left_out_of_a_retry_is_asked_again_and_not_called_wrong(
    reader: Client, services: Stubs, address: str, method: str, typed: dict[str, str], secrets: dict[str, str]
) -> None:
    services[method] = Unavailable()
    away = parsed(reader.submit(address, "main form[method=post]", **typed, **secrets), 503)
    services.asked.clear()

    page = parsed(reader.post(address, data=held_values(away.select_one("main form[method=post]"))))

    ((name, value),) = typed.items()
    assert page.select_one(f"[name={name}]")["value"] == value
    assert "aisissez de nouveau votre mot de passe" in page.select_one(".error-summary").get_text()
    assert services.bodies(method) == []


def test_a_town_with_areas_of_its_own_has_its_home(citizen: Client, services: Stubs) -> None:
    def offered(body: dict[str, Any], actor: Actor) -> dict[str, Any]:
        if "area" in body:
            raise NotFound("Ce domaine n’existe pas.")
        return catalogue(body, actor)

    services["procedures.catalogue"] = offered

    assert citizen.page("/mon-accueil").select_one("#coordonnees") is not None


def test_the_tile_of_contact_details_lists_the_procedures_chosen_by_the_town(citizen: Client, services: Stubs) -> None:
    shown = [link["href"] for link in citizen.page("/mon-accueil").select("#coordonnees > ul.plain-list a")]
    assert shown == [f"/demarches/changement-{what}" for what in ("adresse-postale", "telephones", "courriels")]

    citizen.page("/mon-accueil")
    asked = [body.get("dashboard_tile") for body in services.bodies("procedures.catalogue")]
    assert asked.count("contact_details") == 1, "it is kept at hand"


def test_without_a_procedure_behind_it_there_is_no_tile_of_contact_details(citizen: Client, services: Stubs) -> None:
    services["procedures.catalogue"] = {"items": [], "total": 0}
    page = citizen.page("/mon-accueil")
    assert page.select_one("#coordonnees") is page.select_one("a[href='#coordonnees']") is None


def test_mon_accueil_counts_unread_exchanges_as_the_menu_does(citizen: Client, services: Stubs) -> None:
    """Whatever page of « Mes demandes » its request is on."""
    old = line("2025-2HXD-58TN", "permis-vegetaliser", "in_review", unread=3)
    services["requests.read_dashboard"] = dashboard([], unread=[old], appointments=[])

    page = citizen.page("/mon-accueil")

    assert page.select_one(".site-head summary .badge").get_text() == "3 échanges à lire"
    assert "3" in page.select_one(".tile:has(a[href='#a-lire']) .badge").get_text()
    assert "2025-2HXD-58TN" in page.select_one("#a-lire").get_text()
    assert services.bodies("requests.unread") == [], "the menu says what the page has learnt"


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        ("email", "Courriel (préféré)"),
        ("mobile_phone", "Téléphone mobile (préféré)"),
        ("postal", "Adresse (courrier préféré)"),
    ],
)
def test_mon_espace_says_which_contact_is_preferred(citizen: Client, services: Stubs, chosen: str, text: str) -> None:
    services["accounts.profile"] = services.answers["accounts.profile"] | {"preferred_contact": chosen}

    names = [name.get_text() for name in citizen.page("/mon-accueil").select("section[aria-labelledby=t-me] dt")]

    assert [name for name in names if "préféré" in name] == [text]


def test_closing_ones_space_comes_last_on_mon_accueil(citizen: Client) -> None:
    links = [link["href"] for link in citizen.page("/mon-accueil").select("main a")]

    assert links.index("#coordonnees") < links.index("/mon-espace/fermeture") == len(links) - 1
