"""The link to a draft is mailed with the procedure's title and its end; neither address nor text is kept."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.messaging.mails.mailer import Undelivered
from services.messaging.notices.rules import Reason
from services.requests.schemas.refusals import DraftLinkOver
from services.townhall import mailed_links
from tests.integration.messaging.conftest import PUBLIC_URL, Messaging
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear


def asked_for(messaging: Messaging, title: str = "Réserver une salle") -> UUID:
    link_id = uuid4()
    messaging.rpc.details[str(link_id)] = {
        "email": messaging.address(link_id),
        "procedure_title": title,
        "expires_at": "2026-12-02T09:00:00+00:00",
    }
    hear(messaging.store, "requests", "DraftLinkRequested", uuid4(), link_id=str(link_id))
    return link_id


def settled(messaging: Messaging, link_id: UUID) -> dict[str, Any]:
    [found] = messaging.rows("SELECT id, state, proof FROM notices WHERE about = %s", (str(link_id),))
    return {**found, "said": messaging.said(f"notice-{found['id']}")}


@pytest.mark.parametrize("title", ["Réserver une salle", ""])
def test_the_link_is_mailed_and_nothing_of_the_mail_is_kept(messaging: Messaging, smtp: Mailbox, title: str) -> None:
    link_id = asked_for(messaging, title)
    messaging.delivery.run()

    [mail] = smtp.wait_for(messaging.address(link_id))
    token = mailed_links.token_of(messaging.store.settings.signing_key, "draft", link_id)
    text = " ".join(mail.text.split())
    assert f"{PUBLIC_URL}/saisie/{token}" in text
    assert "Il marche jusqu’au mercredi 2 décembre 2026 à 10 h" in text
    assert "Ne continuez pas : la personne qui l’a commencée pourrait lire ce que vous écrivez." in text
    assert ("la démarche « Réserver une salle »" in text) is bool(title)
    kept = settled(messaging, link_id)
    assert (kept["state"], kept["proof"]) == ("sent", None)
    assert kept["said"] == ["EmailSent", "DraftLinkMailSettled"]


def test_a_refused_address_is_given_up_and_no_department_is_mailed(
    messaging: Messaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise Undelivered(Reason.ADDRESS_REFUSED)

    link_id = asked_for(messaging)
    monkeypatch.setattr(messaging.delivery._pending.channels, "send", refuse)
    messaging.delivery.run()

    assert settled(messaging, link_id)["said"] == ["EmailFailed", "DraftLinkMailSettled"]
    assert messaging.rows("SELECT count(*) AS n FROM notices") == [{"n": 1}]


def test_a_dead_link_is_not_mailed(messaging: Messaging, smtp: Mailbox) -> None:
    link_id = asked_for(messaging)
    messaging.rpc.refusals[str(link_id)] = DraftLinkOver()
    messaging.delivery.run()

    assert smtp.to(messaging.address(link_id)) == []
    assert messaging.rows("SELECT count(*) AS n FROM notices") == [{"n": 0}]
