"""The pages that a link of a mail opens: their address is a secret, and one that opens nothing says why."""

import pytest

from services.accounts.closures.rules import ClosureLinkExpired, ClosureLinkUnknown, ClosureLinkUsed
from services.accounts.email_changes.rules import EmailLinkExpired, EmailLinkUnknown, EmailLinkUsed, EmailOfAnother
from services.accounts.invitations.rules import InvitationExpired, InvitationUnknown
from services.accounts.spaces.rules import ActivationLinkExpired, ActivationLinkUnknown, AlreadyActive
from services.chassis.errors import NotFound, Refusal
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

ACTIVATION, INVITATION = "/activation/jeton", "/agent/invitation/jeton"
CONFIRM, UNDO, RETURN = "/courriel/confirmer/jeton", "/courriel/annuler/jeton", "/espace/rouvrir/jeton"
OPENED_BY = {
    ACTIVATION: "accounts.activation", INVITATION: "accounts.invitation", CONFIRM: "accounts.open_email_confirmation",
    UNDO: "accounts.open_email_undo", RETURN: "accounts.open_closure_return", "/suivi/jeton": "requests.open_tracking",
    "/nouveau-mot-de-passe/jeton": "accounts.password_reset_link", "/saisie/jeton": "requests.read_draft_link",
}  # fmt: skip
OF_EMAIL = (
    (EmailLinkUnknown(), "Ce lien ne marche pas"),
    (EmailLinkExpired(), "Ce lien n’est plus valable"),
    (EmailLinkUsed(), "Ce lien a déjà servi"),
    (EmailOfAnother(), "Cette adresse sert déjà à un autre espace"),
)
BY_ADMINISTRATORS, NEW_LINK = "administration du portail", 'href="/activation"'


@pytest.mark.parametrize(
    ("address", "refusal", "heading", "onward"),
    [
        *((address, refusal, heading, "") for address in (CONFIRM, UNDO) for refusal, heading in OF_EMAIL),
        (RETURN, ClosureLinkUnknown(), "Ce lien ne marche pas", ""),
        (RETURN, ClosureLinkExpired(), "Ce lien n’est plus valable", ""),
        (RETURN, ClosureLinkUsed(), "Ce lien a déjà servi", ""),
        (INVITATION, InvitationUnknown(), "Ce lien d’invitation ne marche pas", BY_ADMINISTRATORS),
        (INVITATION, InvitationExpired(), "Ce lien d’invitation n’est plus valable", BY_ADMINISTRATORS),
        (ACTIVATION, ActivationLinkUnknown(), "Ce lien d’activation ne marche pas", NEW_LINK),
        (ACTIVATION, ActivationLinkExpired(), "Ce lien d’activation n’est plus valable", NEW_LINK),
        (ACTIVATION, AlreadyActive(), "Votre espace est déjà activé", 'href="/connexion"'),
    ],
)
def test_a_dead_link_says_why_and_leads_on(
    visitor: Client, services: Stubs, address: str, refusal: Refusal, heading: str, onward: str
) -> None:
    services[OPENED_BY[address]] = refusal
    opened = visitor.get(address)

    page = parsed(opened)
    assert opened.status_code in (403, 404, 409)
    assert page.h1.get_text() == heading
    assert onward in str(page.main)
    assert page.select_one("main form") is None


@pytest.mark.parametrize("address", OPENED_BY)
def test_an_address_that_is_a_secret_is_kept_by_no_cache_and_sent_to_no_site(
    visitor: Client, services: Stubs, address: str
) -> None:
    services[OPENED_BY[address]] = NotFound()
    headers = visitor.get(address).headers

    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["X-Robots-Tag"] == "noindex"
