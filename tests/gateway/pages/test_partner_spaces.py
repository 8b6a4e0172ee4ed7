"""« Autres espaces »: the tiles, the form of what is saved, and the page that connects."""

from typing import Any

import pytest

from services.accounts.partners.rules import NothingSaved, PassExpired, PassUsed
from services.accounts.schemas.refusals import CheckInterrupted, PartnerFormRefused, PartnerRefused
from services.accounts.throttling.rules import TryLater
from services.chassis.errors import Refusal, Unavailable
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

HOME, OWN = "/mon-accueil", "/mon-espace/autres-espaces"
TILES = "#autres-espaces .tile"
SECRET = "clé du foyer"
TYPED = {"valeur.portail-famille.code_famille": "100001", "secret.portail-famille.mot_de_passe": SECRET}
SAVED_AT = "2026-11-20T10:00:00+00:00"
TOKEN = "t" * 43
ORIGIN = "https://portail-famille.saint-aubin-sur-orne.example"


def saved(services: Stubs, *slugs: str, **kept: Any) -> None:
    services["accounts.list_partner_credentials"] = {
        "kept": [{"slug": slug, "saved_at": SAVED_AT, "reminder": ""} | kept for slug in slugs],
        "uses": [{"slug": slug, "act": "saved", "at": SAVED_AT} for slug in slugs],
    }


def send(citizen: Client) -> Any:
    return citizen.submit(OWN, f"form[action='{OWN}/portail-famille']", **TYPED)


def test_the_town_s_three_spaces_are_tiles_that_say_where_they_lead(citizen: Client, services: Stubs) -> None:
    saved(services, "mediatheque", "regie-eau", reminder="061-000031")
    page = citizen.page(HOME)

    assert "Ces espaces sont sur d’autres sites" in page.select_one("#autres-espaces").get_text()
    family, library, water = page.select(TILES)
    own, _, field = family.select_one("h3 a")["href"].partition("#")
    assert (own, citizen.page(OWN).select_one(f"#{field}")["name"]) == (OWN, "valeur.portail-famille.code_famille")
    form = library.select_one("form")
    assert (form["action"], form["target"]) == (f"{OWN}/mediatheque/connexion", "_blank")
    assert "autre site, nouvel onglet" in form.select_one("button").get_text()
    link = water.select_one("a")
    assert (link["target"], link["rel"]) == ("_blank", ["noopener", "noreferrer"])
    assert link["href"] == "https://agence.regie-eau-orne.example/"
    assert "061-000031" in water.get_text()


def test_a_town_without_other_spaces_says_nothing_of_them(citizen: Client, services: Stubs) -> None:
    services["content.list_partner_spaces"] = {"spaces": []}
    assert citizen.page(HOME).select("#autres-espaces") == []


def test_while_accounts_is_silent_each_tile_opens_its_site(citizen: Client, services: Stubs) -> None:
    services["accounts.list_partner_credentials"] = Unavailable()
    assert len(citizen.page(HOME).select(f"{TILES} a[target=_blank]")) == 3


def test_the_profile_has_a_form_for_each_space_and_says_how_all_is_kept(citizen: Client) -> None:
    page = citizen.page(OWN)

    words = page.select_one("main").get_text(" ", strip=True)
    assert "facultatif" in words
    assert "tout retirer quand vous voulez" in words
    assert page.select_one("#portail-famille h2").get_text() == "Portail famille"
    assert [one["type"] for one in page.select("#portail-famille .form input.input")] == ["text", "password"]
    assert len(page.select("#regie-eau .form input.input")) == 1  # its code is never kept
    assert citizen.page("/mon-espace").select_one(f"main a[href='{OWN}']") is not None


def test_typed_credentials_are_saved_by_the_partner_s_own_names(citizen: Client, services: Stubs) -> None:
    services["accounts.save_partner_credentials"] = {}

    sent = send(citizen)

    assert sent.location == f"{OWN}?fait=enregistre&espace=portail-famille#portail-famille"
    values = {"code_famille": "100001", "mot_de_passe": SECRET}
    assert services.bodies("accounts.save_partner_credentials") == [{"slug": "portail-famille", "values": values}]


def test_a_refusal_is_shown_at_its_field_and_the_secret_is_not_given_back(citizen: Client, services: Stubs) -> None:
    said = "Le site « Portail famille » n’a pas reconnu ces identifiants."
    services["accounts.save_partner_credentials"] = PartnerRefused(said, fields={"mot_de_passe": said})

    sent = send(citizen)

    page = parsed(sent, 422)
    summary = page.select_one(".error-summary a")
    assert page.select_one(summary["href"])["aria-invalid"] == "true"
    assert page.select_one("#z-valeur-portail-famille-code-famille")["value"] == "100001"
    assert SECRET not in sent.text


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(CheckInterrupted(), 503), (TryLater("Trop d’essais. Vous pourrez recommencer dans une minute."), 429)],
)
def test_an_interrupted_or_throttled_check_is_reported_on_the_page(
    citizen: Client, services: Stubs, refusal: Refusal, status: int
) -> None:
    services["accounts.save_partner_credentials"] = refusal
    sent = send(citizen)

    assert sent.status_code == status
    assert refusal.message in parsed(sent).select_one(".error-summary").get_text()
    assert SECRET not in sent.text


def test_a_secret_is_kept_neither_behind_a_log_in_nor_on_an_error_page(
    visitor: Client, services: Stubs, citizen: Client
) -> None:
    services["accounts.save_partner_credentials"] = Unavailable()
    failed = send(citizen)
    citizen.delete_cookie("parvis")
    token = visitor.page("/connexion").select_one("input[name=csrf]")["value"]
    waits = visitor.post(f"{OWN}/portail-famille", data={**TYPED, "csrf": token})

    for answer in (failed, waits):
        assert answer.status_code in (403, 503)
        assert "100001" in answer.text
        assert SECRET not in answer.text


def test_saved_credentials_are_removed_by_their_button_and_each_use_is_listed(citizen: Client, services: Stubs) -> None:
    saved(services, "portail-famille", "cantine")
    services["accounts.remove_partner_credentials"] = {}

    page = citizen.page(OWN)
    assert "identifiants enregistrés" in page.select_one("[aria-labelledby=t-uses]").get_text()
    assert page.select_one(f"form[action='{OWN}/cantine/retirer']") is not None  # the town offers it no more
    sent = citizen.submit(OWN, f"form[action='{OWN}/portail-famille/retirer']")

    assert sent.location == f"{OWN}?fait=retire&espace=portail-famille#portail-famille"
    assert services.bodies("accounts.remove_partner_credentials") == [{"slug": "portail-famille"}]


def test_a_click_leads_to_a_page_that_posts_to_the_partner_s_origins_only(citizen: Client, services: Stubs) -> None:
    saved(services, "portail-famille")
    services["accounts.open_partner_connection"] = {"token": TOKEN, "expires_at": SAVED_AT}
    services["accounts.use_partner_pass"] = {
        "title": "Portail famille",
        "url": f"{ORIGIN}/connexion",
        "origins": [ORIGIN],
        "fields": [{"name": "code_famille", "value": "100001"}, {"name": "mot_de_passe", "value": SECRET}],
    }

    clicked = citizen.submit(HOME, f"{TILES} form")
    assert clicked.location == f"/autres-espaces/connexion/{TOKEN}"
    opened = citizen.get(clicked.location)

    form = parsed(opened).select_one("form")
    assert form["action"] == f"{ORIGIN}/connexion"
    assert held_values(form) == {"code_famille": "100001", "mot_de_passe": SECRET}
    assert form.select_one("button").get_text().startswith("Continuer vers")
    policy = dict(one.split(" ", 1) for one in opened.headers["Content-Security-Policy"].split("; "))
    nonce = parsed(opened).select_one("script")["nonce"]
    assert (policy["form-action"], policy["script-src"]) == (ORIGIN, f"'nonce-{nonce}'")
    assert policy["default-src"] == "'none'"
    assert opened.headers["Cache-Control"] == "no-store"
    assert opened.headers["Referrer-Policy"] == "strict-origin"
    assert "csrf" not in opened.text


@pytest.mark.parametrize(("refusal", "status"), [(PassUsed(), 409), (PassExpired(), 409), (NothingSaved(), 404)])
def test_a_connection_page_that_has_expired_says_why(
    citizen: Client, services: Stubs, refusal: Refusal, status: int
) -> None:
    services["accounts.use_partner_pass"] = refusal
    page = parsed(citizen.get(f"/autres-espaces/connexion/{TOKEN}"), status)
    words = " ".join(page.select_one("main").get_text().split())
    assert " ".join(refusal.message.split()) in words


SIGN_UP = "/creer-mon-espace"


def sign_up(visitor: Client, **typed: str) -> Any:
    passwords = {"password": "quatre mots", "password_again": "quatre mots"}
    return visitor.submit(SIGN_UP, "main form", **{**passwords, "email": "a@b.example", **typed})


def test_a_sign_up_may_include_credentials_and_says_how_they_are_kept(visitor: Client, services: Stubs) -> None:
    services["accounts.check_partner_form"] = services["accounts.keep_pending_credentials"] = {}
    fold = next(one for one in visitor.page(SIGN_UP).select("details") if "autres espaces" in one.get_text())
    assert not fold.has_attr("open")
    assert "facultatif" in fold.get_text()
    assert "retirer quand vous voulez" in fold.get_text()
    assert fold.select("[required]") == []

    assert sign_up(visitor).location.endswith("?fait=1")
    assert services.bodies("accounts.keep_pending_credentials") == []
    assert sign_up(visitor, **TYPED).location.endswith("?fait=1")

    [kept] = services.bodies("accounts.keep_pending_credentials")
    assert kept["pending"] == "espace-en-attente"
    assert kept["values"] == {"code_famille": "100001", "mot_de_passe": SECRET}


def test_malformed_credentials_are_refused_before_the_account_is_created(visitor: Client, services: Stubs) -> None:
    services["accounts.check_partner_form"] = PartnerFormRefused(fields={"code_famille": "Six chiffres."})
    sent = sign_up(visitor, **TYPED)

    page = parsed(sent, 422)
    assert page.select_one("#z-valeur-portail-famille-code-famille")["aria-invalid"] == "true"
    assert SECRET not in sent.text
    assert services.bodies("accounts.create_account") == []


def test_a_space_is_created_though_credentials_cannot_be_kept_and_says_so(visitor: Client, services: Stubs) -> None:
    services["accounts.check_partner_form"] = {}
    services["accounts.keep_pending_credentials"] = Unavailable()
    done = visitor.page(sign_up(visitor, **TYPED).location)
    assert "restent à indiquer" in done.select_one("main").get_text()


def test_a_program_gets_the_address_of_the_page_and_not_the_credentials(citizen: Client, services: Stubs) -> None:
    services["accounts.open_partner_connection"] = {"token": TOKEN, "expires_at": SAVED_AT}
    answer = citizen.post("/api/v1/profile/partner-spaces/portail-famille/connection", json={})
    assert answer.status_code == 201
    assert answer.get_json()["url"].endswith(f"/autres-espaces/connexion/{TOKEN}")
