"""What was said and sent is unreadable once its request has reached its end, or its account its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from services.messaging.exchanges.rules import Side
from services.messaging.notices.purposes import Purpose
from services.messaging.schemas.exchanges import Thread
from services.requests.schemas.refusals import RequestErased
from tests.integration.messaging.conftest import House
from tests.integration.messaging.test_delivery import enqueue
from tests.integration.messaging.test_exchanges import add
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear


def erase_request(house: House, request_id: UUID) -> None:
    hear(house.store, "requests", "RequestErased", request_id, elimination=str(uuid4()))


def test_thread_and_proofs_of_an_erased_request_are_gone(house: House, smtp: Mailbox, settings: Settings) -> None:
    request_id, other = house.hear_request(), house.hear_request()
    for one in (request_id, other):
        add(house, one, Side.CITIZEN, "Mon portail, au 7 rue du Pont-Neuf.")
        enqueue(house, one, Purpose.ACKNOWLEDGEMENT)
    house.delivery.run()
    enqueue(house, request_id, Purpose.APPOINTMENT_CANCELLED)

    erase_request(house, request_id)

    assert house.thread(request_id, Side.TOWN) == Thread(items=(), unread=0)
    assert ("appointment_cancelled", "due", None) not in house.notices(request_id)
    assert ("acknowledgement", "sent", None) in house.notices(request_id)
    left = house.rows("SELECT proof FROM notices WHERE request_id = %s", (request_id,))
    assert {row["proof"] for row in left} == {None}
    assert verify(settings, "messaging").sound
    assert len(house.thread(other, Side.TOWN).items) == 1
    with pytest.raises(KeyDestroyed):
        add(house, request_id, Side.TOWN, "Trop tard.")


def test_a_mail_on_its_way_while_its_request_is_erased_leaves_no_proof(
    house: House, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = house.hear_request()
    enqueue(house, request_id, Purpose.ACKNOWLEDGEMENT)
    ask = house.rpc.call

    def erased_meanwhile(*asked: Any, **more: Any) -> Any:
        answer = ask(*asked, **more)
        house.do(lambda tx: tx.destroy_key(str(request_id)))
        return answer

    monkeypatch.setattr(house.rpc, "call", erased_meanwhile)
    house.delivery.run()
    assert house.notices(request_id) == [("acknowledgement", "sent", None)]
    assert house.rows("SELECT proof FROM notices WHERE request_id = %s", (request_id,)) == [{"proof": None}]


def test_a_mail_due_to_an_erased_request_is_dropped_without_an_alarm(house: House, smtp: Mailbox) -> None:
    request_id = house.hear_request()
    enqueue(house, request_id, Purpose.STATUS_CHANGED, about="done")
    house.rpc.refusals[str(request_id)] = RequestErased()
    house.delivery.run()
    assert house.notices(request_id) == [("status_changed", "failed", "erased")]


def test_mails_about_a_closed_account_lose_their_proof_those_of_requests_do_not(house: House, smtp: Mailbox) -> None:
    (account_id, _), request_id = house.account(token="jeton", valid_hours=48), house.hear_request()
    for _ in range(2):
        hear(house.store, "accounts", "AccountCreated", account_id, imported=False)
        house.delivery.run()
    enqueue(house, request_id, Purpose.ACKNOWLEDGEMENT)
    house.delivery.run()
    hear(house.store, "accounts", "ActivationLinkRenewed", account_id)

    hear(house.store, "accounts", "PersonErased", account_id)

    about = house.rows("SELECT state, proof FROM notices WHERE account_id = %s", (account_id,))
    assert about == [{"state": "sent", "proof": None}] * 2
    assert house.rows("SELECT proof FROM notices WHERE request_id = %s", (request_id,))[0]["proof"]


def test_a_detached_request_under_way_owes_the_way_back_to_it(house: House, smtp: Mailbox) -> None:
    under_way, archived = house.hear_request(), house.hear_request()
    for request_id, is_archived in ((under_way, False), (archived, True)):
        hear(house.store, "requests", "RequestDetached", request_id, archived=is_archived)
    house.delivery.run()
    [mail] = smtp.to(house.address(under_way))
    assert "sans compte" in mail.text
    assert "/suivi/jeton" in mail.text
    assert smtp.to(house.address(archived)) == []
