"""« Mon profil »: what is known is shown whole, a refusal keeps what was typed but passwords, and no tab overwrites another."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from gateway.http.rate_limits import RETRY_AFTER
from services.accounts.schemas.refusals import ProfileWrittenElsewhere, UsernameTaken
from services.accounts.spaces.rules import FormRefused, PasswordWrong
from services.accounts.throttling.rules import TryLater
from services.chassis.errors import Refusal
from tests.support.demo_town import DRAFT
from tests.support.judge import LOGGED_IN, Client, held_values, parsed
from tests.support.own_space import SPACE
from tests.support.stubs import Stubs

PROFILE, CREDENTIALS = "/mon-espace/profil", "/mon-espace/identifiants"
FORM = "main form"
PASSWORD = "quatre grenouilles sous la pluie"
OTHER = "cinq hérissons sous la haie"
CONFIRM, UNDO = "/courriel/confirmer/jeton", "/courriel/annuler/jeton"
WAITING = {
    "email": "camille.nouvelle@courriel.example",
    "asked_at": "2026-11-24T09:20:00+00:00",
    "expires_at": "2026-11-26T09:20:00+00:00",
}


@pytest.fixture
def camille(citizen: Client, services: Stubs) -> Client:
    services["accounts.change_profile"] = {}
    services["accounts.change_credentials"] = {"username": False, "password": False, "email_asked": False}
    return citizen


def text(page: BeautifulSoup) -> str:
    return " ".join(page.select_one("main").get_text(" ", strip=True).replace("\u00a0", " ").split())


def test_all_that_the_town_knows_is_on_one_page(camille: Client, services: Stubs) -> None:
    organisation = {"kind": "association", "name": "Les Rameurs Fictifs", "rna": "W619999999", "siret": "", "role": ""}
    services["accounts.read_space"] = SPACE | {"organisation": organisation}
    page = camille.page("/mon-espace")

    for known in (
        "Camille", "Exemple", "12 avril 1987", "7 rue du Pont-Neuf", "06 39 98 10 01", "camille.exemple@courriel.example",
        "camille.exemple", "Moyen de contact préféré Courriel", "Sacha Exemple", "Enfant", "Les Rameurs Fictifs", "W619999999",
    ):  # fmt: skip
        assert known in text(page)
    links = {link.get_text(): link["href"] for link in page.select("main a.btn")}
    assert links == {
        "Modifier mon espace": PROFILE,
        "Modifier les identifiants de mon espace personnel": CREDENTIALS,
        "Modifier ma famille": "/mon-espace/famille",
        "Gérer mes autres espaces": "/mon-espace/autres-espaces",
    }


def test_the_last_changes_are_listed_without_their_values(camille: Client, services: Stubs) -> None:
    at = "2026-11-20T09:20:00+00:00"
    kinds = [("profile", ["identity", "contact"]), ("credentials", ["username", "password"]), ("email_asked", []),
             ("email", []), ("email_undone", []), ("of_a_newer_release", [])]  # fmt: skip
    services["accounts.read_space"] = SPACE | {
        "changes": [{"at": at, "what": what, "parts": parts} for what, parts in kinds]
    }

    lines = [line.get_text() for line in camille.page("/mon-espace").select("section[aria-labelledby=t-changes] li")]

    assert [line.replace("\u00a0", " ").split(", vendredi")[0].strip() for line in lines] == [
        "Profil modifié : identité et téléphones",
        "Nom d’utilisateur modifié, Mot de passe modifié",
        "Nouveau courriel demandé",
        "Nouveau courriel confirmé",
        "Changement de courriel annulé",
        "Espace modifié",
    ]


def test_changes_of_a_granted_request_are_shown_before_and_after(camille: Client, services: Stubs) -> None:
    at, number = "2026-11-20T09:20:00+00:00", "2026-7K3M-QX4P"
    lou = {"member_id": str(DRAFT), "full_name": "Lou Exemple"}
    moved = {"name": "address", "before": "", "after": "2 quai de l’Orne\n61990 Saint-Aubin-sur-Orne"}
    phone = {"name": "home_phone", "before": "02 61 91 20 31", "after": ""}
    people = [{"values": [phone]}, lou | {"values": [moved]}]
    services["accounts.read_space"] = SPACE | {
        "changes": [
            {"at": at, "what": "updated", "request_number": number, "people": people},
            {"at": at, "what": "update_not_applied", "request_number": number, "people": [lou | {"full_name": ""}]},
        ]
    }

    made, dropped = camille.page("/mon-espace").select("section[aria-labelledby=t-changes] li")

    assert [link["href"] for link in made.select("a")] == [f"/demande/{number}"]
    assert [title.get_text() for title in made.select("details h3")] == ["Vous", "Lou Exemple"]
    assert [
        (line.dt.get_text(), line.dd.get_text("|").replace("\u00a0", " ")) for line in made.select("details .facts div")
    ] == [
        ("Téléphone fixe, avant", "02 61 91 20 31"),
        ("Téléphone fixe, après", "Non indiqué"),
        ("Adresse, avant", "La vôtre"),
        ("Adresse, après", "2 quai de l’Orne|61990 Saint-Aubin-sur-Orne"),
    ]
    assert "non fait" in dropped.get_text()
    assert dropped.select("details") == []


def test_a_siret_number_without_a_kind_of_organisation_is_sent_not_dropped(camille: Client, services: Stubs) -> None:
    """« Aucun organisme » is a choice, and not preselected."""
    assert camille.page(PROFILE).select_one("[name='organisation.kind'][checked]") is None
    camille.submit(PROFILE, FORM, **{"organisation.siret": "12345678901234"})
    assert services.bodies("accounts.change_profile")[0]["organisation"]["kind"] == ""


def test_mon_accueil_links_to_the_profile(camille: Client) -> None:
    link = camille.page("/mon-accueil").select_one("section[aria-labelledby=t-me] a[href='/mon-espace']")
    assert link.get_text() == "Modifier mon profil"


def test_an_email_address_to_be_confirmed_is_shown_on_both_pages(camille: Client, services: Stubs) -> None:
    services["accounts.read_space"] = SPACE | {"email_to_confirm": WAITING}
    assert "camille.nouvelle@courriel.example" in text(camille.page("/mon-espace"))
    assert "camille.nouvelle@courriel.example" in text(camille.page(CREDENTIALS))


# --- the profile


def test_the_form_is_filled_with_what_is_there_and_sends_the_whole(camille: Client, services: Stubs) -> None:
    sent = camille.submit(PROFILE, FORM, usage_name="Modèle")

    assert (sent.status_code, sent.location) == (303, "/mon-espace?fait=profil")
    [asked] = services.bodies("accounts.change_profile")
    assert asked["identity"] == SPACE["identity"] | {"usage_name": "Modèle"}
    assert asked["address"] == SPACE["address"]
    assert asked["phones"] == SPACE["phones"]
    assert (asked["preferred_contact"], asked["seen"]) == ("email", "marque")
    assert "organisation" not in asked
    assert "enregistrées" in text(camille.page("/mon-espace?fait=profil"))


def test_a_missing_usage_name_is_shown_as_empty(camille: Client) -> None:
    assert camille.page(PROFILE).select_one("[name=usage_name]")["value"] == ""


def test_an_organisation_is_folded_until_there_is_one(camille: Client, services: Stubs) -> None:
    assert not camille.page(PROFILE).select_one("main details").has_attr("open")
    camille.submit(PROFILE, FORM, **{"organisation.kind": "company", "organisation.name": "Exemple et fils"})
    assert services.bodies("accounts.change_profile")[0]["organisation"]["name"] == "Exemple et fils"

    organisation = {"kind": "company", "name": "Exemple et fils", "rna": "", "siret": "", "role": ""}
    services["accounts.read_space"] = SPACE | {"organisation": organisation}
    assert camille.page(PROFILE).select_one("main details").has_attr("open")
    camille.submit(PROFILE, FORM, **{"organisation.kind": "aucun"})
    assert "organisation" not in services.bodies("accounts.change_profile")[1]


def test_each_error_is_shown_at_its_field_and_typed_values_are_kept(camille: Client, services: Stubs) -> None:
    services["accounts.change_profile"] = FormRefused(
        fields={
            "identity.birth_date": "La date de naissance ne peut pas être dans l’avenir.",
            "address.postcode": "Le code postal compte cinq chiffres, par exemple 61990.",
            "contact.home_phone": "Vérifiez ce numéro : il est trop court ou trop long.",
            "organisation.siret": "Indiquez les quatorze chiffres du numéro SIRET.",
        }
    )
    typed = {"identity": "Modèle", "home_phone": "12", "birth_date": "2087-04-12", "organisation.siret": "12"}
    page = parsed(camille.submit(PROFILE, FORM, **typed | {"usage_name": "Modèle"}), 422)

    links = [link["href"] for link in page.select(".error-summary a")]
    assert links == ["#z-birth-date-jour", "#z-address-postcode", "#z-home-phone", "#z-organisation-siret"]
    assert page.select_one("[name=usage_name]")["value"] == "Modèle"
    assert page.select_one("[name=home_phone]")["value"] == "12"
    assert page.select_one("main details").has_attr("open")
    assert page.title.get_text().startswith("Erreur")


def test_values_saved_in_another_tab_are_shown_beside_the_typed_ones(camille: Client, services: Stubs) -> None:
    opened = held_values(camille.page(PROFILE).select_one(FORM))
    services["accounts.change_profile"] = ProfileWrittenElsewhere()
    there = {"identity": SPACE["identity"] | {"usage_name": "Là"}, "mark": "autre"}
    services["accounts.read_space"] = SPACE | there

    page = parsed(camille.post(PROFILE, data=opened | {"usage_name": "Ici"}), 409)

    assert page.select_one("[name=usage_name]")["value"] == "Ici"
    assert "Là" in page.select_one("#z-usage-name-ailleurs").get_text()
    assert page.select_one("[name=vu]")["value"] == "autre", "the next sending is the person's choice"
    assert len(page.select(".differs")) == 1


def test_a_refused_form_keeps_the_mark_of_the_profile_it_was_opened_with(camille: Client, services: Stubs) -> None:
    opened = held_values(camille.page(PROFILE).select_one(FORM))
    services["accounts.change_profile"] = FormRefused(fields={"identity.birth_date": "Indiquez une date qui existe."})
    services["accounts.read_space"] = SPACE | {"mark": "autre"}
    sent = camille.post(PROFILE, data=opened)
    assert parsed(sent).select_one("[name=vu]")["value"] == "marque"


@pytest.mark.parametrize(
    "odd",
    [
        {"address": "7 rue"},
        {"organisation": "x"},
        {"given_names.x": "y"},
        {"vu": "x" * 400},
        {"organisation.kind": "?"},
    ],
)
def test_a_forged_form_causes_no_incident(camille: Client, services: Stubs, odd: dict[str, str]) -> None:
    opened = held_values(camille.page(PROFILE).select_one(FORM))
    assert camille.post(PROFILE, data=opened | odd).status_code in (303, 422)


# --- what one logs in with


def test_one_form_changes_user_name_email_and_password(camille: Client, services: Stubs) -> None:
    services["accounts.change_credentials"] = {"username": True, "password": True, "email_asked": True}
    sent = camille.submit(
        CREDENTIALS, FORM, username="Camille.Modèle", email="nouvelle@courriel.example",
        password=OTHER, password_again=OTHER, **{"mot-de-passe": PASSWORD},
    )  # fmt: skip

    assert sent.location == "/mon-espace?fait=nom,mot-de-passe,courriel"
    assert services.bodies("accounts.change_credentials") == [
        {
            "current_password": PASSWORD, "username": "Camille.Modèle", "email": "nouvelle@courriel.example",
            "new_password": OTHER, "presented": "s" * 32,
        }
    ]  # fmt: skip
    assert "autres sessions sont fermées" in text(camille.page(sent.location))


def test_a_form_without_changes_says_that_nothing_changed(camille: Client) -> None:
    sent = camille.submit(CREDENTIALS, FORM, **{"mot-de-passe": PASSWORD})
    assert sent.location == "/mon-espace?fait=rien"
    assert "Rien n’a changé" in text(camille.page(sent.location))


@pytest.mark.parametrize(
    ("refusal", "status", "control"),
    [
        (PasswordWrong(fields={"current_password": "Ce mot de passe n’est pas le vôtre."}), 422, "z-mot-de-passe"),
        (UsernameTaken(fields={"username": "Ce nom d’utilisateur est déjà pris."}), 409, "z-username"),
        (FormRefused(fields={"email": "Écrivez une adresse complète."}), 422, "z-email"),
        (TryLater(details={RETRY_AFTER: 15}), 429, "z-mot-de-passe"),
    ],
)
def test_a_refusal_is_shown_at_its_field_and_keeps_all_but_passwords(
    camille: Client, services: Stubs, refusal: Refusal, status: int, control: str
) -> None:
    services["accounts.change_credentials"] = refusal
    sent = camille.submit(
        CREDENTIALS, FORM, username="Camille.Modèle", email="nouvelle", password=OTHER, password_again=OTHER,
        **{"mot-de-passe": PASSWORD},
    )  # fmt: skip

    page = parsed(sent, status)
    links = [link["href"] for link in page.select(".error-summary a")]
    assert set(links) == {f"#{control}", "#z-password"}
    assert (page.select_one("[name=username]")["value"], page.select_one("[name=email]")["value"]) == (
        "Camille.Modèle",
        "nouvelle",
    )
    assert PASSWORD not in sent.text
    assert OTHER not in sent.text
    assert "Saisissez de nouveau votre nouveau mot de passe" in text(page)
    assert ("recommencer dans 15 secondes" in text(page)) is (status == 429)


@pytest.mark.parametrize(
    ("typed", "controls"),
    [
        ({"mot-de-passe": ""}, {"#z-mot-de-passe"}),
        ({"mot-de-passe": PASSWORD, "username": " "}, {"#z-username"}),
        ({"mot-de-passe": PASSWORD, "email": ""}, {"#z-email"}),
        ({"mot-de-passe": PASSWORD, "password": OTHER, "password_again": "autre"}, {"#z-password-again"}),
    ],
)
def test_missing_fields_are_shown_before_any_call_is_sent(
    camille: Client, services: Stubs, typed: dict[str, str], controls: set[str]
) -> None:
    page = parsed(camille.submit(CREDENTIALS, FORM, **typed), 422)
    assert {link["href"] for link in page.select(".error-summary a")} == controls
    assert services.bodies("accounts.change_credentials") == []


# --- the links of a change of address


def test_a_logged_in_citizen_confirms_an_email_address_by_a_click(camille: Client, services: Stubs) -> None:
    services["accounts.open_email_confirmation"] = {"email": "nouvelle@courriel.example", "needs_password": False}
    services["accounts.confirm_email"] = {}
    page = camille.page(CONFIRM)
    assert "nouvelle@courriel.example" in text(page)
    assert page.select_one("main [type=password]") is None
    assert services.bodies("accounts.confirm_email") == []

    sent = camille.submit(CONFIRM, FORM)

    assert parsed(sent).h1.get_text() == "Votre nouveau courriel est confirmé"
    assert services.bodies("accounts.confirm_email") == [{"token": "jeton", "password": ""}]


def test_a_confirmation_on_another_device_asks_for_the_password(visitor: Client, services: Stubs) -> None:
    services["accounts.open_email_confirmation"] = {"email": "nouvelle@courriel.example", "needs_password": True}
    services["accounts.confirm_email"] = PasswordWrong("Ce mot de passe n’est pas celui de cet espace.")
    sent = visitor.submit(CONFIRM, FORM, **{"mot-de-passe": PASSWORD})

    page = parsed(sent, 422)
    assert page.select_one("#mot-de-passe")["aria-invalid"] == "true"
    assert PASSWORD not in sent.text
    services["accounts.confirm_email"] = TryLater(details={RETRY_AFTER: 15})
    assert "15 secondes" in text(parsed(visitor.submit(CONFIRM, FORM, **{"mot-de-passe": PASSWORD})))


def test_the_old_email_address_undoes_the_change_by_a_click(visitor: Client, services: Stubs) -> None:
    services["accounts.open_email_undo"] = {"email": "camille.exemple@courriel.example"}
    services["accounts.undo_email_change"] = {}
    assert "camille.exemple@courriel.example" in text(visitor.page(UNDO))
    assert services.bodies("accounts.undo_email_change") == []

    sent = visitor.submit(UNDO, FORM)

    assert parsed(sent).h1.get_text() == "Le changement de courriel est annulé"
    assert services.bodies("accounts.undo_email_change") == [{"token": "jeton"}]


# --- by program

API = "/api/v1"


def test_a_program_changes_the_profile_and_the_credentials(camille: Client, services: Stubs) -> None:
    def key(n: int) -> dict[str, Any]:
        return {**LOGGED_IN, "Idempotency-Key": f"0d6f1e5a-0000-4000-8000-00000000000{n}"}

    assert camille.get(f"{API}/space", headers=LOGGED_IN).get_json() == SPACE
    body = {name: SPACE[name] for name in ("address", "phones", "preferred_contact")}
    body["identity"] = {name: value for name, value in SPACE["identity"].items() if value}
    assert camille.put(f"{API}/profile", json=body, headers=key(1)).status_code == 204
    wish = {"current_password": PASSWORD, "username": "camille.modele"}
    changed = camille.post(f"{API}/profile/credentials", json=wish, headers=key(2)).get_json()
    assert changed == {"username": False, "password": False, "email_asked": False}
    assert services.bodies("accounts.change_credentials")[0]["presented"] == "s" * 32
    assert services.bodies("accounts.change_profile")[0]["seen"] == ""
