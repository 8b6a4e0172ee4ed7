"""When a mail is tried again, and when it has failed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.accounts.schemas.mails import Mail
from services.messaging.notices.purposes import LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import PASSING, TRIES, Reason, message_id, next_try, notice_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVENT = UUID("00000000-0000-4000-8000-000000000001")


def test_a_failure_is_tried_again_for_seventeen_hours_but_for_a_refused_address() -> None:
    assert next_try(1, Reason.SERVER_UNREACHABLE, NOW) == NOW + timedelta(seconds=2)
    assert next_try(len(TRIES.delays), Reason.SERVER_UNREACHABLE, NOW) is not None
    assert next_try(len(TRIES.delays) + 1, Reason.SERVER_UNREACHABLE, NOW) is None
    assert timedelta(hours=16) < sum(TRIES.delays, timedelta()) < timedelta(hours=24)
    assert next_try(1, Reason.ADDRESS_REFUSED, NOW) is None


@pytest.mark.parametrize("reason", sorted(PASSING))
def test_a_reason_of_our_own_services_delays_a_mail_by_seconds_however_long_it_lasts(reason: Reason) -> None:
    for attempts in (1, 3, len(TRIES.delays) + 100):
        assert next_try(attempts, reason, NOW) == NOW + timedelta(seconds=2)


def test_one_event_makes_one_notice_of_a_purpose_with_one_message_id() -> None:
    assert notice_id(EVENT, Purpose.ACKNOWLEDGEMENT) == notice_id(EVENT, Purpose.ACKNOWLEDGEMENT)
    assert notice_id(EVENT, Purpose.ACKNOWLEDGEMENT) != notice_id(EVENT, Purpose.NEW_REQUEST)
    assert message_id(EVENT, "Mairie <mairie@saint-aubin.example>") == f"<{EVENT.hex}@saint-aubin.example>"


def test_a_mail_has_a_name_that_the_staff_read_or_accounts_knows_its_purpose() -> None:
    about_a_space = {Purpose(mail) for mail in Mail if mail is not Mail.ABOUT_A_REQUEST}
    assert set(LABELS) == set(Purpose) - TO_DEPARTMENT - about_a_space - {Purpose.RECEIPTS, Purpose.DRAFT_LINK}
