"""An agent's invitation, by page and by API: password, second factor and first code in one form."""

import uuid

import pytest
from flask.testing import FlaskClient

from services.accounts.spaces.rules import FormRefused
from services.accounts.throttling.rules import TryLater
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

LINK = "/agent/invitation/jeton"
API = "/api/v1/agent/invitation"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OFFER = {
    "username": "anne.martin",
    "totp_secret": SECRET,
    "uri": f"otpauth://totp/Ville:anne.martin?secret={SECRET}&issuer=Ville",
    "expires_at": "2026-12-01T12:00:00+00:00",
    "second_factor_only": False,
}
CODES = ["k7xm-2p4q-wz3c", "b9rt-hh5e-6sdn"]
TYPED = {"password": "quatre mots sans suite", "password_again": "quatre mots sans suite", "code": "123456"}


@pytest.fixture
def invited(visitor: Client, services: Stubs) -> Client:
    services["accounts.invitation"] = OFFER
    services["accounts.accept_invitation"] = {"recovery_codes": CODES}
    return visitor


def test_the_form_shows_the_key_as_text_and_image_and_accepts_nothing(invited: Client, services: Stubs) -> None:
    page = invited.page(LINK)

    assert page.select_one("main code").get_text() == "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
    assert page.select_one("main img")["src"].startswith("data:image/svg+xml")
    assert page.select_one("main a[href^='otpauth:']")["href"] == OFFER["uri"]
    assert "anne.martin" in page.select_one("main").get_text()
    assert services.bodies("accounts.accept_invitation") == []


def test_an_acceptance_is_sent_once_and_leads_to_the_log_in(invited: Client, services: Stubs) -> None:
    page = parsed(invited.submit(LINK, "main form", **TYPED), 200)

    assert page.select_one("main .btn")["href"] == "/agent/connexion"
    assert [code.get_text() for code in page.select("main code")] == CODES
    assert services.bodies("accounts.accept_invitation") == [
        {"token": "jeton", "password": TYPED["password"], "code": TYPED["code"]}
    ]


def test_two_different_passwords_are_refused_at_their_field_and_not_sent(invited: Client, services: Stubs) -> None:
    page = parsed(invited.submit(LINK, "main form", **TYPED | {"password_again": "autre"}), 422)

    assert page.select_one("#z-password-again")["aria-invalid"] == "true"
    assert services.bodies("accounts.accept_invitation") == []


def test_errors_are_shown_at_their_fields_and_no_secret_is_given_back(invited: Client, services: Stubs) -> None:
    faults = {"password": "Ce mot de passe est trop facile à deviner.", "code": "Ce code n’est pas celui de cette clé."}
    services["accounts.accept_invitation"] = FormRefused(fields=faults)

    sent = invited.submit(LINK, "main form", **TYPED)

    page = parsed(sent, 422)
    assert {link["href"] for link in page.select(".error-summary a")} == {"#z-password", "#z-code"}
    assert TYPED["password"] not in sent.text
    assert not {"password", "password_again", "code"} & {
        name for name, value in held_values(page.select_one("main form")).items() if value
    }


def test_for_a_new_second_factor_the_present_password_is_asked_once_and_kept(invited: Client, services: Stubs) -> None:
    services["accounts.invitation"] = {**OFFER, "second_factor_only": True}

    page = invited.page(LINK)
    assert page.h1.get_text() == "Mon nouveau second facteur"
    assert [field["autocomplete"] for field in page.select("main [type=password]")] == ["current-password"]

    sent = invited.submit(LINK, "main form", password=TYPED["password"], code="123456")
    assert sent.status_code == 200
    assert services.bodies("accounts.accept_invitation")[0]["password"] == TYPED["password"]


@pytest.mark.parametrize("kept", [True, False])
def test_too_many_wrong_passwords_are_refused_on_the_page(invited: Client, services: Stubs, kept: bool) -> None:
    services["accounts.invitation"] = {**OFFER, "second_factor_only": kept}
    services["accounts.accept_invitation"] = TryLater(details={"retry_after_seconds": 15})

    page = parsed(invited.submit(LINK, "main form", **TYPED), 429)

    assert TryLater.message in page.select_one(".error-summary").get_text()


def test_a_program_reads_the_offer_and_accepts_it(client: FlaskClient, services: Stubs) -> None:
    services["accounts.invitation"] = OFFER
    services["accounts.accept_invitation"] = {"recovery_codes": CODES}

    offer = client.post(API, json={"token": "jeton-du-lien"})
    accepted = client.post(
        f"{API}/acceptance",
        json={"token": "jeton-du-lien", "password": TYPED["password"], "code": "123456"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )

    assert (offer.status_code, offer.get_json()) == (200, OFFER)
    assert (accepted.status_code, accepted.get_json()) == (200, {"codes": CODES})
    assert services.bodies("accounts.accept_invitation") == [
        {"token": "jeton-du-lien", "password": TYPED["password"], "code": "123456"}
    ]
