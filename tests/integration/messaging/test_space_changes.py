"""What a holder changes of a space is announced by mail: to the address, and with the link, that accounts names."""

from typing import Any
from uuid import UUID

import pytest

from tests.integration.messaging.conftest import PUBLIC_URL, Messaging
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear

CLOSURE = {"closure_id": "c1", "reason": "wish", "erased_on": "2026-12-10"}


def known(messaging: Messaging, **details: Any) -> tuple[UUID, str]:
    days = {"last_day": "2026-12-09", "erased_on": "2026-12-10", "closes_on": "2026-11-25"}
    return messaging.account(**days, months=24, valid_days=7, **details)


def asked_for(messaging: Messaging, account_id: UUID) -> list[dict[str, Any]]:
    return messaging.rows("SELECT purpose, about FROM notices WHERE account_id = %s ORDER BY purpose", (account_id,))


def test_a_change_of_address_enqueues_a_warning_and_a_link_unless_it_is_in_use(messaging: Messaging) -> None:
    account_id, _ = known(messaging)
    hear(messaging.store, "accounts", "EmailChangeRequested", account_id, change_id="c1", link=True)
    assert asked_for(messaging, account_id) == [
        {"purpose": "email_change_asked", "about": "c1"},
        {"purpose": "email_change_link", "about": "c1"},
    ]
    account_id, _ = known(messaging)
    hear(messaging.store, "accounts", "EmailChangeRequested", account_id, change_id="c1", link=False)
    assert asked_for(messaging, account_id) == [{"purpose": "email_change_asked", "about": "c1"}]


@pytest.mark.parametrize(
    ("fact", "data", "token", "link", "words"),
    [
        ("EmailChanged", {"change_id": "c1"}, "jeton", "/courriel/annuler/jeton", "pendant 7 jours"),
        ("EmailChangeUndone", {"change_id": "c1"}, None, "/connexion", "de nouveau celle"),
        ("CredentialsChanged", {"changed": ["password"]}, None, "/connexion", "vient d’être modifié"),
        ("CredentialsChanged", {"changed": ["username"]}, None, "/connexion", "camille.exemple"),
        (
            "AccountClosureRequested",
            CLOSURE,
            "jeton",
            "/espace/rouvrir/jeton",
            "jusqu’au mercredi 9 décembre 2026 inclus",
        ),
        (
            "AccountInactive",
            {"closes_on": "2026-11-25", "days": 60},
            None,
            "/connexion",
            "fermé le mercredi 25 novembre 2026",
        ),
        ("AccountClosureLinkAsked", CLOSURE, "jeton", "/espace/rouvrir/jeton", "Le jeudi 10 décembre 2026"),
        ("AccountClosureNear", CLOSURE, "jeton", "/espace/rouvrir/jeton", "sera effacé le jeudi 10 décembre 2026"),
        ("AccountClosureDue", CLOSURE, None, "/connexion", "cette adresse avec eux"),
        ("AccountClosureWithdrawn", CLOSURE, None, "/connexion", "camille.exemple"),
    ],
)
def test_each_mail_has_its_link(
    messaging: Messaging, smtp: Mailbox, fact: str, data: dict[str, Any], token: str | None, link: str, words: str
) -> None:
    account_id, address = known(messaging, token=token)
    hear(messaging.store, "accounts", fact, account_id, **data)
    messaging.delivery.run()
    [mail] = smtp.to(address)
    assert f"{PUBLIC_URL}{link}" in mail.text
    assert words in mail.text.replace("\u00a0", " ")


def test_a_file_removed_by_a_scan_is_announced_without_its_name(messaging: Messaging, smtp: Mailbox) -> None:
    account_id, address = known(messaging)
    hear(messaging.store, "documents", "StoredFileRejected", account_id, reason="infected")
    messaging.delivery.run()
    [mail] = smtp.to(address)
    assert f"{PUBLIC_URL}/mes-pieces" in mail.text
    assert "espace de stockage a été écarté" in mail.text.replace("\u00a0", " ")


def test_the_link_says_nothing_of_the_holder(messaging: Messaging, smtp: Mailbox) -> None:
    """It may reach the mailbox of a stranger."""
    account_id, address = known(messaging, token="jeton", name="", username="", valid_hours=48)
    hear(messaging.store, "accounts", "EmailChangeRequested", account_id, change_id="c1", link=True)
    messaging.delivery.run()
    link, warning = sorted(smtp.to(address), key=lambda mail: "/courriel/confirmer/jeton" not in mail.text)
    assert f"{PUBLIC_URL}/courriel/confirmer/jeton" in link.text
    assert "48" in link.text
    assert f"{PUBLIC_URL}/courriel/annuler/jeton" in warning.text
