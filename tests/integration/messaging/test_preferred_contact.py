"""A person who prefers the post or the phone gets the mail, and a line for agents beside it, which is done once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.messaging.notices import rows as store, rules
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.use_cases import Accepted, sent
from services.messaging.schemas.letters import WaitingLetter
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import enqueue
from tests.integration.messaging.test_letters import AGENT, ENVELOPE, deliver, print_out, words
from tests.integration.messaging.test_reminders import VALUES
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear


def written_to(
    messaging: Messaging, preferred: str, purpose: Purpose = Purpose.STATUS_CHANGED, **about: object
) -> tuple[UUID, UUID]:
    """The request, and the line that there may be beside the mail."""
    request_id = messaging.hear_request(preferred_contact=preferred, address=ENVELOPE)
    event = enqueue(messaging, request_id, purpose, **{"about": "in_review", **about})
    messaging.delivery.run()
    return request_id, rules.line_id(rules.notice_id(event, purpose))


def lines(messaging: Messaging) -> tuple[WaitingLetter, ...]:
    return messaging.waiting(AGENT)


def test_a_call_is_made_beside_the_mail_once(messaging: Messaging, smtp: Mailbox) -> None:
    request_id, call = written_to(messaging, "phone")

    assert len(smtp.to(messaging.address(request_id))) == 1
    assert [(one.id, one.call) for one in lines(messaging)] == [(str(call), True)]
    with pytest.raises(rules.NoSuchWay):
        deliver(messaging, request_id, call, rules.State.POSTED)
    deliver(messaging, request_id, call, rules.State.CALLED)
    with pytest.raises(rules.CallAlreadyNoted):
        deliver(messaging, request_id, call, rules.State.CALLED)
    assert lines(messaging) == ()
    done = messaging.emails(request_id)
    assert [(one.state, one.by) for one in done] == [("sent", None), ("called", "Agent d’accueil")]
    assert messaging.said(f"notice-{call}") == ["LetterDelivered"]


def test_a_letter_is_printed_beside_the_mail_and_opens_nothing(messaging: Messaging) -> None:
    request_id, letter = written_to(messaging, "postal")
    with pytest.raises(rules.NoSuchWay):
        deliver(messaging, request_id, letter, rules.State.CALLED)
    with pytest.raises(rules.LetterNotPrinted):
        deliver(messaging, request_id, letter)

    printed = words(print_out(messaging, request_id, letter))

    assert f"/demande/{messaging.number(request_id)}" in printed
    assert "/suivi/jeton" not in printed, "agents do not see the link of a person who has it by mail"
    deliver(messaging, request_id, letter)
    assert lines(messaging) == ()


@pytest.mark.parametrize(
    ("preferred", "purpose", "about"),
    [
        ("email", Purpose.STATUS_CHANGED, {}),
        ("phone", Purpose.ACKNOWLEDGEMENT, {}),
        ("mobile_phone", Purpose.REQUEST_CANCELLED, {}),
        ("postal", Purpose.APPOINTMENT_RESCHEDULED, {"by_applicant": True}),
    ],
)
def test_a_person_who_prefers_mails_or_acted_is_written_to_by_mail_alone(
    messaging: Messaging, preferred: str, purpose: Purpose, about: dict[str, object]
) -> None:
    written_to(messaging, preferred, purpose, **about)
    assert lines(messaging) == ()


@pytest.mark.parametrize(
    ("fact", "ends"),
    [
        ("AppointmentReminderDue", ("AppointmentRescheduled", {"by": "citizen"})),
        ("DocumentsReminderDue", ("RequestStatusChanged", {"to_status": "in_review", "notify": False, "reply": False})),
    ],
)
def test_agents_are_asked_to_call_about_a_reminder_while_it_is_of_use(
    messaging: Messaging, fact: str, ends: tuple[str, dict[str, Any]]
) -> None:
    def reminded(preferred: str) -> UUID:
        request_id = messaging.hear_request(preferred_contact=preferred, address=ENVELOPE, values=VALUES)
        begins = messaging.clock.now() + timedelta(days=1)
        when = {"starts_at": begins.isoformat(), "deadline": begins.date().isoformat(), "appointment_id": "a"}
        hear(messaging.store, "requests", fact, request_id, **when)
        return request_id

    by_post, late, over, called = map(reminded, ("postal", *["mobile_phone"] * 3))
    messaging.delivery.run()
    assert {one.number for one in lines(messaging)} == {messaging.number(one) for one in (late, over, called)}

    hear(messaging.store, "requests", ends[0], over, **ends[1])
    messaging.delivery.run()
    assert messaging.number(over) not in {one.number for one in lines(messaging) if one.label.startswith("Rappel")}
    (call,) = [one for one in lines(messaging) if one.number == messaging.number(called)]
    deliver(messaging, called, UUID(call.id), rules.State.CALLED)

    messaging.clock.ahead = timedelta(days=3)
    assert not [one for one in lines(messaging) if one.label.startswith("Rappel")]
    assert [one.state for one in messaging.emails(late)] == ["sent"]

    in_hands = reminded("mobile_phone")
    now = messaging.clock.now()
    later = {"until": now + timedelta(hours=1), "until_gathered": now + timedelta(hours=1)}
    claimed = messaging.do(lambda tx: store.claim(tx.conn, now=now, limit=99, **later))
    (reminder,) = [one for one, _ in claimed if one.request_id == in_hands]
    hear(messaging.store, "requests", ends[0], in_hands, **ends[1])
    messaging.do(lambda tx: sent(tx, [Accepted(notice=reminder, proof={}, line=rules.State.TO_CALL)]))
    assert messaging.emails(in_hands)[0].state == "sent"
    assert messaging.number(in_hands) not in {one.number for one in lines(messaging)}
    assert [one.state for one in messaging.emails(by_post)] == ["sent"]


def test_a_call_is_no_letter_to_read(messaging: Messaging) -> None:
    request_id, call = written_to(messaging, "home_phone")
    with pytest.raises(rules.UnknownLetter):
        print_out(messaging, request_id, call)
