"""The link to a draft is mailed with the procedure's title and its end; neither address nor text is kept."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.messaging.mails.mailer import Undelivered
from services.messaging.notices.rules import Reason
from services.requests.schemas.refusals import DraftLinkOver
from services.townhall import mailed_links
from tests.integration.messaging.conftest import PUBLIC_URL, House
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear


def asked_for(house: House, title: str = "Réserver une salle") -> UUID:
    link_id = uuid4()
    house.rpc.details[str(link_id)] = {
        "email": house.address(link_id),
        "procedure_title": title,
        "expires_at": "2026-12-02T09:00:00+00:00",
    }
    hear(house.store, "requests", "DraftLinkRequested", uuid4(), link_id=str(link_id))
    return link_id


def settled(house: House, link_id: UUID) -> dict[str, Any]:
    [found] = house.rows("SELECT id, state, proof FROM notices WHERE about = %s", (str(link_id),))
    return {**found, "said": house.said(f"notice-{found['id']}")}


@pytest.mark.parametrize("title", ["Réserver une salle", ""])
def test_the_link_is_mailed_and_nothing_of_the_mail_is_kept(house: House, smtp: Mailbox, title: str) -> None:
    link_id = asked_for(house, title)
    house.delivery.run()

    [mail] = smtp.wait_for(house.address(link_id))
    token = mailed_links.token_of(house.store.settings.signing_key, "draft", link_id)
    text = " ".join(mail.text.split())
    assert f"{PUBLIC_URL}/saisie/{token}" in text
    assert "Il marche jusqu’au mercredi 2 décembre 2026 à 10 h" in text
    assert "Ne continuez pas : la personne qui l’a commencée pourrait lire ce que vous écrivez." in text
    assert ("la démarche « Réserver une salle »" in text) is bool(title)
    kept = settled(house, link_id)
    assert (kept["state"], kept["proof"]) == ("sent", None)
    assert kept["said"] == ["EmailSent", "DraftLinkMailSettled"]


def test_a_refused_address_is_given_up_and_no_department_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise Undelivered(Reason.ADDRESS_REFUSED)

    link_id = asked_for(house)
    monkeypatch.setattr(house.delivery._pending.mailer, "send", refuse)
    house.delivery.run()

    assert settled(house, link_id)["said"] == ["EmailFailed", "DraftLinkMailSettled"]
    assert house.rows("SELECT count(*) AS n FROM notices") == [{"n": 1}]


def test_a_link_that_opens_nothing_any_more_is_not_mailed(house: House, smtp: Mailbox) -> None:
    link_id = asked_for(house)
    house.rpc.refusals[str(link_id)] = DraftLinkOver()
    house.delivery.run()

    assert smtp.to(house.address(link_id)) == []
    assert house.rows("SELECT count(*) AS n FROM notices") == [{"n": 0}]
