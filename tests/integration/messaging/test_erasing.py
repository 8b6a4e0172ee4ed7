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
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import enqueue
from tests.integration.messaging.test_exchanges import add
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear


def erase_request(messaging: Messaging, request_id: UUID) -> None:
    hear(messaging.store, "requests", "RequestErased", request_id, elimination=str(uuid4()))


def test_thread_and_proofs_of_an_erased_request_are_gone(
    messaging: Messaging, smtp: Mailbox, settings: Settings
) -> None:
    request_id, other = messaging.hear_request(), messaging.hear_request()
    for one in (request_id, other):
        add(messaging, one, Side.CITIZEN, "Mon portail, au 7 rue du Pont-Neuf.")
        enqueue(messaging, one, Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()
    enqueue(messaging, request_id, Purpose.APPOINTMENT_CANCELLED)

    erase_request(messaging, request_id)

    assert messaging.thread(request_id, Side.TOWN) == Thread(items=(), unread=0)
    assert ("appointment_cancelled", "due", None) not in messaging.notices(request_id)
    assert ("acknowledgement", "sent", None) in messaging.notices(request_id)
    left = messaging.rows("SELECT proof FROM notices WHERE request_id = %s", (request_id,))
    assert {row["proof"] for row in left} == {None}
    assert verify(settings, "messaging").sound
    assert len(messaging.thread(other, Side.TOWN).items) == 1
    with pytest.raises(KeyDestroyed):
        add(messaging, request_id, Side.TOWN, "Trop tard.")


def test_a_mail_on_its_way_while_its_request_is_erased_leaves_no_proof(
    messaging: Messaging, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    ask = messaging.rpc.call

    def erased_meanwhile(*asked: Any, **more: Any) -> Any:
        answer = ask(*asked, **more)
        messaging.do(lambda tx: tx.destroy_key(str(request_id)))
        return answer

    monkeypatch.setattr(messaging.rpc, "call", erased_meanwhile)
    messaging.delivery.run()
    assert messaging.notices(request_id) == [("acknowledgement", "sent", None)]
    assert messaging.rows("SELECT proof FROM notices WHERE request_id = %s", (request_id,)) == [{"proof": None}]


def test_a_mail_due_to_an_erased_request_is_dropped_without_an_alarm(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.STATUS_CHANGED, about="done")
    messaging.rpc.refusals[str(request_id)] = RequestErased()
    messaging.delivery.run()
    assert messaging.notices(request_id) == [("status_changed", "failed", "erased")]


def test_mails_about_a_closed_account_lose_their_proof_those_of_requests_do_not(
    messaging: Messaging, smtp: Mailbox
) -> None:
    (account_id, _), request_id = messaging.account(token="jeton", valid_hours=48), messaging.hear_request()
    for _ in range(2):
        hear(messaging.store, "accounts", "AccountCreated", account_id, imported=False)
        messaging.delivery.run()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()
    hear(messaging.store, "accounts", "ActivationLinkRenewed", account_id)

    hear(messaging.store, "accounts", "PersonErased", account_id)

    about = messaging.rows("SELECT state, proof FROM notices WHERE account_id = %s", (account_id,))
    assert about == [{"state": "sent", "proof": None}] * 2
    assert messaging.rows("SELECT proof FROM notices WHERE request_id = %s", (request_id,))[0]["proof"]


def test_the_way_back_to_a_detached_request_under_way_is_mailed(messaging: Messaging, smtp: Mailbox) -> None:
    under_way, archived = messaging.hear_request(), messaging.hear_request()
    for request_id, is_archived in ((under_way, False), (archived, True)):
        hear(messaging.store, "requests", "RequestDetached", request_id, archived=is_archived)
    messaging.delivery.run()
    [mail] = smtp.to(messaging.address(under_way))
    assert "sans compte" in mail.text
    assert "/suivi/jeton" in mail.text
    assert smtp.to(messaging.address(archived)) == []
