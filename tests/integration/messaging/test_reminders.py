"""Reminders leave once, with what they may say; one that comes too late is dropped without an alert."""

from typing import Any
from uuid import UUID

import pytest

from services.requests.schemas.refusals import ReminderOutdated
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import DEPARTMENT, ICS
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear

FACTS = {
    "AppointmentReminderDue": {"appointment_id": "7d3f0f0e", "starts_at": "2026-11-30T13:00:00Z"},
    "DocumentsReminderDue": {"deadline": "2026-12-05"},
}
VALUES = {"appointment_at": "lundi 30 novembre 2026 à 14 h", "deadline": "samedi 5 décembre 2026"}
IN_DAYS = {"AppointmentReminderDue": VALUES["appointment_at"], "DocumentsReminderDue": VALUES["deadline"]}


def reminded(messaging: Messaging, fact: str, procedure: str = "location-salle", **details: Any) -> UUID:
    request_id = messaging.hear_request(procedure, **{"ics": ICS, "values": VALUES, **details})
    hear(messaging.store, "requests", fact, request_id, **FACTS[fact])
    return request_id


@pytest.mark.parametrize("fact", FACTS)
def test_the_person_is_reminded_with_the_day_and_the_link(messaging: Messaging, smtp: Mailbox, fact: str) -> None:
    request_id = reminded(messaging, fact)
    messaging.delivery.run()

    [mail] = smtp.wait_for(messaging.address(request_id))
    text = mail.text.replace("\u00a0", " ")
    assert IN_DAYS[fact] in text
    assert "/suivi/jeton" in text
    assert (b"text/calendar" in bytes(mail.message)) is (fact == "AppointmentReminderDue")


@pytest.mark.parametrize("fact", FACTS)
def test_of_a_confidential_procedure_the_mail_says_neither_day_nor_matter(
    messaging: Messaging, smtp: Mailbox, fact: str
) -> None:
    request_id = reminded(messaging, fact, "acte-naissance")
    messaging.delivery.run()

    [mail] = smtp.wait_for(messaging.address(request_id))
    assert IN_DAYS[fact] not in mail.text.replace("\u00a0", " ")
    assert b"text/calendar" not in bytes(mail.message)


def test_a_reminder_too_late_or_without_address_is_dropped(messaging: Messaging, smtp: Mailbox) -> None:
    late, on_paper = (
        reminded(messaging, "AppointmentReminderDue"),
        reminded(messaging, "DocumentsReminderDue", email=None, address=["Rue"]),
    )
    messaging.rpc.refusals[str(late)] = ReminderOutdated()
    mails_before = len(smtp.to(DEPARTMENT))
    messaging.delivery.run()

    assert messaging.notices(late) == messaging.notices(on_paper) == []
    assert smtp.to(messaging.address(late)) == []
    assert len(smtp.to(DEPARTMENT)) == mails_before
