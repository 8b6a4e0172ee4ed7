"""Above the share of a mailbox, what follows from the applicants' acts leaves in one mail an hour: none is lost, each keeps its own
proof."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.rpc.client import ServiceFailed
from services.messaging.notices import mailbox_share
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import COUNTED_FOR, GATHERED_IN_A_MAIL, MAILS_OF_A_MAILBOX, TRIES, notice_id
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import DEPARTMENT, ICS, enqueue, proof
from tests.integration.messaging.test_erasing import erase_request
from tests.servers.mailbox import Mail, Mailbox
from tests.support.heard import hear

HOUR = COUNTED_FOR + timedelta(seconds=1)


@pytest.fixture
def victim() -> str:
    return f"{uuid4().hex}@courriel.example"


@pytest.fixture(autouse=True)
def _hours_pass_one_after_another(messaging: Messaging) -> Iterator[None]:
    yield
    messaging.clock.ahead = timedelta(0)


def due(messaging: Messaging, email: str, count: int) -> list[UUID]:
    """So many requests whose receipts are due to the address."""
    filed = [messaging.hear_request(email=email) for _ in range(count)]
    for request_id in filed:
        enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    return filed


def file(messaging: Messaging, email: str, count: int = 1, **details: Any) -> list[UUID]:
    """So many requests whose receipts are due to the address and leave, as far as they may."""
    filed = [messaging.hear_request(email=email, **details) for _ in range(count)]
    for request_id in filed:
        enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
        messaging.delivery.run()
    return filed


def an_hour_later(messaging: Messaging, after: timedelta = HOUR) -> None:
    messaging.clock.ahead += after
    messaging.delivery.run()


def numbers(messaging: Messaging, filed: list[UUID]) -> list[str]:
    return [messaging.number(one) for one in filed]


def named_in(mails: list[Mail], messaging: Messaging, filed: list[UUID]) -> list[int]:
    """How many of the mails hold the receipt of each request."""
    return [
        sum(f"numéro {number}" in mail.text.replace("\u00a0", " ") for mail in mails)
        for number in numbers(messaging, filed)
    ]


def states(messaging: Messaging, filed: list[UUID]) -> set[tuple[str, str, str | None]]:
    return {notice for one in filed for notice in messaging.notices(one)}


def test_forty_filings_with_one_address_make_six_mails(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = file(messaging, victim, 40)
    assert named_in(smtp.to(victim), messaging, filed) == [1] * MAILS_OF_A_MAILBOX + [0] * (40 - MAILS_OF_A_MAILBOX)
    assert ("acknowledgement", "due", None) in states(messaging, filed)
    an_hour_later(messaging)

    mails = smtp.to(victim)
    assert [mail.subject for mail in mails[MAILS_OF_A_MAILBOX:]] == ["35 accusés de réception de vos demandes"]
    assert named_in(mails, messaging, filed) == [1] * 40
    assert mails[-1].text.count("réputée refusée") == 35
    assert mails[-1].text.count("/suivi/jeton") == 35
    assert states(messaging, filed) == {("acknowledgement", "sent", None)}


def test_a_receipt_waits_no_longer_than_an_hour(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 1)
    messaging.clock.ahead += timedelta(minutes=50)
    filed += file(messaging, victim)
    an_hour_later(messaging, timedelta(minutes=11))
    assert named_in(smtp.to(victim), messaging, filed) == [1] * len(filed)


def test_after_an_hour_a_mailbox_has_its_share_again_and_one_gathered_mail(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    file(messaging, victim, 10)
    an_hour_later(messaging)
    assert len(smtp.to(victim)) == 6
    file(messaging, victim, 10)
    assert len(smtp.to(victim)) == 11
    an_hour_later(messaging)
    assert [mail.subject for mail in smtp.to(victim)][11:] == ["5 accusés de réception de vos demandes"]


def test_a_tagged_address_is_the_same_mailbox_and_has_mails_of_its_own(messaging: Messaging, smtp: Mailbox) -> None:
    name = uuid4().hex
    tagged = [f"{name}+{tag}@courriel.example" for tag in range(MAILS_OF_A_MAILBOX + 3)]
    for address in tagged:
        file(messaging, address)

    def received() -> list[int]:
        return [len(smtp.to(address)) for address in tagged]

    assert received() == [1] * MAILS_OF_A_MAILBOX + [0, 0, 0]
    for _ in range(3):
        before = sum(received())
        an_hour_later(messaging)
        assert sum(received()) == before + 1, "one mail an hour"
    assert received() == [1] * len(tagged)


def test_each_request_keeps_the_proof_of_its_own_receipt(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = [messaging.hear_request(email=victim) for _ in range(MAILS_OF_A_MAILBOX + 2)]
    events = {one: enqueue(messaging, one, Purpose.ACKNOWLEDGEMENT) for one in filed}
    messaging.delivery.run()
    an_hour_later(messaging)
    gathered = smtp.to(victim)[-1]
    together = [one for one in filed if named_in([gathered], messaging, [one]) == [1]]
    assert len(together) == 2
    for request_id in together:
        kept, _ = proof(messaging, request_id)
        assert kept["message_id"] == gathered.message["Message-ID"].strip()
        assert [number for number in numbers(messaging, filed) if number in kept["text"]] == [
            messaging.number(request_id)
        ]
        assert messaging.said(f"notice-{notice_id(events[request_id], Purpose.ACKNOWLEDGEMENT)}") == ["EmailSent"]


def test_the_calendar_file_of_each_appointment_goes_with_the_gathered_mail(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    file(messaging, victim, MAILS_OF_A_MAILBOX)
    file(messaging, victim)
    file(messaging, victim, 2, ics=ICS)
    an_hour_later(messaging)
    assert {name: file.decode() for name, file in smtp.to(victim)[-1].attachments.items()} == {
        "rendez-vous-2.ics": ICS,
        "rendez-vous-3.ics": ICS,
    }


def test_one_receipt_that_waited_alone_leaves_as_any_other(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 1)
    an_hour_later(messaging)
    assert smtp.to(victim)[-1].subject.startswith("Votre demande est bien arrivée, accusé de réception : ")
    assert smtp.to(victim)[-1].subject.endswith(f", demande {messaging.number(filed[-1])}")
    assert states(messaging, filed) == {("acknowledgement", "sent", None)}


def test_a_gathered_mail_that_server_or_owner_delays_leaves_later_with_all_of_it(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 4)
    smtp.refuse_with = "451 4.3.0 later"
    an_hour_later(messaging)
    assert states(messaging, filed[MAILS_OF_A_MAILBOX:]) == {("acknowledgement", "due", None)}
    smtp.refuse_with = None
    messaging.rpc.silent = True
    an_hour_later(messaging, TRIES.delays[0] + timedelta(seconds=1))
    messaging.rpc.silent = False
    an_hour_later(messaging, timedelta(seconds=3))
    assert named_in(smtp.to(victim), messaging, filed) == [1] * len(filed)


def test_after_the_last_try_each_receipt_has_failed_and_the_department_is_mailed(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 2)[MAILS_OF_A_MAILBOX:]
    smtp.refuse_with = "451 4.3.0 later"
    an_hour_later(messaging)
    for wait in TRIES.delays:
        an_hour_later(messaging, wait + timedelta(seconds=1))
    failed = ("acknowledgement", "failed", "server_deferred")
    assert [failed in messaging.notices(one) for one in filed] == [True, True]
    smtp.refuse_with = None
    an_hour_later(messaging, timedelta(hours=1))
    words = "\n".join(mail.text for mail in smtp.to(DEPARTMENT) if "n’a pas pu être remis" in mail.subject)
    assert all(number in words for number in numbers(messaging, filed))


def test_an_undeliverable_receipt_delays_no_other(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 5)[MAILS_OF_A_MAILBOX:]
    erased, moved, unwritten, defective, _sent = filed
    erase_request(messaging, erased)
    elsewhere = f"{uuid4().hex}@courriel.example"
    other = messaging.hear_request(email=elsewhere)
    messaging.rpc.details[str(moved)] = messaging.rpc.details[str(other)]
    messaging.rpc.details[str(unwritten)] = {**messaging.rpc.details[str(unwritten)], "applicant_name": ""}
    messaging.rpc.refusals[str(defective)] = ServiceFailed("a defect")
    an_hour_later(messaging)
    messaging.delivery.run()
    assert named_in(smtp.to(victim), messaging, filed) == [0, 0, 0, 0, 1]
    assert named_in(smtp.to(elsewhere), messaging, [moved]) == [1]
    assert messaging.notices(unwritten) == [("acknowledgement", "due", "incomplete")]
    assert messaging.notices(defective) == [("acknowledgement", "due", "unexpected")]
    assert messaging.notices(erased) == []


def test_more_receipts_than_a_mail_takes_leave_in_the_next_one(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    filed = due(messaging, victim, MAILS_OF_A_MAILBOX + GATHERED_IN_A_MAIL + 10)
    messaging.delivery.run()
    an_hour_later(messaging)
    assert smtp.to(victim)[-1].subject == f"{GATHERED_IN_A_MAIL} accusés de réception de vos demandes"
    an_hour_later(messaging)
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX + 2
    assert named_in(smtp.to(victim), messaging, filed) == [1] * len(filed)


def test_any_number_of_senders_keep_one_share(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = due(messaging, victim, 24)
    for mails in (MAILS_OF_A_MAILBOX, MAILS_OF_A_MAILBOX + 1):
        with ThreadPoolExecutor(4) as senders:
            list(senders.map(lambda _: messaging.delivery.run(), range(4)))
        assert len(smtp.to(victim)) == mails
        messaging.clock.ahead += HOUR
    assert named_in(smtp.to(victim), messaging, filed) == [1] * 24


APPOINTMENT = {"appointment_id": str(uuid4()), "agenda": "etat-civil", "starts_at": "2026-12-01T09:00:00+01:00"}
STATUS = {"to_status": "in_review", "notify": True, "reply": False}


def hears(messaging: Messaging, event: str, request_id: UUID, by: str, **said: Any) -> None:
    hear(messaging.store, "requests", event, request_id, by=by, from_status="submitted", **APPOINTMENT, **said)
    messaging.delivery.run()


@pytest.mark.parametrize(
    ("event", "said", "label"),
    [
        ("RequestCancelled", {}, "Demande annulée"),
        ("AppointmentBooked", {}, "Rendez-vous pris"),
        ("AppointmentRescheduled", {}, "Rendez-vous modifié"),
        ("AppointmentCancelled", {}, "Rendez-vous annulé"),
        ("RequestStatusChanged", STATUS, "Changement de statut"),
    ],
)
def test_above_its_share_acts_of_the_applicant_wait_and_those_of_the_town_do_not(
    messaging: Messaging, smtp: Mailbox, victim: str, event: str, said: dict[str, Any], label: str
) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 1)

    hears(messaging, event, filed[0], "citizen", **said)
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX
    hears(messaging, event, filed[1], "agent", **said)
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX + 1
    assert messaging.number(filed[1]) in smtp.to(victim)[-1].subject

    an_hour_later(messaging)
    [gathered] = smtp.to(victim)[MAILS_OF_A_MAILBOX + 1 :]
    assert gathered.subject == "2 courriels au sujet de vos demandes"
    words = gathered.text.replace("\u00a0", " ")
    assert f"1. Accusé de réception : demande n° {messaging.number(filed[-1])}" in words
    assert f"2. {label} : demande n° {messaging.number(filed[0])}" in words


def test_forty_requests_of_another_cancelled_one_by_one_make_one_mail_more_an_hour(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    filed = file(messaging, victim, 40)
    for request_id in filed:
        hears(messaging, "RequestCancelled", request_id, "citizen")
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX

    an_hour_later(messaging)

    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX + 1
    gathered = smtp.to(victim)[-1]
    assert gathered.text.count("est annulée et archivée") == 40
    assert gathered.text.count("réputée refusée") == 35
    due = {(purpose, state) for purpose, state, _ in states(messaging, filed) if not purpose.endswith("_to_town")}
    assert due == {("acknowledgement", "sent"), ("request_cancelled", "sent")}


def test_mails_of_the_applicant_s_own_acts_take_of_the_share_of_receipts(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    filed = file(messaging, victim, 2)
    for _ in range(MAILS_OF_A_MAILBOX - 2):
        hears(messaging, "AppointmentRescheduled", filed[0], "citizen")
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX
    file(messaging, victim)
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX


def test_each_cancellation_that_left_with_others_keeps_its_own_proof(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX)
    hears(messaging, "RequestCancelled", filed[0], "citizen")
    hears(messaging, "RequestCancelled", filed[1], "citizen")
    an_hour_later(messaging)
    kept, _ = proof(messaging, filed[0], Purpose.REQUEST_CANCELLED)
    assert kept["message_id"] == smtp.to(victim)[-1].message["Message-ID"].strip()
    assert messaging.number(filed[0]) in kept["text"]
    assert messaging.number(filed[1]) not in kept["text"]


def test_a_warning_and_a_lost_link_do_not_wait(messaging: Messaging, smtp: Mailbox, victim: str) -> None:
    filed = file(messaging, victim, MAILS_OF_A_MAILBOX + 1)
    for purpose in (Purpose.REQUEST_ATTACHED, Purpose.TRACKING_LINK):
        enqueue(messaging, filed[0], purpose)
    messaging.delivery.run()
    assert len(smtp.to(victim)) == MAILS_OF_A_MAILBOX + 2


def test_no_hash_of_a_mailbox_is_kept_longer_than_it_is_counted(
    messaging: Messaging, smtp: Mailbox, victim: str
) -> None:
    file(messaging, victim, MAILS_OF_A_MAILBOX + 2)

    def kept() -> int:
        mailbox_share.forget(messaging.store)
        return messaging.rows("SELECT count(*) AS n FROM notices WHERE mailbox IS NOT NULL OR address IS NOT NULL")[0][
            "n"
        ]

    assert kept() == MAILS_OF_A_MAILBOX + 1
    an_hour_later(messaging)
    assert kept() == 1, "the mail that gathered the others is counted for an hour as well"
    an_hour_later(messaging)
    assert kept() == 0
