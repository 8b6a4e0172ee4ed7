"""The mail about an earlier slot that freed: once a fact, to an address alone, and only while the slot is free."""

from typing import Any
from uuid import UUID, uuid4

from services.requests.schemas.refusals import ReminderOutdated
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import DEPARTMENT
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear

SLOT = "0190d2f0-0000-7000-8000-000000000021"
VALUES = {"freed_slot": "lundi 30 novembre 2026 à 14 h", "freed_slot_id": SLOT}
FREED = {
    "slot_id": SLOT,
    "appointment_id": "0190d2f0-0000-7000-8000-000000000011",
    "starts_at": "2026-11-30T13:00:00Z",
    "ends_at": "2026-11-30T13:30:00Z",
}


def freed(messaging: Messaging, procedure: str = "location-salle", **details: Any) -> UUID:
    request_id = messaging.hear_request(procedure, **{"values": VALUES, **details})
    hear(messaging.store, "requests", "EarlierSlotFreed", request_id, **FREED)
    return request_id


def test_a_freed_slot_is_one_mail_with_the_day_and_its_link(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = freed(messaging)
    messaging.delivery.run()
    messaging.delivery.run()

    [mail] = smtp.wait_for(messaging.address(request_id))
    assert VALUES["freed_slot"] in mail.text.replace("\u00a0", " ")
    assert f"/suivi/jeton?creneau={SLOT}" in mail.text
    assert b"text/calendar" not in bytes(mail.message)


def test_in_an_account_the_link_is_behind_the_log_in(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = freed(messaging, tracking_token=None, account_id=str(uuid4()))
    messaging.delivery.run()

    [mail] = smtp.wait_for(messaging.address(request_id))
    assert f"/demande/{messaging.number(request_id)}/rendez-vous/creneau/{SLOT}" in mail.text


def test_a_slot_that_is_gone_or_a_person_without_address_leaves_nothing(messaging: Messaging, smtp: Mailbox) -> None:
    gone, on_paper = freed(messaging), freed(messaging, email=None, address=["Rue"], preferred_contact="home_phone")
    messaging.rpc.refusals[str(gone)] = ReminderOutdated()
    mails_before = len(smtp.to(DEPARTMENT))
    messaging.delivery.run()

    assert messaging.notices(gone) == messaging.notices(on_paper) == []
    assert smtp.to(messaging.address(gone)) == []
    assert len(smtp.to(DEPARTMENT)) == mails_before


def test_a_person_who_prefers_the_phone_is_mailed_instead_of_called(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = freed(messaging, preferred_contact="mobile_phone")
    messaging.delivery.run()

    smtp.wait_for(messaging.address(request_id))
    assert messaging.notices(request_id) == [("earlier_slot", "sent", None)]
